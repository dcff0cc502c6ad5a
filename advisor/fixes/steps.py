"""A scan and a finding -> the path it speaks of, and the hop whose file it names."""

from __future__ import annotations

from collections.abc import Iterator

from advisor import proxies
from advisor.fixes.text import Text
from advisor.model import Finding, Forward, Path, Step
from advisor.rules.scan import Scan, forwards


def path_of(scan: Scan, finding: Finding) -> Path | None:
    """The path that the finding speaks of."""
    return next((path for path in scan.paths if path.id == finding.path), None)


def step_in(scan: Scan, finding: Finding, file: str, kind: str) -> Step | None:
    """The step of the finding's path at a proxy that behaves like ``kind`` and reads ``file``."""
    return next(iter(_steps(scan, finding, file, kind)), None)


def _steps(scan: Scan, finding: Finding, file: str, kind: str) -> Iterator[Step]:
    path = path_of(scan, finding)
    for step in path.steps if path is not None else ():
        alike = proxies.behaves_like(step.hop.platform) == kind and scan.ways.is_configured(step.hop)
        if alike and file in getattr(scan.ways.config(step.hop), "files", ()):
            yield step


def forward_of(step: Step) -> Forward | None:
    """The first way in which the step hands the request on."""
    return next((forward for _, forward in forwards(step)), None)


def text_of(scan: Scan, file: str) -> Text | None:
    """The file as it stands in the tree."""
    text = scan.tree.text(file) if scan.tree.exists(file) else None
    return Text(file, text) if text is not None else None

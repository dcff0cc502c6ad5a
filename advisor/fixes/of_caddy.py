"""Findings in a Caddyfile: a block of its own for the socket's path, at the top of its site."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.fixes import pasted
from advisor.fixes.candidate import Candidate
from advisor.fixes.steps import step_in, text_of
from advisor.fixes.text import Text
from advisor.formats.caddyfile import Directive, parse
from advisor.formats.document import Unreadable
from advisor.model import Finding, Place
from advisor.rules.scan import Scan


def candidates(scan: Scan, finding: Finding) -> Iterator[Candidate]:
    """The matcher and its ``handle`` in the site; a name that is taken gives way to another one."""
    for part in pasted.parts(finding.snippet):
        if part.how != "in the site" or part.place is None:
            continue
        text = text_of(scan, part.place.file)
        site = _site(text, part.place) if text is not None else None
        if text is None or site is None or step_in(scan, finding, part.place.file, "caddy") is None:
            continue
        name = next(name for name in ("@socket", *(f"@socket{number}" for number in range(2, 99))) if name not in _words(text))
        lines = [line.replace("@socket", name) for line in part.lines]
        first = next(iter(site.block or ()), None)
        at = first.place.line if first is not None else site.place.line + 1
        if site.braced and at == site.place.line:
            continue
        indent = text.indent(at) if first is not None else text.unit if site.braced else ""
        edit = text.insert_lines(at, (*text.indented(lines, indent), ""))
        yield Candidate((edit,), safe=True, does="gives the socket's path a block of its own")


def _words(text: Text) -> set[str]:
    return set(re.findall(r"@[\w-]+", text.text))


def _site(text: Text, place: Place) -> Directive | None:
    try:
        blocks = parse(text.text, text.file).blocks
    except Unreadable:
        return None
    return next((each for each in blocks if each.block is not None and each.place.line == place.line), None)

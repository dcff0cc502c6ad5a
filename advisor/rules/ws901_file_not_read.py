"""A file could not be read or parsed.

What it would have shown is missing from this report: a hop, a process or a client. A file that is skipped is not a file that is
fine.

Mend the file, or leave it out on purpose with .wsadviseignore.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, NotRead, Place, Severity
from advisor.rules.scan import Scan

ID = "WS901"
NAME = "file-not-read"
SEVERITY: Severity = "warning"


def check(scan: Scan) -> Iterator[Finding]:
    every: dict[str, NotRead] = {}
    for each in (*scan.deployment.not_read, *scan.stack.not_read, *scan.tree.not_read):
        every.setdefault(each.file, each)
    for each in every.values():
        what = "a hop or a process that it shows is missing" if each.deployment else "what it shows is missing"
        yield Finding(
            ID,
            NAME,
            "warning" if each.deployment else "info",
            "note",
            "certain",
            f"{each.file} could not be read: {each.reason.rstrip('.')}.",
            Place(each.file, each.line or 1),
            why=(f"{what} from this report",),
            remedy="Mend the file, or leave it out on purpose in .wsadviseignore.",
            who="scan",
        )

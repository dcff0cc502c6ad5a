"""Findings in lighttpd, Squid and VCL files: lines of their own for sockets, where such a file wants them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.fixes import pasted
from advisor.fixes.candidate import Candidate
from advisor.fixes.steps import step_in, text_of
from advisor.fixes.text import Text
from advisor.model import Edit, Finding
from advisor.rules.scan import Scan

_SUBROUTINE = re.compile(r"^sub\s+\w+", re.MULTILINE)
_SQUID_SOCKETS = "http_upgrade_request_protocols"


def candidates(scan: Scan, finding: Finding) -> Iterator[Candidate]:
    """The block's lines: at the end for lighttpd, whose later conditions win; in front of the first for Squid and Varnish."""
    for part in pasted.parts(finding.snippet):
        file = part.place.file if part.place is not None else finding.place.file
        text = text_of(scan, file)
        if text is None:
            continue
        if step_in(scan, finding, file, "lighttpd") is not None and part.how == "" and part.lines[-1] == "}":
            edit = text.insert_lines(text.count + 1, ("", *text.indented(part.lines, "")))
            yield Candidate((edit,), safe=True, does="gives the socket's path a condition of its own")
        elif step_in(scan, finding, file, "squid") is not None and part.how in ("", "before"):
            line = part.place.line if part.place is not None else text.count + 1
            only = all(each.startswith(_SQUID_SOCKETS) for each in part.lines)
            yield Candidate((text.insert_lines(line, part.lines),), only, "hands upgrades to WebSocket on")
        elif step_in(scan, finding, file, "varnish") is not None and part.lines[0].startswith("sub "):
            yield from _subroutines(text, part.lines)


def _subroutines(text: Text, lines: tuple[str, ...]) -> Iterator[Candidate]:
    found = _SUBROUTINE.search(text.text)
    if found is not None:
        edit: Edit = text.insert_lines(text.place(found.start())[0], (*text.indented(lines, ""), ""))
        yield Candidate((edit,), safe=True, does="pipes sockets through")

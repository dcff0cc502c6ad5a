"""Findings in lighttpd, Squid and VCL files: lines of their own for sockets, where such a file wants them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.fixes import pasted
from advisor.fixes.candidate import Candidate
from advisor.fixes.pasted import STAYS, Part
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
        elif part.how == "at" and part.place is not None:
            yield from _clocks(scan, finding, text, part)
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


def _clocks(scan: Scan, finding: Finding, text: Text, part: Part) -> Iterator[Candidate]:
    """The lines that raise a clock: of all that goes through Squid, and of what a condition of lighttpd takes."""
    line = part.place.line if part.place is not None else 0
    if step_in(scan, finding, text.file, "squid") is not None and len(part.lines) == 1:
        name = part.lines[0].split()[0]
        there = text.line(line).split()[:1] == [name]
        edit = text.replace_line(line, part.lines[0]) if there else text.insert_lines(text.count + 1, part.lines)
        yield Candidate((edit,), safe=False, does=f"raises {name}")
    elif step_in(scan, finding, text.file, "lighttpd") is not None:
        own = text.line(line).strip().startswith('$HTTP["url"]')
        if STAYS in "".join(part.lines) and text.line(line).rstrip().endswith("{"):
            inner = [each.strip() for each in part.lines[1:-1] if STAYS not in each]
            indent = text.indent(line) + text.unit
            yield Candidate(
                (text.insert_lines(line + 1, (indent + each for each in inner)),), own, "raises the clocks of the condition"
            )
        elif not text.line(line).lstrip().startswith("$"):
            keys = {each.split("=")[0].strip(): each for each in part.lines}
            written = text.line(line).split("=")[0].strip()
            if written in keys:
                others = [
                    f"{text.indent(line)}{each}" for key, each in keys.items() if key != written and f"\n{key}" not in text.text
                ]
                edits = (text.replace_line(line, keys[written]), *([text.insert_lines(line + 1, others)] if others else []))
                yield Candidate(edits, safe=False, does="raises the clocks where they stand")

"""Findings in an Apache configuration: a line of its own for the socket's path in front of the one that takes it now."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.fixes import pasted
from advisor.fixes.candidate import Candidate
from advisor.fixes.pasted import Part
from advisor.fixes.steps import step_in, text_of
from advisor.fixes.text import Text
from advisor.formats.apache import Directive, parse
from advisor.formats.document import Unreadable
from advisor.model import Finding
from advisor.rules.scan import Scan


def candidates(scan: Scan, finding: Finding) -> Iterator[Candidate]:
    """The block's lines where its comment says; a module beside those that are loaded."""
    for part in pasted.parts(finding.snippet):
        file = part.place.file if part.place is not None else finding.place.file
        text = text_of(scan, file)
        if text is None or step_in(scan, finding, file, "apache-httpd") is None:
            continue
        if part.place is not None:
            yield from _placed(text, part, part.place.line)
        elif part.lines[0].startswith("LoadModule "):
            yield from _module(text, part)


def _placed(text: Text, part: Part, line: int) -> Iterator[Candidate]:
    indent = text.indent(line)
    lines = text.indented(part.lines, indent)
    if part.how == "instead of the line" and len(lines) == 1 and not text.line(line).endswith("\\"):
        yield Candidate(
            (text.replace_line(line, lines[0].strip()),), safe=True, does="hands the upgrade on in the socket's own line"
        )
    elif part.how == "before the line":
        yield Candidate((text.insert_lines(line, lines),), safe=True, does="gives the socket's path a ProxyPass line of its own")
    elif part.how == "before the RewriteRule":
        while line > 1 and text.line(line - 1).strip().lower().startswith("rewritecond"):
            line -= 1
        yield Candidate(
            (text.insert_lines(line, lines),), safe=True, does="gives the socket's handshake a RewriteRule of its own"
        )
    elif part.how == "behind the section":
        end = _end(text, line)
        if end is not None:
            edit = text.insert_lines(end + 1, ("", *lines))
            yield Candidate((edit,), safe=False, does="lets the socket's path through")


def _module(text: Text, part: Part) -> Iterator[Candidate]:
    """Behind the last line that loads one at the top level of the file."""
    loaded = [each.place.line for each in _directives(text) if each.key == "loadmodule"]
    if loaded:
        edit = text.insert_lines(max(loaded) + 1, part.lines)
        yield Candidate((edit,), safe=False, does=f"loads {part.lines[0].split()[1]}")


def _end(text: Text, line: int) -> int | None:
    waiting = list(_directives(text))
    while waiting:
        each = waiting.pop()
        if each.block is not None and each.place.line == line:
            return each.place.end_line
        waiting.extend(each.block or ())
    return None


def _directives(text: Text) -> tuple[Directive, ...]:
    try:
        return parse(text.text, text.file).directives
    except Unreadable:
        return ()

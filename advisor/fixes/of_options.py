"""Findings that an option of the socket's own library settles: put in, replaced, or taken out so that the default holds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.fixes import pasted
from advisor.fixes.calls import Bracket, bracket, call
from advisor.fixes.candidate import Candidate
from advisor.fixes.steps import path_of, text_of
from advisor.fixes.text import Text
from advisor.model import Edit, Finding, Place
from advisor.rules.scan import Scan

_BEATS = ("WS201", "WS202", "WS206")
_SIZE = "WS501"
_COMES_BACK = ("WS701", "WS702", "WS704")
_CALL = re.compile(
    r"(?:(?:const|let|var)\s+)?(?:\w+\s*=\s*)?(?:new\s+|@)?(?P<name>[\w.]+)\((?P<arguments>.*)\);?\s*(?://.*|#.*)?"
)
_PAIR = re.compile(r"(?P<key>[\w$]+)\s*[:=]\s*(?P<value>[^,]+),?")
_OF_RECONNECTS = re.compile(r"(?i)reconnect|retr(?:y|ies)|attempt|delay")
_PLAIN = re.compile(r"[\d_.]+|true|false|Infinity")
"""A value that nothing else defines."""
_NEAR = 40
"""Lines behind the finding's place within which a call has to begin."""


def candidates(scan: Scan, finding: Finding) -> Iterator[Candidate]:
    """Edits of one call of the library, which touch no other socket."""
    if finding.rule in _BEATS:
        yield from _heartbeats(scan, finding)
    elif finding.rule == _SIZE:
        yield from _sizes(scan, finding)
    elif finding.rule in _COMES_BACK:
        yield from _defaults(scan, finding)


def _heartbeats(scan: Scan, finding: Finding) -> Iterator[Candidate]:
    """The library's own call of the block, with its options in the call that the app makes."""
    path = path_of(scan, finding)
    server = path.server if path is not None else None
    for part in pasted.parts(finding.snippet) if server is not None else ():
        said = _CALL.fullmatch(part.lines[0].strip()) if len(part.lines) == 1 else None
        options = list(_options(said["arguments"])) if said is not None else []
        if server is None or said is None or not options:
            continue
        for place in dict.fromkeys((server.place, finding.place, *(each.place for each in server.endpoints))):
            text = text_of(scan, place.file)
            if text is not None and place.line <= text.count:
                yield from _set(text, place, said["name"].rpartition(".")[2], options, "sets the heartbeat of the library")
                yield from _set(
                    text, Place(place.file), said["name"].rpartition(".")[2], options, "sets the heartbeat of the library"
                )


def _options(arguments: str) -> Iterator[tuple[str, str]]:
    """The named arguments of Python, or the members of the one object of JavaScript, that a block's call has."""
    opened = bracket(f"({arguments})", 0)
    text = f"({arguments})"
    if opened is None:
        return
    pairs = list(opened.pairs(text))
    objects = [piece for piece in opened.members if text[piece.start] == "{"]
    if not pairs and len(objects) == 1:
        inner = bracket(text, objects[0].start)
        pairs = list(inner.pairs(text)) if inner is not None else []
    yield from ((pair.name, text[pair.value.start : pair.value.end]) for pair in pairs)


def _sizes(scan: Scan, finding: Finding) -> Iterator[Candidate]:
    """The limit of the library, raised where the app makes its server."""
    path = path_of(scan, finding)
    said = _PAIR.fullmatch(finding.snippet.strip())
    if path is None or path.server is None or said is None:
        return
    place = path.server.place
    text = text_of(scan, place.file)
    named = re.compile(r"[\w.]+(?=\s*\()").search(text.line(place.line), place.column - 1) if text is not None else None
    if text is not None and named is not None:
        yield from _set(text, place, named[0].rpartition(".")[2], [(said["key"], said["value"].strip())], f"raises {said['key']}")


def _defaults(scan: Scan, finding: Finding) -> Iterator[Candidate]:
    """One option about reconnects taken out of the call at the place, for the library's own default to hold."""
    text = text_of(scan, finding.place.file)
    if text is None or finding.place.line > text.count:
        return
    line = text.line(finding.place.line)
    for found in re.finditer(r"\{", line):
        opened = bracket(text.text, text.offset(finding.place.line, found.start() + 1))
        for pair in opened.pairs(text.text) if opened is not None else ():
            value = text.text[pair.value.start : pair.value.end]
            if opened is None or not _OF_RECONNECTS.search(pair.name) or value[0] in "{([" or "=>" in value:
                continue
            edit = _without(text, opened, pair.whole.start)
            does = f"takes {pair.name} out, so that the library's default holds"
            yield Candidate((edit,), _PLAIN.fullmatch(value) is not None, does)


def _without(text: Text, opened: Bracket, start: int) -> Edit:
    """A member taken out with the comma that it needs no more; an argument that is empty then goes with it."""
    members = list(opened.members)
    number = next(index for index, piece in enumerate(members) if piece.start == start)
    if len(members) == 1:
        begins, ends = _whole(text.text, opened)
    elif number + 1 < len(members):
        begins, ends = members[number].start, members[number + 1].start
    else:
        begins, ends = members[number - 1].end, members[number].end
    return text.replace(*text.place(begins), *text.place(ends), "")


def _whole(text: str, opened: Bracket) -> tuple[int, int]:
    """From where to where an object goes that would be empty: whole as an argument, else what it holds."""
    before = text[: opened.start - 1].rstrip()
    behind = text[opened.end + 1 : opened.end + 200].lstrip()
    if not behind.startswith(")") or not before.endswith(("(", ",")):
        return opened.start, opened.end
    return (len(before) - 1 if before.endswith(",") else opened.start - 1), opened.end + 1


def _set(text: Text, place: Place, name: str, options: list[tuple[str, str]], does: str) -> Iterator[Candidate]:
    """Options in the first call of that name near a place."""
    after = text.offset(place.line, min(place.column, len(text.line(place.line)) + 1))
    opened = call(text.text, name, after)
    if opened is None or (place.line > 1 and text.place(opened.start)[0] > place.line + _NEAR):
        return
    edits = _named(text, opened, options) if text.file.endswith(".py") else _membered(text, opened, options)
    if edits:
        yield Candidate(tuple(edits), safe=True, does=does)


def _named(text: Text, opened: Bracket, options: list[tuple[str, str]]) -> list[Edit]:
    """Named arguments, replaced or behind the last one."""
    known = {pair.name: pair for pair in opened.pairs(text.text)}
    edits = [
        text.replace(*text.place(known[name].value.start), *text.place(known[name].value.end), value)
        for name, value in options
        if name in known
    ]
    added = [f"{name}={value}" for name, value in options if name not in known]
    return [*edits, *([_appended(text, opened, added)] if added else [])]


def _membered(text: Text, opened: Bracket, options: list[tuple[str, str]]) -> list[Edit]:
    """Members of the call's object of options, which it gets where it has none."""
    objects = [piece for piece in opened.members if text.text[piece.start] == "{"]
    if not objects:
        inside = ", ".join(f"{name}: {value}" for name, value in options)
        return [_appended(text, opened, [f"{{ {inside} }}"])]
    inner = bracket(text.text, objects[-1].start)
    if inner is None:
        return []
    known = {pair.name: pair for pair in inner.pairs(text.text)}
    edits = [
        text.replace(*text.place(known[name].value.start), *text.place(known[name].value.end), value)
        for name, value in options
        if name in known
    ]
    added = [f"{name}: {value}" for name, value in options if name not in known]
    return [*edits, *([_appended(text, inner, added)] if added else [])]


def _appended(text: Text, opened: Bracket, added: list[str]) -> Edit:
    """Members behind the last one: on the same line, or each on a line of its own where they stand so."""
    if not opened.members:
        blank = " " if text.text[opened.start - 1] == "{" else ""
        return text.replace(*text.place(opened.start), *text.place(opened.end), f"{blank}{', '.join(added)}{blank}")
    last = opened.members[-1]
    line = text.place(last.start)[0]
    own = text.line(line).lstrip().startswith(text.text[last.start : last.start + 1]) and text.place(opened.start)[0] < line
    between = f",\n{text.indent(line)}" if own and "\n" in text.text[last.end : opened.end] else ", "
    at = text.place(last.end)
    return text.insert(*at, "".join(f"{between}{each}" for each in added))

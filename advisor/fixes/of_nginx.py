"""Findings in an nginx file: the socket's path gets a location of its own, or the one that it has gets the lines it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from advisor.fixes import pasted
from advisor.fixes.candidate import Candidate
from advisor.fixes.nginx_places import Found, find, http_level
from advisor.fixes.pasted import Part
from advisor.fixes.steps import forward_of, path_of, step_in, text_of
from advisor.fixes.text import Text
from advisor.formats.document import Unreadable
from advisor.formats.nginx import Directive, parse
from advisor.model import Edit, Finding, Path, Step
from advisor.proxies.nginx.blocks import location_words
from advisor.rules import remedies
from advisor.rules.scan import Scan
from advisor.rules.timeouts import LONG_S

_ELSEWHERE = ("WS105", "WS106", "WS107")
"""Rules whose block leads the path to another place than before."""
_UPGRADE = ("WS101", "WS102", "WS103", "WS104")
"""Rules whose block hands the upgrade on."""
_TIMEOUT = ("WS201", "WS202", "WS203")
_OPENS_UP = "WS115"
"""Its block takes a guard away, which is for people to decide."""
_HANDS_ON = "WS113"
"""Its block hands headers on that a line takes away."""
_HEADER = "proxy_set_header"
_SET_BY_BLOCK = frozenset({"proxy_pass", "proxy_http_version", _HEADER, "proxy_read_timeout", "proxy_pass_request_headers"})
_GUARDS = frozenset(
    "auth_basic auth_basic_user_file auth_request auth_request_set auth_jwt auth_jwt_key_file satisfy allow deny limit_conn "
    "limit_req limit_conn_status limit_req_status access_by_lua_file ssl_verify_client".split()
)
"""What keeps somebody out; a location of its own must go on doing so."""
_ANSWERS = frozenset("return try_files root alias index rewrite if fastcgi_pass grpc_pass uwsgi_pass scgi_pass".split())


@dataclass(frozen=True, slots=True)
class _Case:
    """What all candidates of one finding share."""

    scan: Scan
    finding: Finding
    path: Path
    step: Step


def candidates(scan: Scan, finding: Finding) -> Iterator[Candidate]:
    """A location of its own, lines for the one that is there, a longer timeout, a variable that nothing defines."""
    path = path_of(scan, finding)
    found = pasted.parts(finding.snippet)
    files = {part.place.file for part in found if part.place is not None} | {finding.place.file}
    step = next((step for file in sorted(files) if (step := step_in(scan, finding, file, "nginx")) is not None), None)
    if path is None or step is None:
        return
    case = _Case(scan, finding, path, step)
    if finding.rule in _TIMEOUT:
        yield from _timeouts(case)
    for part in found:
        if part.how.endswith("of the location") or part.how in ("instead of the location", "beside the location"):
            beside = next((each for each in found if each.how.startswith("once")), None)
            yield from _of_location(case, part, beside)
    if len(found) == 1 and not found[0].how and found[0].lines[0].startswith("map "):
        yield from _definition(case, found[0])
    yield from _affinity(case, found)


# ---------------------------------------------------------------- a location


def _of_location(case: _Case, part: Part, beside: Part | None) -> Iterator[Candidate]:
    at = find(case.scan, case.step, part.place) if part.place is not None else None
    if at is None or at.directive.name != "location":
        return
    maps = _maps(case, beside)
    if maps is None:
        return
    if part.how == "beside the location":
        yield from _own(case, at, part, maps)
    else:
        yield from _amended(case, at, part, maps)


def _maps(case: _Case, beside: Part | None) -> tuple[Edit, ...] | None:
    """Where the maps that a block needs go: in front of the server blocks. ``None`` where no file shows that place."""
    if beside is None:
        return ()
    found = http_level(case.scan, case.step)
    if found is None:
        return None
    text, line = found
    return (text.insert_lines(line, (*text.indented(beside.lines, text.indent(line)), "")),)


def _own(case: _Case, at: Found, part: Part, maps: tuple[Edit, ...]) -> Iterator[Candidate]:
    """A location of its own in front of the one that takes the path now, which stays as it is."""
    kept, sure = _kept(case, at)
    indent = at.text.indent(at.directive.place.line)
    head, *inner, end = at.text.indented(part.lines, indent)
    line = _above(at.text, at.directive.place.line)
    gap = [] if at.text.line(line - 1).strip() in ("", "{") or at.text.line(line - 1).rstrip().endswith("{") else [""]
    lines = [*gap, head, *(f"{indent}{at.text.unit}{each}" for each in kept), *inner, end, ""]
    edit = at.text.insert_lines(line, lines)
    name = part.lines[0].rstrip(" {")
    yield Candidate((*maps, edit), sure and case.finding.rule != _OPENS_UP, f"gives the socket {name} of its own")


def _above(text: Text, line: int) -> int:
    """The first of the comment lines that stand directly above a line and belong to it."""
    while line > 1 and text.line(line - 1).lstrip().startswith("#"):
        line -= 1
    return line


def _kept(case: _Case, at: Found) -> tuple[list[str], bool]:
    """The lines of the old location that the new one needs as well, as written, and whether that is all of them.

    Where the socket goes to the same app as before that is everything but what the block says itself; else it is what keeps
    somebody out.
    """
    same = case.finding.rule not in _ELSEWHERE
    kept, sure = [], True
    for inner in at.resolved:
        if inner.name in _SET_BY_BLOCK or inner.name == "location":
            continue
        guard = inner.name in _GUARDS or inner.name.startswith(("access_by", "auth_"))
        if case.finding.rule == _OPENS_UP and guard:
            continue
        if inner.block is not None or inner.code is not None or inner.name in _ANSWERS:
            sure = sure and not same and not guard and inner.name not in ("if", "limit_except")
        elif same or guard:
            kept += [_as_written(case.scan, inner)]
    return [line for line in kept if line], sure and all(kept)


def _as_written(scan: Scan, directive: Directive) -> str:
    """The words of a directive as its own file has them, on one line; empty where they do not stand there."""
    text = text_of(scan, directive.place.file)
    try:
        written = text.span(directive.place) if text is not None else ""
    except ValueError:
        return ""
    return " ".join(written.split()) if written.startswith(directive.name) and "#" not in written else ""


def _amended(case: _Case, at: Found, part: Part, maps: tuple[Edit, ...]) -> Iterator[Candidate]:
    """The lines that the location lacks, put into it; the others stay where and as they are."""
    own = _is_own(case, at)
    lines = part.lines
    if not own and not maps and (forward := forward_of(case.step)) is not None and case.finding.rule in _UPGRADE:
        narrow = pasted.parts(remedies.narrow_block(case.scan, case.step, forward, case.path.endpoint))
        block = next((each for each in narrow if each.how == "instead of the location"), None)
        beside = _maps(case, next((each for each in narrow if each.how.startswith("once")), None))
        if block is not None and beside is not None:
            lines, maps = block.lines, beside
    safe = own and case.finding.rule != _OPENS_UP
    name = " ".join((at.directive.name, *at.directive.args))
    for wanted in (_needed(case, lines), lines):
        edits = (*_headed(at, part.lines[0]), *_lacking(case, at, wanted), *_emptied(case, at, lines))
        if edits:
            yield Candidate((*maps, *edits), safe, f"puts what {name} lacks into it")
    indented = at.text.indented(part.lines, at.text.indent(at.directive.place.line))
    place = at.directive.place
    if place.end_line is not None and place.end_column is not None:
        whole = "\n".join(indented).lstrip()
        edit = at.text.replace(place.line, place.column, place.end_line, place.end_column, whole)
        yield Candidate((*maps, edit), safe=False, does=f"replaces {' '.join((at.directive.name, *at.directive.args))}")


def _needed(case: _Case, lines: Iterable[str]) -> tuple[str, ...]:
    """Of a block that may go into a location: what hands the upgrade on, and the headers that are in force there by now."""
    forward = forward_of(case.step)
    names = {fate.name.lower() for fate in forward.fates if fate.because == "set"} if forward is not None else set()
    return tuple(line for line in lines if _is_needed(line.split(), names | {"upgrade", "connection"}))


def _is_needed(words: list[str], headers: set[str]) -> bool:
    if words and words[0] == _HEADER:
        return words[1].lower() in headers
    return not words or words[0] != "proxy_read_timeout"


def _is_own(case: _Case, at: Found) -> bool:
    """True where the location takes nothing but the socket's path."""
    modifier, pattern = location_words(at.directive.args)
    received = case.step.received.path
    public = {case.path.endpoint.rstrip("/"), received.rstrip("/")}
    return modifier in ("", "=", "^~") and pattern.rstrip("/") != "" and (pattern.rstrip("/") in public or modifier == "=")


def _lacking(case: _Case, at: Found, lines: Iterable[str]) -> Iterator[Edit]:
    """Edits that make a location say what a block says."""
    try:
        wanted = parse("\n".join(lines), "").directives
    except Unreadable:
        return
    absent: list[str] = []
    for one in wanted[0].block or () if wanted else ():
        key = _key(one)
        there = next((each for each in at.resolved if _key(each) == key), None)
        written = _line(one)
        if there is None:
            absent.append(written)
        elif there.args != one.args and there.place.file == at.text.file and _gives_way(case, one):
            place = there.place
            yield at.text.replace(
                place.line, place.column, place.end_line or place.line, place.end_column or place.column, written
            )
    if absent:
        yield _behind_the_last(at, absent)


def _headed(at: Found, head: str) -> Iterator[Edit]:
    """The location's first words, where the block has others (``^~ /ws``, or no slash at the end)."""
    place = at.directive.place
    line = at.text.line(place.line)
    opens = line.find("{", place.column - 1)
    written = line[place.column - 1 : opens].split() if opens > 0 else []
    if written and written != head.rstrip(" {").split():
        yield at.text.replace(place.line, place.column, place.line, opens + 1, f"{head.rstrip(' {')} ")


def _emptied(case: _Case, at: Found, lines: Iterable[str]) -> Iterator[Edit]:
    """Lines of the location that take a header away which the block leaves alone, taken out."""
    named = {line.split()[1].lower() for line in lines if line.strip().startswith(_HEADER)}
    for inner in at.directive.block or () if case.finding.rule == _HANDS_ON else ():
        alone = at.text.line(inner.place.line).strip().startswith(_HEADER) and inner.place.line == inner.place.end_line
        if inner.name == _HEADER and inner.args[1:] == ("",) and inner.args[0].lower() not in named and alone:
            yield at.text.remove_line(inner.place.line)


def _key(directive: Directive) -> tuple[str, ...]:
    """What makes two directives the same: the name, and for a header which one."""
    return (directive.name, *(arg.lower() for arg in directive.args[:1] if directive.name == _HEADER))


def _line(directive: Directive) -> str:
    words = (word if word and not set(word) & set(" ;{}\"'") else '"' + word.replace('"', '\\"') + '"' for word in directive.args)
    text = " ".join((directive.name, *words)) + ";"
    return text.replace(f"{_HEADER} Connection upgrade;", f'{_HEADER} Connection "upgrade";')


def _gives_way(case: _Case, one: Directive) -> bool:
    """True for a line that is replaced where it says something else."""
    if one.name == "proxy_pass":
        return case.finding.rule in _ELSEWHERE
    return one.name in _SET_BY_BLOCK


def _behind_the_last(at: Found, absent: list[str]) -> Edit:
    """New lines behind the last one of the block that speaks of the proxy, in its indentation."""
    own = [inner for inner in at.directive.block or () if inner.block is None and inner.code is None]
    proxied = [inner for inner in own if inner.name.startswith("proxy_")] or own
    opening = at.directive.place
    if not proxied:
        line = at.text.line(opening.line)
        column = line.find("{", opening.column - 1) + 2
        indent = at.text.indent(opening.line) + at.text.unit
        return at.text.insert(opening.line, max(column, 1), "".join(f"\n{indent}{each}" for each in absent))
    last = proxied[-1].place
    end, column = last.end_line or last.line, last.end_column or last.column
    if at.text.line(end)[column - 1 :].strip().startswith("}") or opening.line == opening.end_line:
        return at.text.insert(end, column, "".join(f" {each}" for each in absent))
    return at.text.insert_lines(end + 1, (at.text.indent(last.line) + each for each in absent))


# ---------------------------------------------------------------- clocks, variables, affinity


def _timeouts(case: _Case) -> Iterator[Candidate]:
    """The clock raised in the socket's own location; else a location of its own in which it is; else where it stands."""
    forward = forward_of(case.step)
    limit = case.path.limit("idle_timeout")
    if forward is None or forward.place is None or limit is None or limit.decided_by.hop != case.step.hop.id:
        return
    line = f"proxy_read_timeout {LONG_S}s;"
    at = find(case.scan, case.step, forward.place)
    if at is not None and at.directive.name == "location":
        edits = tuple(_lacking(case, at, (f"{' '.join(('location', *at.directive.args))} {{", line, "}")))
        if _is_own(case, at):
            yield Candidate(edits, safe=True, does="raises proxy_read_timeout in the socket's own location")
        else:
            yield from _own_clock(case, line)
            yield Candidate(edits, safe=False, does="raises proxy_read_timeout for all that the location serves")
    place = limit.decided_by.place
    text = text_of(case.scan, place.file) if place is not None else None
    if place is not None and text is not None and text.line(place.line).strip().startswith("proxy_read_timeout"):
        yield Candidate((text.replace_line(place.line, line),), safe=False, does="raises proxy_read_timeout where it stands")


def _own_clock(case: _Case, line: str) -> Iterator[Candidate]:
    forward = forward_of(case.step)
    block = remedies.upgrade_block(case.scan, case.step, forward, case.path) if forward is not None else ""
    found = pasted.parts(block)
    part = next((each for each in found if each.how == "beside the location"), None)
    if part is None:
        return
    lines = tuple(f"    {line}" if each.strip().startswith("proxy_read_timeout") else each for each in part.lines)
    beside = next((each for each in found if each.how.startswith("once")), None)
    yield from _of_location(case, Part(part.how, part.rest, part.place, lines), beside)


def _definition(case: _Case, part: Part) -> Iterator[Candidate]:
    """A variable that nothing defines, defined in front of the server blocks."""
    maps = _maps(case, part)
    if maps:
        yield Candidate(maps, safe=False, does="defines the variable in front of the server blocks")


def _affinity(case: _Case, found: tuple[Part, ...]) -> Iterator[Candidate]:
    """The line that keeps a client on one server, in the upstream that spreads them."""
    part = next((each for each in found if each.lines[0].startswith("upstream ")), None)
    if part is None:
        return
    config = case.scan.ways.config(case.step.hop)
    name = part.lines[0].split()[1]
    for directive in _upstreams(config.directives):
        at = find(case.scan, case.step, directive.place)
        if at is None or directive.args[:1] != (name,):
            continue
        line = part.lines[1].strip()
        place = directive.place
        spread = next((each for each in directive.block or () if each.name in ("least_conn", "random", "ip_hash")), None)
        if spread is not None:
            edit = at.text.replace_line(spread.place.line, line)
        else:
            edit = at.text.insert_lines(place.line + 1, (at.text.indent(place.line) + at.text.unit + line,))
        yield Candidate((edit,), safe=False, does=f"keeps each client on one server of {name}")


def _upstreams(directives: Iterable[Directive]) -> Iterator[Directive]:
    for directive in directives:
        if directive.name == "upstream":
            yield directive
        elif directive.name == "http":
            yield from _upstreams(directive.block or ())

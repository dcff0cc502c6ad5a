"""Findings in Envoy's and Traefik's YAML: a route of its own for the socket's path beside the one that takes it now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from advisor.fixes import pasted
from advisor.fixes.candidate import Candidate
from advisor.fixes.pasted import Part
from advisor.fixes.steps import step_in, text_of
from advisor.fixes.text import Text
from advisor.fixes.yaml_places import children, documents
from advisor.formats.document import Node
from advisor.model import Edit, Finding
from advisor.rules.scan import Scan

_ELSEWHERE = ("WS105", "WS106", "WS107")
"""Rules whose block leads the path to another service than before."""


def candidates(scan: Scan, finding: Finding) -> Iterator[Candidate]:
    """A route in front of another for Envoy; a router and its service below those that are there for Traefik."""
    for part in pasted.parts(finding.snippet):
        text = text_of(scan, part.place.file) if part.place is not None else None
        if text is None or part.place is None:
            continue
        if part.how == "at" and len(part.lines) == 1 and step_in(scan, finding, text.file, "envoy") is not None:
            yield from _clock(text, part.place.line, part.lines[0])
        elif part.how == "before the route" and step_in(scan, finding, text.file, "envoy") is not None:
            line = _item(text, part.place.line)
            if line is not None:
                edit = text.insert_lines(line, text.indented(part.lines, text.indent(line)))
                yield Candidate((edit,), safe=True, does="gives the socket's path a route of its own")
        elif part.how == "beside the router" and step_in(scan, finding, text.file, "traefik") is not None:
            router = _router(text, part.place.line)
            lines, sure = _like(text, finding, part, router) if router is not None else (part.lines, False)
            edits = tuple(_merged(text, lines))
            yield Candidate(edits, sure, "gives the socket's path a router of its own")


def _clock(text: Text, line: int, pair: str) -> Iterator[Candidate]:
    """A clock of the route whose member of the list begins on a line, in its flow or block mapping."""
    name = pair.split(":")[0]
    begins = _item(text, line)
    node = next((each for document in documents(text) for each in _mappings(document) if each.place.line == begins), None)
    route = node.get("route") if node is not None else None
    if route is None or begins is None:
        return
    known = route.get(name)
    if known is not None:
        place = known.place
        edit = text.replace(
            place.line, place.column, place.end_line or place.line, place.end_column or place.column, pair.split()[1]
        )
    elif first := next(iter(children(route)), None):
        edit = text.insert_lines(first, (f"{text.indent(first)}{pair}",))
    else:
        place = route.place
        if (
            place.end_line is None
            or place.end_column is None
            or text.line(place.end_line)[place.end_column - 2 : place.end_column - 1] != "}"
        ):
            return
        edit = text.insert(place.end_line, place.end_column - 1, f", {pair}")
    own = node.get("match") if node is not None else None
    shared = own is None or any(value.text() == "/" for _, value in own.items())
    yield Candidate((edit,), not shared, f"sets {name} of the route")


def _mappings(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one.value, dict):
            yield one
            waiting.extend(one.value.values())
        elif isinstance(one.value, list):
            waiting.extend(one.value)


def _item(text: Text, line: int) -> int | None:
    """The line on which the list's member begins that a line belongs to; ``None`` in flow style, where it has none of its own."""
    depth = len(text.indent(line))
    while line > 0:
        written = text.line(line)
        if written.lstrip().startswith("- ") and len(text.indent(line)) <= depth:
            return line
        line -= 1
    return None


def _router(text: Text, line: int) -> Node | None:
    """The router whose name stands on a line, in block style."""
    document = next(iter(documents(text)), None)
    routers = document.get("http", "routers") if document is not None else None
    found = [node for _, node in routers.items() if line in _begins(node)] if routers is not None else []
    return found[0] if found and children(found[0]) else None


def _begins(node: Node) -> tuple[int, ...]:
    return (node.place.line, *([node.key_place.line] if node.key_place is not None else []))


def _like(text: Text, finding: Finding, part: Part, router: Node) -> tuple[tuple[str, ...], bool]:
    """The block with what the router that has the path now says as well: its hosts, entry points, TLS, service, and all its
    middlewares but the one that is the fault. Whether that is everything comes with it."""
    rule, service = router.get("rule"), router.get("service")
    own = next((line.split("rule: ", 1)[1] for line in part.lines if line.strip().startswith("rule: ")), "")
    old = rule.text() if rule is not None else None
    if old is None or service is None or service.text() is None or any(sign in old for sign in (": ", " #", "\n")):
        return part.lines, False
    joined = f"({old}) && {own}" if "||" in old else f"{old} && {own}"
    kept = [name for name in _middlewares(router) if not _is_at_fault(text, name, finding)]
    same = finding.rule not in _ELSEWHERE
    lines: list[str] = []
    for line in part.lines:
        if line.strip() == "services:" and same:
            break
        if line.strip().startswith("rule: "):
            lines.append(line.replace(own, joined))
            lines += [f"      {each}" for each in _verbatim(text, router)]
        elif line.strip().startswith("service: ") and same:
            lines.append(f"      service: {service.text()}")
        elif line.strip().startswith("middlewares: [") and kept:
            lines.append(line.replace("[", f"[{', '.join(kept)}, "))
        else:
            lines.append(line)
    if kept and not any(line.strip().startswith("middlewares: [") for line in lines):
        lines.append(f"      middlewares: [{', '.join(kept)}]")
    return tuple(lines), True


def _middlewares(router: Node) -> list[str]:
    node = router.get("middlewares")
    return [name for each in (node.each() if node is not None else ()) if (name := each.text())]


def _is_at_fault(text: Text, name: str, finding: Finding) -> bool:
    """True for a middleware of this file in whose lines the finding stands."""
    document = next(iter(documents(text)), None)
    node = document.get("http", "middlewares", name.removesuffix("@file")) if document is not None else None
    if node is None or node.key_place is None or finding.place.file != text.file:
        return False
    return node.key_place.line <= finding.place.line <= (node.place.end_line or node.place.line)


def _verbatim(text: Text, router: Node) -> Iterator[str]:
    """Entry points and TLS of a router, as they are written, at no indentation."""
    for name, node in router.items():
        if name in ("entryPoints", "tls", "entrypoints") and node.key_place is not None:
            first = node.key_place.line
            last = max(node.place.end_line or first, first) if children(node) or node.place.line > first else first
            indent = len(text.indent(first))
            for line in range(first, last + 1):
                if (
                    text.line(line).strip()
                    and len(text.indent(line)) >= indent
                    and (line == first or text.line(line)[indent] in " -")
                ):
                    yield text.line(line)[indent:].rstrip()


def _merged(text: Text, lines: Iterable[str]) -> Iterator[Edit]:
    """The members of each section of a block, put in front of the first member that the same section of the file has."""
    document = next(iter(documents(text)), None)
    if document is None:
        return
    for section, below in _sections(list(lines)[1:]):
        node = document.get("http", section)
        first = next(iter(children(node)), None) if node is not None else None
        if first is not None:
            indent = text.indent(first)
            yield text.insert_lines(first, _shifted(below, indent, text.unit))
            continue
        parent = document.get("http")
        beside = next(iter(children(parent)), None) if parent is not None else None
        if beside is None:
            return
        indent = text.indent(beside)
        yield text.insert_lines(beside, (f"{indent}{section}:", *_shifted(below, indent + text.unit, text.unit)))


def _sections(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """``routers``, ``middlewares`` and ``services`` of a block with the lines below each."""
    name, below = "", list[str]()
    for line in lines:
        if line.startswith("  ") and not line.startswith("   "):
            if name:
                yield name, below
            name, below = line.strip().rstrip(":"), []
        else:
            below.append(line)
    if name:
        yield name, below


def _shifted(lines: Iterable[str], indent: str, unit: str) -> list[str]:
    """Lines that stand four blanks deep in steps of two, at an indentation in steps of the file's own."""
    shifted = []
    for line in lines:
        body = line.lstrip(" ")
        shifted.append(f"{indent}{unit * ((len(line) - len(body) - 4) // 2)}{body}")
    return shifted

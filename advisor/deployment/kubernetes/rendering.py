"""A chart's template and its values -> the YAML text that it becomes, in which each piece knows where it stands.

A value that is printed stands where the values file sets it, since that is the line to edit; all else in the template. Conditions
on what the repository does not show are taken as false and noted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from advisor.deployment.kubernetes.functions import (
    MARK,
    NOWHERE,
    OPEN,
    Written,
    call,
    cluster_version,
    is_open,
    made,
    spelled,
    truth,
)
from advisor.deployment.kubernetes.templates import Action, Block, Part, Pipe, Term, Text, parse
from advisor.formats.document import Node, Unreadable
from advisor.model import Place

_MOST_STEPS = 60_000
_DEEPEST = 40
_LONGEST = 600_000


class Exhausted(Exception):
    """The template asks for more than a scan spends on one."""


@dataclass(slots=True)
class Definition:
    """A named template and the file it stands in."""

    parts: list[Part]
    file: str


@dataclass(slots=True)
class Output:
    """Rendered text in pieces, each with where it begins: a piece of a template, or a value (``fixed``) of one place."""

    pieces: list[str] = field(default_factory=list)
    marks: list[tuple[int, Place, bool]] = field(default_factory=list)
    length: int = 0

    def put(self, text: str, place: Place, *, fixed: bool) -> None:
        if not text:
            return
        if self.length > _LONGEST:
            raise Exhausted
        self.marks.append((self.length, place, fixed))
        self.pieces.append(text)
        self.length += len(text)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def origin(self, offset: int, text: str) -> tuple[Place, bool]:
        """Where the character at an offset of the text stands, and whether a value put it there."""
        index = bisect_right(self.marks, offset, key=lambda mark: mark[0]) - 1
        start, place, fixed = self.marks[max(index, 0)]
        if fixed:
            return place, True
        lines = text.count("\n", start, offset)
        column = offset - text.rfind("\n", start, offset) if lines else place.column + offset - start
        return Place(place.file, place.line + lines, column), False


@dataclass(slots=True)
class Renderer:
    """One chart with one set of values. ``root``: what ``$`` is; ``read``: the text of a file of the chart and its path."""

    root: Node
    definitions: dict[str, Definition]
    read: Callable[[str], tuple[str, str] | None]
    left_open: dict[str, None] = field(default_factory=dict)
    """What the templates ask that the repository does not show."""
    steps: int = 0

    def render(self, parts: list[Part], file: str) -> Output:
        """The whole template. Raises ``Exhausted``."""
        output = Output()
        self._parts(parts, file, self.root, {"$": self.root}, output, 0)
        return output

    def _parts(self, parts: list[Part], file: str, dot: Node, names: dict[str, Node], out: Output, depth: int) -> None:
        if depth > _DEEPEST:
            raise Exhausted
        for part in parts:
            self.steps += 1
            if self.steps > _MOST_STEPS:
                raise Exhausted
            if isinstance(part, Text):
                out.put(part.text, Place(file, part.line, part.column), fixed=False)
            elif isinstance(part, Action):
                value = self._pipe(part.pipe, dot, names, depth)
                if not part.pipe.variables:
                    self._print(value, Place(file, part.pipe.line, part.column), out)
            else:
                self._block(part, file, dot, names, out, depth)

    def _print(self, value: Node, place: Place, out: Output) -> None:
        if isinstance(value.value, Written):
            lines = value.value.split("\n")
            for index, line in enumerate(lines):
                origin = value.value.origins[index] if index < len(value.value.origins) else None
                out.put(line + ("\n" if index + 1 < len(lines) else ""), origin or place, fixed=True)
            return
        own = value.key_place or value.place
        out.put(spelled(value), own if own.file else place, fixed=True)

    def _block(self, block: Block, file: str, dot: Node, names: dict[str, Node], out: Output, depth: int) -> None:
        if block.word == "define":
            return
        if block.word == "range":
            self._range(block, file, dot, names, out, depth)
            return
        for pipe, parts in block.branches:
            if pipe is None:
                self._parts(parts, file, dot, dict(names) if block.word == "with" else names, out, depth + 1)
                return
            inner = dict(names)
            value = self._pipe(pipe, dot, inner, depth)
            held = truth(value)
            if held is None:
                self.left_open[self._asked(pipe)] = None
            if held:
                below = value if block.word == "with" or block.word == "block" else dot
                self._parts(parts, file, below, inner if pipe.variables else names, out, depth + 1)
                return

    def _range(self, block: Block, file: str, dot: Node, names: dict[str, Node], out: Output, depth: int) -> None:
        pipe, parts = block.branches[0]
        value = self._pipe(replace(pipe, variables=()), dot, names, depth) if pipe is not None else OPEN
        pairs = list(value.items()) if isinstance(value.value, dict) else [(str(i), each) for i, each in enumerate(value.each())]
        if isinstance(value.value, dict):
            pairs.sort(key=lambda pair: pair[0])
        if is_open(value):
            self.left_open["what a loop goes over"] = None
            return
        for key, each in pairs[:200]:
            inner = dict(names)
            variables = pipe.variables if pipe is not None else ()
            if variables:
                inner[variables[-1]] = each
            if len(variables) > 1:
                inner[variables[0]] = made(key, each)
            self._parts(parts, file, each, inner, out, depth + 1)
        if not pairs and len(block.branches) > 1:
            self._parts(block.branches[1][1], file, dot, names, out, depth + 1)

    def _asked(self, pipe: Pipe) -> str:
        """The first value that a condition names, as the template spells it."""
        for command in pipe.commands:
            for term in command:
                if term.kind in ("dot", "variable") and term.fields:
                    return ".".join(term.fields)
                if isinstance(term.value, Pipe):
                    return self._asked(term.value)
        return "a condition"

    # ------------------------------------------------------------ pipelines

    def _pipe(self, pipe: Pipe, dot: Node, names: dict[str, Node], depth: int) -> Node:
        if depth > _DEEPEST:
            raise Exhausted
        result: Node | None = None
        for command in pipe.commands:
            result = self._command(command, dot, names, result, depth)
        value = result if result is not None else made(None)
        for variable in pipe.variables:
            names[variable] = value
        return value

    def _command(self, command: tuple[Term, ...], dot: Node, names: dict[str, Node], piped: Node | None, depth: int) -> Node:
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise Exhausted
        first, *rest = command
        given = [self._term(term, dot, names, depth) for term in rest]
        given += [piped] if piped is not None else []
        if first.kind != "word":
            if given and first.kind in ("dot", "variable") and first.fields:
                return self._method(first, given)
            return self._term(first, dot, names, depth)
        name = str(first.value)
        if name in ("include", "tpl"):
            return self._included(name, given, depth)
        found = call(name, given)
        return self._below(found, first.fields)

    def _method(self, term: Term, given: list[Node]) -> Node:
        *_, holder, method = ("", *term.fields)
        if holder == "APIVersions" and method == "Has":
            return made(not spelled(given[0]).startswith(("extensions/", "networking.k8s.io/v1beta1")))
        if holder == "Files" and method in ("Get", "GetString"):
            found = self.read(spelled(given[0]))
            if found is None:
                return made("")
            text, path = found
            return made(Written.of(text, tuple(Place(path, line) for line in range(1, text.count("\n") + 2))))
        return OPEN

    def _included(self, word: str, given: list[Node], depth: int) -> Node:
        if not given or is_open(given[0]):
            return OPEN
        dot = given[1] if len(given) > 1 else self.root
        if word == "tpl":
            source = spelled(given[0])
            if "{{" not in source:
                return given[0]
            try:
                parts, file = parse(source), ""
            except Unreadable:
                return OPEN
        else:
            defined = self.definitions.get(spelled(given[0]))
            if defined is None:
                return self._usual(spelled(given[0]))
            parts, file = defined.parts, defined.file
        inner = Output()
        self._parts(parts, file, dot, {"$": dot}, inner, depth + 1)
        text, origins, at = inner.text, [], 0
        if word == "tpl":
            return made(text, given[0])
        for line in text.split("\n"):
            origins.append(inner.origin(at, text)[0] if inner.marks and line else None)
            at += len(line) + 1
        return made(Written.of(text, tuple(origins)) if "\n" in text else text, self._sole(inner))

    def _sole(self, output: Output) -> Node | None:
        """A node at the place of the one value of which all that is printed comes."""
        places = {place for _, place, fixed in output.marks if fixed and place.file}
        return Node(None, next(iter(places))) if len(output.marks) == 1 and len(places) == 1 else None

    def _usual(self, called: str) -> Node:
        """What a template of a library chart that is not in the tree is known to give: names and labels of the release."""
        release, chart = self.root.get("Release", "Name") or OPEN, self.root.get("Chart", "Name") or OPEN
        ending = called.rsplit(".", 1)[-1]
        if ending == "fullname":
            return release
        if ending in ("name", "chart"):
            return chart
        if ending in ("labels", "matchLabels", "selectorLabels", "standard"):
            names = {"app.kubernetes.io/name": chart, "app.kubernetes.io/instance": release}
            return made(call("toYaml", [made(names)]).value)
        if "/" not in called:
            self.left_open[f"the template {called}"] = None
        return OPEN

    def _term(self, term: Term, dot: Node, names: dict[str, Node], depth: int) -> Node:
        if term.kind == "literal":
            return made(term.value)
        if term.kind == "pipe" and isinstance(term.value, Pipe):
            return self._below(self._pipe(term.value, dot, dict(names), depth + 1), term.fields)
        if term.kind == "variable":
            return self._below(names.get(str(term.value), OPEN), term.fields)
        if term.kind == "dot":
            return self._below(dot, term.fields)
        return self._below(call(str(term.value), []), term.fields)

    def _below(self, node: Node, fields: tuple[str, ...]) -> Node:
        for name in fields:
            if is_open(node):
                return OPEN
            if name in ("AsMap", "AsConfig", "AsSecrets", "Glob", "Lines"):
                return OPEN
            node = node.get(name) or made(None)
        return node


def root(values: Node, release: str, chart: Node, version: str) -> Node:
    """What ``.`` is at the top of a template."""
    named = {key[:1].upper() + key[1:]: node for key, node in chart.items()}
    named.setdefault("AppVersion", made("latest"))
    kubernetes = {
        "Version": made(cluster_version()),
        "GitVersion": made(cluster_version()),
        "Major": made("1"),
        "Minor": made("34"),
    }
    return made(
        {
            "Values": values if isinstance(values.value, dict) else made({}),
            "Release": made(
                {
                    "Name": made(release),
                    "Namespace": made("default"),
                    "Service": made("Helm"),
                    "IsInstall": made(True),
                    "IsUpgrade": made(False),
                    "Revision": made(1),
                }
            ),
            "Chart": made(named),
            "Capabilities": made(
                {"KubeVersion": made(kubernetes), "APIVersions": made([]), "HelmVersion": made({"Version": made(version)})}
            ),
            "Template": made({"BasePath": made("templates"), "Name": made("")}),
            "Files": made({}),
        }
    )


def documents(output: Output) -> tuple[list[Node], dict[Place, tuple[str, str]]]:
    """The objects of a rendered text, places moved to where they stand, and the texts of several lines in them by place.

    Raises ``Unreadable``.
    """
    from advisor.formats.yaml import parse_all

    text = output.text
    if not text.strip():
        return [], {}
    starts = [0]
    for index, sign in enumerate(text):
        if sign == "\n":
            starts.append(index + 1)
    texts: dict[Place, tuple[str, str]] = {}

    def at(place: Place) -> tuple[Place, bool]:
        offset = min(starts[min(place.line, len(starts)) - 1] + place.column - 1, len(text) - 1)
        quote = text[offset] in "\"'" and offset + 1 < len(text)
        inside = output.origin(offset + 1, text) if quote else None
        return inside if inside is not None and inside[1] else output.origin(offset, text)

    def moved(node: Node) -> Node:
        place, fixed = at(node.place)
        key = at(node.key_place)[0] if node.key_place is not None else None
        if isinstance(node.value, dict):
            return Node({name: moved(child) for name, child in node.value.items()}, place, key, node.tag)
        if isinstance(node.value, list):
            return Node([moved(child) for child in node.value], place, key, node.tag)
        if isinstance(node.value, str) and MARK in node.value:
            return Node(node.value.replace(MARK, "…"), place, key, "expression")
        if isinstance(node.value, str) and "\n" in node.value:
            written = _written(node, starts, at)
            if written is not None:
                texts[key or place] = written
        return Node(node.value, place, place if fixed and key is not None and place.file != key.file else key, node.tag)

    return [moved(node) for node in parse_all(text, NOWHERE.file)], texts


def _written(node: Node, starts: list[int], at: Callable[[Place], tuple[Place, bool]]) -> tuple[str, str] | None:
    """The file where the lines of a block scalar stand, and the lines at their numbers there."""
    lines = str(node.value).split("\n")
    file = ""
    placed: dict[int, str] = {}
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        number = node.place.line + 1 + index
        if number > len(starts):
            return None
        origin = at(Place("", number, 1))[0]
        file = file or origin.file
        if origin.file != file or not file:
            return None
        placed[origin.line] = f"{placed[origin.line]} {line}" if origin.line in placed else line
    if not placed or max(placed) > 100_000:
        return None
    return file, "\n".join(placed.get(number, "") for number in range(1, max(placed) + 1)) + "\n"

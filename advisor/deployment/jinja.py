"""A Jinja template of an Ansible role -> its text with what literal variables decide, each line where it was.

Filled in are plain names, ``default(...)``, branches on names and comparisons with literals, and loops over literal lists. What
hangs on anything else stays as written, so that a parser says of it that another program chooses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from advisor.formats.document import Node, Unreadable
from advisor.model import Place
from advisor.tree import Tree

_ENDINGS = (".j2", ".jinja", ".jinja2")
_ROLE = re.compile(r"(?:^|/)roles/[^/]+/templates/")
"""Where Ansible looks for templates, whatever they are called."""
_PIECE = re.compile(
    r"\{%[-+]?\s*(?P<tag>[^%]{0,400}?)\s*[-+]?%\}|\{#.{0,2000}?#\}|\{\{-?\s*(?P<value>[^{}]{1,300}?)\s*-?\}\}", re.DOTALL
)
_TERM = re.compile(
    r"(?P<not>not\s+)?(?P<name>[A-Za-z_][\w.]*)(?:\s*\|\s*(?:bool|int|string))?"
    r"(?:\s+is\s+(?P<negated>not\s+)?defined|\s*(?P<sign>==|!=)\s*(?P<literal>'[^']*'|\"[^\"]*\"|\d+|[Tt]rue|[Ff]alse))?\Z"
)
_NAME = re.compile(
    r"(?P<name>[A-Za-z_][\w.]*)(?:\s*\|\s*(?:default|d)\(\s*(?P<literal>'[^']*'|\"[^\"]*\"|\d+)[^)]*\))?(?:\s*\|\s*(?:int|string|trim))?\Z"
)
_SECRET = re.compile(r"secret|token|passw|key|credential|vault|auth", re.IGNORECASE)
_MOST_FILES, _MOST_VALUES, _MOST_ROUNDS, _LARGEST = 40, 2_000, 50, 300_000
_OPEN = object()

Value = str | int | float | bool | list["Value"] | dict[str, "Value"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template's text as far as it is decided, and the expressions that stay open."""

    text: str
    open: tuple[str, ...]


def rendered(tree: Tree, path: str) -> Rendered | None:
    """The template with literal variables in it; ``None`` for a file that is no template of Jinja's."""
    text = tree.text(path)
    if text is None or not (path.endswith(_ENDINGS) or _ROLE.search(path)) or len(text) > _LARGEST or "{" not in text:
        return None
    known = _variables(tree, path)
    for _ in range(_MOST_ROUNDS):
        shorter = _blocks(text, known)
        if shorter == text:
            break
        text = shorter
    filled = _PIECE.sub(lambda found: _filled(found, known), text)
    left = (found["value"] for found in _PIECE.finditer(filled) if found["value"] and found["value"] != "ansible_managed")
    return Rendered(filled, tuple(dict.fromkeys(left)))


def destination(tree: Tree, path: str) -> tuple[str, Place] | None:
    """Where a task of the role puts the template, and the task's line."""
    role, slash, name = path.rpartition("/templates/")
    for file in tree.paths if slash else ():
        if not file.startswith((f"{role}/tasks/", f"{role}/handlers/")) or not file.endswith((".yml", ".yaml")):
            continue
        lines = (tree.text(file) or "").splitlines()
        for number, line in enumerate(lines, 1):
            if re.search(rf"src\s*[:=]\s*[\"']?(?:templates/)?{re.escape(name)}[\"']?(?:\s|$)", line):
                near = " ".join(lines[max(0, number - 5) : number + 5])
                target = re.search(r"dest\s*[:=]\s*[\"']?(/[^\s\"']{1,200})", near)
                return (target[1], Place(file, number)) if target is not None else None
    return None


# ---------------------------------------------------------------- variables


def _variables(tree: Tree, path: str) -> dict[str, Value]:
    """Literal defaults of the role, over them those of all hosts, over them the role's own variables; never secrets."""
    role, slash, _ = path.rpartition("/templates/")
    files = list(_files(tree, f"{role}/defaults")) if slash else []
    everywhere = [
        each for each in tree.named("*.yml", "*.yaml", "all") if re.search(r"(?:^|/)group_vars/all(?:\.ya?ml$|/|$)", each)
    ]
    files += everywhere[:_MOST_FILES] + (list(_files(tree, f"{role}/vars")) if slash else [])
    known: dict[str, Value] = {}
    for file in files[: 2 * _MOST_FILES]:
        known.update(_read(tree, file))
    return known


def _files(tree: Tree, folder: str) -> Iterator[str]:
    yield from (f"{folder}/{name}" for name in ("main.yml", "main.yaml") if tree.exists(f"{folder}/{name}"))


def _read(tree: Tree, file: str) -> dict[str, Value]:
    from advisor.formats.yaml import parse

    text = tree.text(file) or ""
    if text.startswith("$ANSIBLE_VAULT") or tree.is_secret(file):
        return {}
    try:
        document = parse(text, file)
    except Unreadable:
        return {}
    pairs = list(document.items())[:_MOST_VALUES]
    return {key: value for key, node in pairs if not _SECRET.search(key) and (value := _plain(node)) is not None}


def _plain(node: Node) -> Value | None:
    value: Value | None = node.plain()
    return value


# ---------------------------------------------------------------- expressions


def _value(name: str, known: Mapping[str, Value], depth: int = 0) -> object:
    """The literal behind a name or ``a.b``; ``_OPEN`` where there is none."""
    found: object = known
    for step in name.split("."):
        if not isinstance(found, Mapping) or step not in found:
            return _OPEN
        found = found[step]
    if isinstance(found, str) and "{{" in found:
        filled = _PIECE.sub(lambda each: _filled(each, known, depth + 1), found) if depth < 5 else found
        return _OPEN if "{{" in filled else filled
    return found


def _filled(found: re.Match[str], known: Mapping[str, Value], depth: int = 0) -> str:
    """What stands in the place of an expression or comment: its value on one line, or itself."""
    if found[0].startswith("{#"):
        return "\n" * found[0].count("\n")
    named = _NAME.match(found["value"] or "")
    value = _value(named["name"], known, depth) if named is not None else _OPEN
    if value is _OPEN and named is not None and named["literal"]:
        value = named["literal"].strip("'\"")
    if isinstance(value, bool) or not isinstance(value, str | int | float) or "\n" in str(value):
        return found[0]
    return str(value)


def _holds(condition: str, known: Mapping[str, Value]) -> bool | None:
    """Whether a branch is taken; ``None`` where that is open."""
    for word, over in ((" or ", True), (" and ", False)):
        if word in condition:
            parts = [_holds(part.strip(), known) for part in condition.split(word)]
            return over if over in parts else None if None in parts else not over
    term = _TERM.match(condition)
    if term is None:
        return None
    value = _value(term["name"], known)
    if "defined" in condition.split():
        result = value is not _OPEN
        return (result is bool(term["negated"])) is bool(term["not"]) if result else None
    if value is _OPEN:
        return None
    if term["sign"]:
        same = str(value).lower() == term["literal"].strip("'\"").lower()
        return (same is (term["sign"] == "==")) is not bool(term["not"])
    return bool(value) is not bool(term["not"])


# ---------------------------------------------------------------- blocks


@dataclass(frozen=True, slots=True)
class _Tag:
    word: str
    rest: str
    start: int
    end: int


def _blocks(text: str, known: Mapping[str, Value]) -> str:
    """The text with one innermost block decided; the same text where none can be."""
    waiting: list[list[_Tag]] = []
    for found in _PIECE.finditer(text):
        if found["tag"] is None:
            continue
        word, _, rest = found["tag"].partition(" ")
        tag = _Tag(word, rest.strip(), found.start(), found.end())
        if word in ("if", "for"):
            waiting.append([tag])
        elif word in ("elif", "else") and waiting:
            waiting[-1].append(tag)
        elif word in ("endif", "endfor") and waiting:
            tags = [*waiting.pop(), tag]
            chosen = _chosen(text, tags, known) if word == "endif" else _unrolled(text, tags, known)
            if chosen is not None:
                return text[: tags[0].start] + chosen + text[tag.end :]
    return text


def _chosen(text: str, tags: list[_Tag], known: Mapping[str, Value]) -> str | None:
    """The branch that is taken, with the line breaks of the others."""
    pieces: list[str] = []
    taken = False
    for tag, following in pairwise(tags):
        body = text[tag.end : following.start]
        holds = True if tag.word == "else" else _holds(tag.rest, known)
        if holds is None and not taken:
            return None
        pieces.append(body if holds and not taken else "\n" * body.count("\n"))
        taken = taken or bool(holds)
    return "".join(pieces)


def _unrolled(text: str, tags: list[_Tag], known: Mapping[str, Value]) -> str | None:
    """A loop over a literal list, all of its rounds on one line; only for bodies without comments."""
    head = re.fullmatch(r"(\w+) in ([\w.]+)", tags[0].rest)
    body = text[tags[0].end : tags[-1].start]
    listed = _value(head[2], known) if head is not None else _OPEN
    if head is None or len(tags) != 2 or not isinstance(listed, list) or len(listed) > 50 or "#" in body or len(body) > 5_000:
        return None
    line = " ".join(body.split("\n"))
    rounds = (_PIECE.sub(lambda found, one=each: _filled(found, {**known, head[1]: one}), line) for each in listed)  # type: ignore[misc]
    return " ".join(rounds) + "\n" * body.count("\n")


def spoken_open(left: tuple[str, ...]) -> str:
    """What a template leaves open, as the end of a sentence; empty where nothing."""
    return f"; {', '.join(left[:4])} {'is' if len(left) == 1 else 'are'} left open by its template" if left else ""

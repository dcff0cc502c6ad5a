"""Expressions of Swift code -> the texts that they may be worth, and durations, as far as the app's own files show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from advisor.stack.hosts import is_local
from advisor.stack.own_code import OwnCode
from advisor.stack.swift.module import SwiftFile

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DEEPEST = 10
_MOST = 8
_MOST_FILES = 400
_UNITS = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "milliseconds": 0.001, "microseconds": 0.000001, "nanoseconds": 1e-9}
_HOST = re.compile(r"^\w+://(\[[^\]]*\]|[^/:?#]*)")
_INFO = re.compile(
    r"""infoDictionary\??\[\s?"(\w+)"|forInfoDictionaryKey:\s?"(\w+)"|environment\[\s?"(\w+)"\s?\]|Environment\.get\(\s?"(\w+)"\s?\)"""
)
_WRAPPED = ("postfix_expression", "try_expression", "await_expression", "tuple_expression", "as_expression", "prefix_expression")


@dataclass(frozen=True, slots=True)
class Text:
    """One text that an expression may be worth. ``guarded``: only in a build for development, or where nothing else is set."""

    value: str
    environment: str | None = None
    guarded: bool = False


class Values:
    """What expressions of one file are worth; a static of a type is looked for in the app's other files."""

    def __init__(self, code: OwnCode, file: SwiftFile) -> None:
        self.code = code
        self.file = file

    def texts(self, node: SgNode | None, depth: int = 0) -> list[Text]:
        """Every text that it may be; names that are computed stand in it as ``{name}``. Empty where it is none at all."""
        if node is None or depth > _DEEPEST:
            return []
        kind = node.kind()
        if kind in ("line_string_literal", "multi_line_string_literal", "raw_string_literal"):
            return self._literal(node, depth)
        if kind == "ternary_expression":
            parts = _named(node)
            return _chosen([text for part in parts[1:] for text in self.texts(part, depth + 1)])
        if kind == "nil_coalescing_expression":
            return self._fallback(node, depth)
        if kind == "additive_expression":
            return self._added(node, depth)
        if kind in ("simple_identifier", "self_expression"):
            return self._name(node.text(), depth)
        if (found := _INFO.search(node.text()[:200])) is not None and kind in (
            "call_expression",
            "navigation_expression",
            *_WRAPPED,
        ):
            name = next(group for group in found.groups() if group)
            return [Text(f"{{{name}}}", name)]
        if kind == "navigation_expression":
            return self._member(node, depth)
        if kind == "call_expression":
            return self._called(node, depth)
        if kind in _WRAPPED:
            inner = _named(node)
            return self.texts(inner[0] if kind != "prefix_expression" else inner[-1], depth + 1) if inner else []
        return []

    def seconds(self, node: SgNode | None, depth: int = 0) -> float | None:
        """``.seconds(30)``, a number of seconds, ``.now() + 3``."""
        if node is None or depth > _DEEPEST:
            return None
        text = node.text().replace("_", "").strip()
        if re.fullmatch(r"\d{1,12}(?:\.\d{1,6})?", text):
            return float(text)
        unit = re.fullmatch(r"(?:\w+)?\.(\w+)\(\s*(\d{1,15}(?:\.\d{1,6})?)\s*\)", text)
        if unit is not None and unit[1] in _UNITS:
            return float(unit[2]) * _UNITS[unit[1]]
        after = re.fullmatch(r"(?:\w+)?\.now\(?\)?\s*\+\s*(.{1,60})", text)
        if after is not None:
            return self.seconds(_named(node)[-1], depth + 1) if len(_named(node)) > 1 else None
        given = self.file.declared.get(text.removeprefix("self."), [])
        return self.seconds(given[0], depth + 1) if len(given) == 1 else None

    # ------------------------------------------------------------ kinds of expressions

    def _literal(self, node: SgNode, depth: int) -> list[Text]:
        found = [Text("", guarded=self.file.in_debug(node))]
        for part in _named(node):
            if part.kind() in ("line_str_text", "multi_line_str_text", "str_escaped_char", "raw_str_part", "raw_str_end_part"):
                found = [replace(text, value=text.value + part.text().strip('#"')) for text in found]
            else:
                filled = self.texts(next(iter(_named(part)), None), depth + 1) or [Text(f"{{{_word(part.text())}}}")]
                found = [_joined(text, more) for text in found for more in filled][:_MOST]
        return found

    def _fallback(self, node: SgNode, depth: int) -> list[Text]:
        parts = _named(node)
        first, second = self.texts(parts[0], depth + 1), self.texts(parts[-1], depth + 1)
        environment = next((text.environment for text in first if text.environment), None)
        if environment is not None:
            return [replace(text, environment=environment, guarded=True) for text in second] or first
        return first or [replace(text, guarded=True) for text in second]

    def _added(self, node: SgNode, depth: int) -> list[Text]:
        sides = [self.texts(part, depth + 1) or [Text(f"{{{_word(part.text())}}}")] for part in _named(node)]
        return [_joined(left, right) for left in sides[0] for right in sides[1]][:_MOST] if len(sides) == 2 else []

    def _name(self, name: str, depth: int) -> list[Text]:
        given = self.file.declared.get(name, [])
        if len(given) > 1 and not any(self.file.in_debug(node) for node in given):
            return []
        return _chosen([text for node in given[:_MOST] for text in self.worth(node, depth + 1)])

    def worth(self, node: SgNode, depth: int) -> list[Text]:
        """The value of a declaration, or what a computed property returns."""
        if node.kind() != "computed_property":
            return self.texts(node, depth)
        found = [text for each in node.find_all(kind="control_transfer_statement") for text in self.texts(_last(each), depth + 1)]
        if not found:
            statements = next((child for child in node.children() if child.kind() == "statements"), None)
            inner = [child for child in _named(statements) if child.kind() != "directive"] if statements is not None else []
            found = [text for each in inner[:_MOST] for text in self.texts(each, depth + 1)]
        return _chosen(found)

    def _member(self, node: SgNode, depth: int) -> list[Text]:
        """``self.url``, ``Config.url``, ``url.absoluteString``"""
        holder, _, name = node.text().rpartition(".")
        if name in ("absoluteString", "description"):
            return self.texts(_named(node)[0], depth + 1)
        if holder in ("self", "Self", ""):
            return self._name(name, depth)
        owner = next((piece for piece in reversed(holder.split(".")) if piece[:1].isupper()), None)
        if owner is None or not re.fullmatch(r"\w{1,80}", owner):
            return []
        for file in self._declaring(owner):
            if name in file.declared:
                return Values(self.code, file)._name(name, depth + 1)
        return []

    def _called(self, node: SgNode, depth: int) -> list[Text]:
        call = next((each for each in self.file.calls if each.node == node), None)
        if call is None:
            return []
        for label in ("string", "url", "fileURLWithPath"):
            if call.name in ("URL", "URLRequest", "NSURL", "URLComponents", "init") and label in call.labelled:
                return self.texts(call.labelled[label], depth + 1)
        if call.name == "url" and call.arguments:
            return self.texts(call.arguments[0], depth + 1)
        if call.name == "appendingPathComponent" and call.arguments:
            base = self.texts(_named(_named(node)[0])[0] if _named(_named(node)[0]) else None, depth + 1)
            return [
                _joined(replace(text, value=text.value.rstrip("/") + "/"), more)
                for text in base
                for more in self.texts(call.arguments[0], depth + 1)
            ]
        return []

    def _declaring(self, owner: str) -> Iterator[SwiftFile]:
        """The files of the app that declare or extend a type."""
        sign = re.compile(rf"\b(?:struct|enum|class|extension|actor)\s+{owner}\b")
        root = self.code.owner(self.file)
        for number, path in enumerate(self.code.tree.named("*.swift")):
            if number > _MOST_FILES:
                return
            if self.code.apps.owner(path).id == root.id and sign.search(self.code.tree.text(path) or ""):
                found = self.code.file(path)
                if isinstance(found, SwiftFile):
                    yield found


def _chosen(found: list[Text]) -> list[Text]:
    """Of several texts between which something chooses, those of one's own machine are for development if another is public."""
    hosts = {text.value: match[1].strip("[]").lower() for text in found if (match := _HOST.match(text.value))}
    if not any(not is_local(host) and host and "{" not in host for host in hosts.values()):
        return found[:_MOST]
    return [replace(text, guarded=text.guarded or is_local(hosts.get(text.value))) for text in found][:_MOST]


def _joined(left: Text, right: Text) -> Text:
    return Text(left.value + right.value, left.environment or right.environment, left.guarded or right.guarded)


def _named(node: SgNode | None) -> list[SgNode]:
    return [child for child in node.children() if child.is_named()] if node is not None else []


def _last(node: SgNode) -> SgNode | None:
    parts = _named(node)
    return parts[-1] if parts else None


def _word(text: str) -> str:
    names = re.findall(r"\w+", text[:80])
    return names[-1] if names else "value"

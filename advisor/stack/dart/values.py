"""Expressions of Dart code -> the texts that they may be worth, and durations, as far as the app's own files show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from advisor.stack.apps import Root
from advisor.stack.dart.module import FUNCTIONS, Call, DartFile, arguments
from advisor.stack.hosts import is_local
from advisor.stack.own_code import OwnCode

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DEEPEST = 10
_MOST = 8
_MOST_FILES = 40
_DEBUG = re.compile(r"\bkDebugMode\b|\bisDebug\w*\b|\bdebug\b|\bisDev\w*\b|\bkProfileMode\b", re.IGNORECASE)
_RELEASE = re.compile(r"\bkReleaseMode\b|dart\.vm\.product|\bisProd\w*\b|\bisRelease\b", re.IGNORECASE)
_UNITS = {"days": 86400.0, "hours": 3600.0, "minutes": 60.0, "seconds": 1.0, "milliseconds": 0.001, "microseconds": 0.000001}
_PASSED_ON = frozenset({"parse", "tryParse", "toString", "trim", "resolve", "normalizePath", "replace", "from"})
_QUOTED = ("string_literal_", "raw_string_literal")
_HOST = re.compile(r"^\w+://(\[[^\]]*\]|[^/:?#]*)")


@dataclass(frozen=True, slots=True)
class Text:
    """One text that an expression may be worth. ``guarded``: only in a build for development, or where nothing else is set."""

    value: str
    environment: str | None = None
    guarded: bool = False


class Values:
    """What expressions of one file are worth; names are followed into the files that it imports."""

    def __init__(self, code: OwnCode, file: DartFile) -> None:
        self.code = code
        self.file = file
        self.root = code.owner(file)

    def texts(self, node: SgNode | None, depth: int = 0) -> list[Text]:
        """Every text that it may be; names that are computed stand in it as ``{name}``. Empty where it is none at all."""
        if node is None or depth > _DEEPEST:
            return []
        kind = node.kind()
        if kind == "string_literal":
            return self._literal(node, depth)
        if kind == "conditional_expression":
            return self._either(node, depth)
        if kind == "if_null_expression":
            return self._fallback(node, depth)
        if kind == "additive_expression":
            return self._added(node, depth)
        if kind in ("identifier", "identifier_dollar_escaped"):
            return self._named(node.text(), depth)
        if kind in ("member_expression", "null_aware_member_expression"):
            return self._member(node, depth)
        if kind in ("call_expression", "const_object_expression", "new_expression"):
            return self._called(node, depth)
        if kind in ("await_expression", "unary_expression", "parenthesized_expression", "null_assertion_expression", "argument"):
            inner = [child for child in node.children() if child.is_named()]
            return self.texts(inner[-1], depth + 1) if inner else []
        if kind == "switch_expression":
            cases = [child for child in node.children() if child.kind() == "switch_expression_case"]
            values = [text for case in cases[:_MOST] for text in self.texts(_last(case), depth + 1)]
            return _chosen(values)
        if kind == "index_expression":
            found = re.match(r"(?:Platform\.environment|dotenv\.env|\w*env)\[\s?[\"'](\w+)[\"']\s?\]", node.text(), re.IGNORECASE)
            return [Text(f"{{{found[1]}}}", found[1])] if found else []
        return []

    def seconds(self, node: SgNode | None, depth: int = 0) -> float | None:
        """``Duration(seconds: 30)``, constants and multiples of it."""
        if node is None or depth > _DEEPEST:
            return None
        kind = node.kind()
        if kind in ("call_expression", "const_object_expression", "new_expression") and re.match(
            r"(?:const\s+|new\s+)?Duration\s*\(", node.text()
        ):
            _, named = arguments(node)
            amounts = [(unit, self.number(value, depth + 1)) for unit, value in named.items() if unit in _UNITS]
            if not amounts or any(amount is None for _, amount in amounts):
                return 0.0 if not named else None
            return float(sum(_UNITS[unit] * (amount or 0) for unit, amount in amounts))
        if kind == "member_expression" and node.text() == "Duration.zero":
            return 0.0
        found = self._declaration(node, depth)
        return Values(self.code, found[0]).seconds(found[1], depth + 1) if found is not None else None

    def number(self, node: SgNode | None, depth: int = 0) -> float | None:
        if node is None or depth > _DEEPEST:
            return None
        plain = node.text().replace("_", "")
        if re.fullmatch(r"\d{1,12}(?:\.\d{1,6})?", plain):
            return float(plain)
        parts = [child for child in node.children() if child.is_named()]
        if node.kind() == "multiplicative_expression" and len(parts) == 2 and "*" in node.text():
            left, right = self.number(parts[0], depth + 1), self.number(parts[1], depth + 1)
            return left * right if left is not None and right is not None else None
        if node.kind() in ("if_null_expression", "call_expression") and parts:
            fallback = self.texts(node, depth + 1)
            return float(fallback[0].value) if fallback and fallback[0].value.isdigit() and len(fallback[0].value) < 9 else None
        found = self._declaration(node, depth)
        return Values(self.code, found[0]).number(found[1], depth + 1) if found is not None else None

    # ------------------------------------------------------------ kinds of expressions

    def _literal(self, node: SgNode, depth: int) -> list[Text]:
        found = [Text("")]
        quoted = [child for child in node.children() if child.kind().startswith(_QUOTED)]
        for part in (piece for each in quoted for piece in each.children() if piece.is_named()):
            if part.kind() != "template_substitution":
                found = [replace(text, value=text.value + part.text()) for text in found]
                continue
            inner = next((child for child in part.children() if child.is_named()), None)
            filled = self.texts(inner, depth + 1) or [Text(f"{{{_word(part.text())}}}")]
            found = [_joined(text, more) for text in found for more in filled[:_MOST]][:_MOST]
        return found

    def _either(self, node: SgNode, depth: int) -> list[Text]:
        """Both sides; the one that a build for development takes is guarded."""
        parts = [child for child in node.children() if child.is_named()]
        if len(parts) != 3:
            return []
        condition = parts[0].text()
        sides = [self.texts(part, depth + 1) for part in parts[1:]]
        negated = condition.lstrip("( ").startswith("!")
        for at, sign in ((0, _DEBUG), (1, _RELEASE)):
            if sign.search(condition):
                dev = 1 - at if negated else at
                sides[dev] = [replace(text, guarded=True) for text in sides[dev]]
                return [*sides[0], *sides[1]][:_MOST]
        return _chosen([*sides[0], *sides[1]])

    def _fallback(self, node: SgNode, depth: int) -> list[Text]:
        parts = [child for child in node.children() if child.is_named()]
        first = self.texts(parts[0], depth + 1) if parts else []
        second = self.texts(parts[-1], depth + 1) if len(parts) > 1 else []
        environment = next((text.environment for text in first if text.environment), None)
        if environment is not None:
            return [replace(text, environment=environment, guarded=True) for text in second] or first
        return [*first, *second][:_MOST] if not first or "{" in first[0].value else first

    def _added(self, node: SgNode, depth: int) -> list[Text]:
        parts = [child for child in node.children() if child.is_named()]
        if len(parts) != 2:
            return []
        sides = [self.texts(part, depth + 1) or [Text(f"{{{_word(part.text())}}}")] for part in parts]
        return [_joined(left, right) for left in sides[0] for right in sides[1]][:_MOST]

    def _named(self, name: str, depth: int) -> list[Text]:
        found = self._find(self.file, name)
        if found is None:
            return []
        return Values(self.code, found[0]).worth(found[1], depth + 1)

    def worth(self, node: SgNode, depth: int) -> list[Text]:
        """The value of a declaration, or what a function or getter returns."""
        if node.kind() not in FUNCTIONS:
            return self.texts(node, depth)
        body = next((child for child in node.children() if child.kind() == "function_body"), None)
        arrow = [child for child in body.children() if child.is_named()] if body is not None else []
        if body is not None and arrow and arrow[-1].kind() != "block":
            return self.texts(arrow[-1], depth + 1)
        found: list[Text] = []
        for each in body.find_all(kind="return_statement") if body is not None else []:
            guarded = in_debug(each, node)
            values = self.texts(_last(each), depth + 1)
            found += [replace(text, guarded=text.guarded or guarded) for text in values]
        return _chosen(found)

    def _member(self, node: SgNode, depth: int) -> list[Text]:
        """``Config.url``: a static of a class; ``this.url``."""
        holder, _, name = node.text().rpartition(".")
        holder = holder.rstrip("?!")
        if holder in ("this", "widget"):
            return self._named(name, depth)
        if node.text().startswith("Uri.base"):
            return [Text(f"{{{node.text()}}}")]
        pieces = holder.split(".")
        owner = next((piece for piece in reversed(pieces) if piece[:1].isupper()), None)
        if owner is None or not re.fullmatch(r"\w{1,80}", owner):
            return []
        for file in self._reached(re.compile(rf"\b(?:class|enum|mixin|extension)\s+{owner}\b")):
            found = self._find(file, name, elsewhere=False)
            if found is not None:
                return Values(self.code, found[0]).worth(found[1], depth + 1)
        return []

    def _called(self, node: SgNode, depth: int) -> list[Text]:
        call = next((each for each in self.file.calls if each.node == node), None)
        if call is None:
            return []
        first = call.arguments[0] if call.arguments else None
        if call.name == "fromEnvironment" and first is not None:
            name = _unquoted(first)
            default = self.texts(call.named.get("defaultValue"), depth + 1)
            return [replace(text, environment=name, guarded=True) for text in default] or [Text(f"{{{name}}}", name)]
        if call.name in ("get", "maybeGet") and call.of.endswith("dotenv") and first is not None:
            name = _unquoted(first)
            default = self.texts(call.named.get("fallback"), depth + 1)
            return [replace(text, environment=name, guarded=True) for text in default] or [Text(f"{{{name}}}", name)]
        if call.name == "Uri" and not call.arguments:
            return self._uri(call, depth)
        if call.name in ("replaceFirst", "replaceAll") and len(call.arguments) == 2:
            old, new = (_unquoted(each) for each in call.arguments)
            return [replace(text, value=text.value.replace(old, new, 1)) for text in self._holder(call, depth)]
        if call.name in _PASSED_ON:
            return self.texts(first, depth + 1) if first is not None and call.name != "trim" else self._holder(call, depth)
        if not call.of and not call.arguments and not call.named:
            return self._named(call.name, depth)
        return []

    def _holder(self, call: Call, depth: int) -> list[Text]:
        """What stands before the last dot of a call."""
        callee = next((child for child in call.node.children() if child.is_named()), None)
        inner = next((child for child in callee.children() if child.is_named()), None) if callee is not None else None
        return self.texts(inner, depth + 1)

    def _uri(self, call: Call, depth: int) -> list[Text]:
        """``Uri(scheme: 'wss', host: 'a.org', port: 1, path: '/ws')``"""
        parts = {
            key: (self.texts(value, depth + 1) or [Text(f"{{{_word(value.text())}}}")])[0] for key, value in call.named.items()
        }
        if "host" not in parts:
            return []
        port = call.named.get("port")
        number = self.number(port) if port is not None else None
        shown = f":{number:g}" if number else ""
        path = parts["path"].value if "path" in parts else ""
        scheme = parts["scheme"].value if "scheme" in parts else "{scheme}"
        environment = next((each.environment for each in parts.values() if each.environment), None)
        path = f"/{path.lstrip('/')}" if path else ""
        return [Text(f"{scheme}://{parts['host'].value}{shown}{path}", environment, parts["host"].guarded)]

    # ------------------------------------------------------------ names

    def _declaration(self, node: SgNode, depth: int) -> tuple[DartFile, SgNode] | None:
        """The declaration of a plain name or of a static of a class."""
        if node.kind() == "identifier":
            return self._find(self.file, node.text())
        holder, _, name = node.text().rpartition(".")
        owner = holder.rpartition(".")[2]
        if node.kind() == "member_expression" and re.fullmatch(r"[A-Z]\w{0,80}", owner):
            for file in self._reached(re.compile(rf"\b(?:class|enum|mixin)\s+{owner}\b")):
                found = self._find(file, name, elsewhere=False)
                if found is not None:
                    return found
        return None

    def _find(self, file: DartFile, name: str, *, elsewhere: bool = True) -> tuple[DartFile, SgNode] | None:
        """The one declaration, getter or parameter with a default of that name; in this file first, then in what it imports."""
        given = [*file.declared.get(name, []), *parameters(file, name)]
        body = file.body(name)
        if body is not None and not given:
            return file, body
        if len(given) == 1:
            return file, given[0]
        if given or not elsewhere or not re.fullmatch(r"\w{1,80}", name):
            return None
        sign = re.compile(
            rf"^(?:const|final|var|String|late final|static const)\b[^\n=;(]{{0,60}}\b{name}\s*(?:=|\{{)", re.MULTILINE
        )
        for other in self._reached(sign):
            if other is not file:
                return self._find(other, name, elsewhere=False)
        return None

    def _reached(self, sign: re.Pattern[str]) -> Iterator[DartFile]:
        """This file and those that it imports, barrel files followed once, as far as the text has that sign."""
        seen: set[str] = set()
        waiting = [self.file.path]
        while waiting and len(seen) < _MOST_FILES:
            path = waiting.pop(0)
            if path in seen:
                continue
            seen.add(path)
            text = self.code.tree.text(path) or ""
            if sign.search(text):
                found = self.code.file(path)
                if isinstance(found, DartFile):
                    yield found
            if path == self.file.path or re.search(r"^\s{0,4}export\s", text, re.MULTILINE):
                waiting += imported(text, path, self.root, self.code.tree.exists)


def imported(text: str, path: str, root: Root, exists: Callable[[str], bool]) -> list[str]:
    """The files of the tree that a file imports or exports."""
    found = []
    for each in re.finditer(r"""^\s{0,8}(?:import|export)\s+["']([^"'\n]{1,200})["']""", text[:60_000], re.MULTILINE):
        name = each[1]
        if name.startswith("package:"):
            inside = name.partition("/")[2]
            target = f"lib/{inside}" if root.path == "." else f"{root.path}/lib/{inside}"
        elif ":" in name:
            continue
        else:
            target = normpath(join(dirname(path), name))
        if not target.startswith("..") and exists(target):
            found.append(target)
    return found


def parameters(file: DartFile, name: str) -> Iterator[SgNode]:
    """The defaults of parameters of that name (``this.url = 'ws://...'``)."""
    for node in file.of_kind("optional_formal_parameters"):
        parts = [child for child in node.children() if child.is_named()]
        for before, after in pairwise(parts):
            if before.kind() == "formal_parameter" and after.kind() != "formal_parameter" and _word(before.text()) == name:
                yield after


def in_debug(node: SgNode, outermost: SgNode | None = None) -> bool:
    """True for code inside ``if (kDebugMode)`` or ``assert``, and in the else of ``if (kReleaseMode)``."""
    inside = node
    for parent in node.ancestors():
        if outermost is not None and parent == outermost:
            return False
        if parent.kind() == "assert_statement":
            return True
        if parent.kind() == "if_statement":
            parts = [child for child in parent.children() if child.is_named()]
            condition = parts[0].text() if parts else ""
            otherwise = len(parts) > 2 and inside == parts[2]
            debug = bool(_DEBUG.search(condition)) is not condition.lstrip("( ").startswith("!")
            release = bool(_RELEASE.search(condition)) is not condition.lstrip("( ").startswith("!")
            if _DEBUG.search(condition) and debug is not otherwise:
                return True
            if _RELEASE.search(condition) and release is otherwise:
                return True
        inside = parent
    return False


def _chosen(found: list[Text]) -> list[Text]:
    """Of several texts between which something chooses, those of one's own machine are for development if another is public."""
    hosts = {text.value: match[1].strip("[]").lower() for text in found if (match := _HOST.match(text.value))}
    public = any(not is_local(host) and host and "{" not in host for host in hosts.values())
    if not public:
        return found[:_MOST]
    return [replace(text, guarded=text.guarded or is_local(hosts.get(text.value))) for text in found][:_MOST]


def _joined(left: Text, right: Text) -> Text:
    return Text(left.value + right.value, left.environment or right.environment, left.guarded or right.guarded)


def _last(node: SgNode) -> SgNode | None:
    parts = [child for child in node.children() if child.is_named()]
    return parts[-1] if parts else None


def _word(text: str) -> str:
    names = re.findall(r"\w+", text[:80])
    return names[-1] if names else "value"


def _unquoted(node: SgNode) -> str:
    return node.text().strip("rR").strip("'\"")

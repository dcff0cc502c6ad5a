"""A parsed Java, Kotlin or C# file -> its calls, classes, annotations and named values, in one shape for the three grammars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from advisor.model import Place
from advisor.stack.own_code import SourceFile

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Key = tuple[int, int]

_CALLS = (
    "method_invocation",
    "call_expression",
    "invocation_expression",
    "object_creation_expression",
    "implicit_object_creation_expression",
)
_CLASSES = ("class_declaration", "record_declaration", "interface_declaration", "object_declaration")
FUNCTIONS = (
    "method_declaration",
    "function_declaration",
    "constructor_declaration",
    "local_function_statement",
    "secondary_constructor",
)
_NAMES = ("identifier", "simple_identifier", "type_identifier", "field_identifier")
_BASES = ("superclass", "super_interfaces", "extends_interfaces", "base_list", "delegation_specifier", "type_list")
_DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call or annotation; ``name`` where it is written with one."""

    name: str | None
    node: SgNode


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function or constructor. ``name`` is the last part of what is called, without type arguments."""

    name: str
    receiver: SgNode | None
    arguments: tuple[Argument, ...]
    node: SgNode
    made: bool = False
    """True for ``new X(...)``; Kotlin writes constructions like calls."""
    types: tuple[str, ...] = ()
    """Type arguments, simple names: ``MapHub<ChatHub>`` -> ``("ChatHub",)``."""
    block: SgNode | None = None
    """Kotlin's lambda after the parentheses, C#'s initializer in braces."""

    def argument(self, position: int | None, *names: str) -> SgNode | None:
        """The argument of that name, else the one at that position."""
        named = next((each.node for each in self.arguments if each.name in names), None)
        if named is not None or position is None:
            return named
        free = [each.node for each in self.arguments if each.name is None]
        return free[position] if position < len(free) else None

    @property
    def values(self) -> tuple[SgNode, ...]:
        return tuple(each.node for each in self.arguments)


@dataclass(frozen=True, slots=True)
class Annotation:
    """``@ServerEndpoint("/ws")`` or ``[Route("x")]``: simple name, arguments, and what it stands on."""

    name: str
    arguments: tuple[Argument, ...]
    node: SgNode
    owner: SgNode

    def argument(self, *names: str) -> SgNode | None:
        """The argument of one of these names, else the first one that has none."""
        named = next((each.node for each in self.arguments if each.name in names), None)
        return named if named is not None else next((each.node for each in self.arguments if each.name is None), None)


@dataclass(frozen=True, slots=True)
class Class:
    """A class or object with the simple names of what it extends and implements."""

    name: str
    bases: tuple[str, ...]
    node: SgNode


class Unit:
    """One parsed file with its parts looked up once."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.path = file.path
        self.text = file.text

    def place(self, node: SgNode) -> Place:
        return self.file.place(node)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """All calls, in the order of the text."""
        return tuple(call for node in self.file.of_kind(*_CALLS) if (call := _call(node)) is not None)

    @cached_property
    def _called(self) -> dict[str, list[Call]]:
        found: dict[str, list[Call]] = {}
        for call in self.calls:
            found.setdefault(call.name, []).append(call)
        return found

    def called(self, *names: str) -> list[Call]:
        """Calls of these simple names, in the order of the names."""
        return [call for name in names for call in self._called.get(name, ())]

    @cached_property
    def _after(self) -> dict[Key, Call]:
        return {key(call.receiver): call for call in self.calls if call.receiver is not None}

    @cached_property
    def _at(self) -> dict[Key, Call]:
        return {key(call.node): call for call in self.calls}

    def call_at(self, node: SgNode | None) -> Call | None:
        """The call that this node is."""
        return self._at.get(key(node)) if node is not None and node.kind() in _CALLS else None

    def onward(self, call: Call) -> Iterator[Call]:
        """The calls chained onto one: ``addHandler(...)`` -> ``setAllowedOrigins(...)``, ``withSockJS()``."""
        for _ in range(_DEEPEST):
            following = self._after.get(key(call.node))
            if following is None:
                return
            yield following
            call = following

    def before(self, call: Call) -> Iterator[Call]:
        """The calls that this one is chained onto, nearest first."""
        for _ in range(_DEEPEST):
            earlier = self.call_at(call.receiver)
            if earlier is None:
                return
            yield earlier
            call = earlier

    @cached_property
    def classes(self) -> tuple[Class, ...]:
        return tuple(_class(node) for node in self.file.of_kind(*_CLASSES))

    @cached_property
    def annotations(self) -> tuple[Annotation, ...]:
        """All annotations and attributes, in the order of the text."""
        nodes = self.file.of_kind("annotation", "marker_annotation", "attribute")
        return tuple(found for node in nodes if (found := _annotation(node)) is not None)

    def annotated(self, *names: str) -> list[Annotation]:
        return [each for each in self.annotations if each.name in names]

    @cached_property
    def assigned(self) -> dict[str, list[SgNode]]:
        """Name -> what its declaration gives it (``private static final String PATH = "/ws"``)."""
        found: dict[str, list[SgNode]] = {}
        for node in self.file.of_kind("variable_declarator", "property_declaration"):
            name, given = _declared(node)
            if name and given is not None:
                found.setdefault(name, []).append(given)
        return found

    @cached_property
    def imports(self) -> str:
        """The imports and usings of the file as text."""
        return "\n".join(node.text() for node in self.file.of_kind("import_declaration", "import_header", "using_directive"))

    def class_around(self, node: SgNode) -> Class | None:
        for parent in node.ancestors():
            if parent.kind() in _CLASSES:
                return _class(parent)
        return None


def key(node: SgNode) -> Key:
    """Where a node begins and ends, which tells it from every other one of its file."""
    found = node.range()
    return found.start.index, found.end.index


def simple(text: str) -> str:
    """``A.B.ChatHub<X>?`` -> ``ChatHub``."""
    return text.split("<", 1)[0].rstrip("?").rsplit(".", 1)[-1].strip()


def named_children(node: SgNode) -> list[SgNode]:
    return [child for child in node.children() if child.is_named() and "comment" not in child.kind()]


def function_around(node: SgNode) -> SgNode | None:
    """The method or function that a node stands in; lambdas belong to what is around them."""
    return next((parent for parent in node.ancestors() if parent.kind() in FUNCTIONS), None)


def function_name(node: SgNode | None) -> str:
    if node is None:
        return ""
    name = node.field("name")
    if name is None:
        name = next((child for child in node.children() if child.kind() in _NAMES), None)
    return name.text() if name is not None else ""


def _call(node: SgNode) -> Call | None:
    kind = node.kind()
    if kind == "call_expression":
        return _kotlin_call(node)
    if kind == "method_invocation":
        name, given = node.field("name"), node.field("arguments")
        return Call(name.text(), node.field("object"), _arguments(given), node) if name is not None else None
    if kind == "invocation_expression":
        return _sharp_call(node)
    made = node.field("type")
    block = node.field("initializer")
    if block is None:
        block = next((child for child in node.children() if child.kind() in ("initializer_expression", "class_body")), None)
    given = node.field("arguments")
    if given is None:
        given = next((child for child in node.children() if child.kind() == "argument_list"), None)
    name_text = simple(made.text()) if made is not None else _implied(node)
    return Call(name_text, None, _arguments(given), node, True, _types(made), block)


def _implied(node: SgNode) -> str:
    """The type of ``new()``: that of the declaration around it."""
    parent = node.parent()
    for _ in range(4):
        if parent is None:
            return ""
        if parent.kind() == "variable_declaration":
            declared = parent.field("type")
            return simple(declared.text()) if declared is not None else ""
        parent = parent.parent()
    return ""


def _sharp_call(node: SgNode) -> Call | None:
    function = node.field("function")
    if function is None:
        return None
    receiver: SgNode | None = None
    if function.kind() == "conditional_access_expression":
        parts = named_children(function)
        receiver, function = parts[0], parts[-1]
    if function.kind() in ("member_access_expression", "member_binding_expression"):
        receiver = function.field("expression") or receiver
        function = function.field("name") or function
    return Call(simple(function.text()), receiver, _arguments(node.field("arguments")), node, types=_types(function))


def _kotlin_call(node: SgNode) -> Call | None:
    parts = named_children(node)
    if len(parts) < 2 or parts[-1].kind() != "call_suffix":
        return None
    callee, suffix = parts[0], parts[-1]
    receiver = None
    if callee.kind() == "navigation_expression":
        inner = named_children(callee)
        receiver = inner[0] if inner else None
        name = inner[-1].text().lstrip("?.: ") if len(inner) > 1 else ""
    elif callee.kind() == "call_expression":
        inner_call = _kotlin_call(callee)
        block = next((child for child in suffix.children() if child.kind() == "annotated_lambda"), None)
        if inner_call is None:
            return None
        return Call(inner_call.name, inner_call.receiver, inner_call.arguments, node, types=inner_call.types, block=block)
    else:
        name = callee.text() if callee.kind() in _NAMES else ""
    given = next((child for child in suffix.children() if child.kind() == "value_arguments"), None)
    block = next((child for child in suffix.children() if child.kind() == "annotated_lambda"), None)
    return Call(name, receiver, _arguments(given), node, types=_types(suffix), block=block) if name else None


def _arguments(given: SgNode | None) -> tuple[Argument, ...]:
    """Arguments of a call, an annotation or an attribute."""
    found = []
    for child in named_children(given) if given is not None else ():
        if child.kind() in ("value_argument", "argument", "attribute_argument", "element_value_pair"):
            parts = named_children(child)
            named = len(parts) > 1 and parts[0].kind() in (*_NAMES, "name_colon", "name_equals")
            if parts:
                found.append(Argument(parts[0].text().rstrip(":= ") if named else None, parts[-1]))
        elif child.kind() == "assignment_expression":
            left, right = child.field("left"), child.field("right")
            if left is not None and right is not None:
                found.append(Argument(left.text(), right))
        else:
            found.append(Argument(None, child))
    return tuple(found)


def _types(node: SgNode | None) -> tuple[str, ...]:
    listed = (
        next((child for child in node.children() if child.kind() in ("type_argument_list", "type_arguments")), None)
        if node is not None
        else None
    )
    return tuple(simple(child.text()) for child in named_children(listed)) if listed is not None else ()


def _class(node: SgNode) -> Class:
    bases: list[str] = []
    waiting = [child for child in node.children() if child.kind() in _BASES]
    while waiting:
        part = waiting.pop(0)
        for child in named_children(part):
            if child.kind() in _BASES:
                waiting.append(child)
            elif child.kind() not in ("value_arguments", "argument_list"):
                bases.append(simple(child.text().split("(", 1)[0]))
    return Class(function_name(node), tuple(bases), node)


def _annotation(node: SgNode) -> Annotation | None:
    """Java's two kinds, Kotlin's constructor invocation or plain type, C#'s attribute."""
    inner = next((child for child in node.children() if child.kind() == "constructor_invocation"), node)
    names = [
        child for child in named_children(inner) if child.kind() in (*_NAMES, "user_type", "scoped_identifier", "qualified_name")
    ]
    owner = node.parent()
    while owner is not None and owner.kind() in ("modifiers", "attribute_list", "annotation"):
        owner = owner.parent()
    if not names or owner is None:
        return None
    lists = ("annotation_argument_list", "value_arguments", "attribute_argument_list")
    given = next((child for child in inner.children() if child.kind() in lists), None)
    name = simple(names[0].text()).removesuffix("Attribute")
    return Annotation(name, _arguments(given), node, owner)


def _declared(node: SgNode) -> tuple[str, SgNode | None]:
    """Name and first value of a variable, field or property."""
    parts = named_children(node)
    if node.kind() == "variable_declarator":
        name, given = node.field("name"), node.field("value")
        if name is None and parts:
            name = parts[0]
        if given is None and len(parts) > 1:
            given = parts[-1]
        return (name.text() if name is not None else ""), given
    variable = next((child for child in parts if child.kind() == "variable_declaration"), None)
    if variable is not None:
        inner = named_children(variable)
        last = parts[-1]
        known = last.kind() not in ("variable_declaration", "getter", "setter", "type_constraints", "property_delegate")
        return (inner[0].text() if inner else ""), last if known else None
    name, given = node.field("name"), node.field("value")
    return (name.text() if name is not None else ""), given

"""The HTTP server that a socket server is attached to -> its port, the host it binds, and whether it answers plain requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from advisor.stack.javascript import syntax
from advisor.stack.javascript.names import Script
from advisor.stack.javascript.parts import Value
from advisor.stack.javascript.project import Project
from advisor.stack.javascript.values import Evaluator

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_SERVERS = frozenset({"http", "https", "http2", "spdy"})
_ASKS = ("on", "once", "addListener", "prependListener")
_CREATES = frozenset({"createServer", "createSecureServer", "Server"})
WORDS = frozenset({".listen(", "process.env.PORT"})


@dataclass(frozen=True, slots=True)
class Listening:
    """``handled``: something else answers plain requests; ``None`` where that is not seen."""

    port: int | None = None
    port_from: Literal["literal", "environment", "default"] | None = None
    bind: str | None = None
    handled: bool | None = None

    @property
    def found(self) -> bool:
        return self.port_from is not None


def port_of(script: Script, node: SgNode) -> Listening:
    """The port that an expression is, with where it comes from."""
    values = Evaluator(script).values(node)
    environment = any(value.environment for value in values) or (node.text().rsplit(".", 1)[-1] == "PORT" and "." in node.text())
    numbers = {int(value.number) for value in values if value.number is not None and 0 < value.number < 65536}
    if environment:
        return Listening(numbers.pop() if len(numbers) == 1 else None, "environment")
    return Listening(numbers.pop(), "literal") if len(numbers) == 1 else Listening()


def arguments_of(script: Script, call: SgNode) -> Listening:
    """``listen(port, host)``, ``listen({port, host})``, in any of Node's forms."""
    given = syntax.arguments(call)
    if not given:
        return Listening()
    if given[0].kind() == "object":
        options = dict(syntax.entries(given[0]))
        port, host = options.get("port"), options.get("host") or options.get("hostname")
    else:
        port, host = given[0], given[1] if len(given) > 1 else None
    if port is None or port.kind() in syntax.FUNCTIONS:
        return Listening()
    return replace(port_of(script, port), bind=bind_of(script, host))


def bind_of(script: Script, host: SgNode | None) -> str | None:
    """The literal host; ``None`` where it is not given, or comes from somewhere else."""
    if host is None or host.kind() in syntax.FUNCTIONS or host.kind() == "number":
        return None
    values: tuple[Value, ...] = Evaluator(script).values(host)
    return values[0].literal or None if len(values) == 1 and not values[0].environment else None


def behind(script: Script, server: SgNode | None, project: Project) -> Listening:
    """The server that an expression names: in its own file, else the one server that the app starts anywhere."""
    handled = _handled(script, server) if server is not None else None
    own = [call for call, _, _ in script.methods("listen")]
    matching = [call for call in own if server is not None and _same(script, call, server)]
    chosen = matching or (own if len(own) == 1 else [])
    results = {arguments_of(script, call) for call in chosen}
    if len(results) == 1 and next(iter(results)).found:
        return replace(results.pop(), handled=handled)
    if not results:
        results = set(_elsewhere(script, project))
    bind = {result.bind for result in results}
    agreed = next(iter(results)) if len(results) == 1 else Listening()
    listening = agreed if agreed.found else from_environment(script, project)
    return replace(listening, handled=handled, bind=bind.pop() if len(bind) == 1 else listening.bind)


def _elsewhere(script: Script, project: Project) -> Iterator[Listening]:
    """Every ``listen`` call of the app outside its tests."""
    for path in project.tree.having(".listen("):
        if path == script.path or not project.together(path, script.path):
            continue
        other = project.script(path)
        for call, _, _ in other.methods("listen") if other else ():
            if other:
                yield arguments_of(other, call)


def from_environment(script: Script, project: Project) -> Listening:
    """``process.env.PORT || 3000`` anywhere in the app, where nothing nearer shows the port."""
    found: set[Listening] = set()
    for path in project.tree.having("process.env.PORT"):
        other = project.script(path) if project.together(path, script.path) else None
        for node in other.by_kind["member_expression"] if other else ():
            if other and node.text() == "process.env.PORT":
                whole = node
                for above in node.ancestors():
                    if above.kind() not in ("binary_expression", "parenthesized_expression"):
                        break
                    whole = above
                found.add(port_of(other, whole))
    ports = {result.port for result in found if result.port}
    if not found:
        return Listening()
    return Listening(ports.pop() if len(ports) == 1 else None, "environment")


def _root(node: SgNode) -> SgNode:
    """The start of a chain of calls: ``server.once(...).listen`` -> ``server``."""
    for _ in range(40):
        node = syntax.bare(node)
        if node.kind() == "call_expression":
            function = node.field("function")
            parts = syntax.member(function) if function else None
            if parts is None:
                return node
            node = parts[0]
        else:
            return node
    return node


def _same(script: Script, call: SgNode, server: SgNode) -> bool:
    """True where ``call`` makes the server listen that ``server`` names, or is itself what ``server`` was declared with."""
    function = call.field("function")
    parts = syntax.member(function) if function else None
    if parts is None:
        return False
    wanted = server.text()
    if _root(parts[0]).text() == wanted or parts[0].text() == wanted:
        return True
    value = script.value(wanted, server) if syntax.is_name(server) else server
    if value is not None and syntax.within(call, value):
        return True
    handler = next(iter(syntax.arguments(value)), None) if value is not None and value.kind() == "call_expression" else None
    return handler is not None and handler.text() == _root(parts[0]).text()


def _handled(script: Script, server: SgNode) -> bool | None:
    """Whether an HTTP server has somebody who answers plain requests."""
    value: SgNode | None = server
    if syntax.is_name(server):
        value = script.value(server.text(), server)
    elif server.kind() == "member_expression":
        assigned = script.assigned.get(server.text(), [])
        value = assigned[0].field("right") if len(assigned) == 1 else None
    created = _creation(script, value) if value is not None else None
    if created is None:
        return None
    handlers = [given for given in syntax.arguments(created) if given.kind() != "object" and not _options(script, given)]
    asked = any(_root(holder).text() == server.text() and _event(call) == "request" for call, holder, _ in script.methods(*_ASKS))
    return bool(handlers) or asked


def _creation(script: Script, node: SgNode) -> SgNode | None:
    """The ``createServer`` call at the start of a chain of calls, if it is one of Node's own servers."""
    for _ in range(40):
        node = syntax.bare(node)
        function = syntax.callee(node) if node.kind() in ("call_expression", "new_expression") else None
        if function is None:
            return None
        origin = script.origin(function)
        if origin and origin[0] in _SERVERS and origin[1].rsplit(".", 1)[-1] in _CREATES:
            return node
        parts = syntax.member(function)
        if parts is None:
            return None
        node = parts[0]
    return None


def _options(script: Script, node: SgNode) -> bool:
    value = script.value(node.text(), node) if syntax.is_name(node) else None
    return value is not None and value.kind() == "object"


def _event(call: SgNode) -> str | None:
    given = syntax.arguments(call)
    return syntax.string(given[0]) if given else None

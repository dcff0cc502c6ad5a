"""Flask-Sock routes and direct use of simple-websocket -> one server use for each app."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Endpoint, Heartbeat, Place, Use
from advisor.scope import scope_of
from advisor.stack.library import libraries
from advisor.stack.python.listening import flask_listening
from advisor.stack.python.module import Module, argument, receiver
from advisor.stack.python.project import Project
from advisor.stack.python.routers import public
from advisor.stack.python.sockets import backplane, broadcasts
from advisor.stack.python.values import value

WORDS = ("flask_sock", "simple_websocket", "SOCK_SERVER_OPTIONS", "sock.route", "flask")
_ACCEPTS = ("simple_websocket.Server", "simple_websocket.Server.accept", "simple_websocket.AioServer.accept")


def detect(project: Project) -> Iterator[Use]:
    grouped: dict[tuple[str, str], list[tuple[Module, Endpoint]]] = {}
    roots = {project.apps.owner(path).id for path in project.files("flask_sock", "simple_websocket")}
    for module in project.modules("flask_sock", "simple_websocket", "sock.route"):
        if project.owner(module).id not in roots:
            continue
        for endpoint in _endpoints(project, module):
            grouped.setdefault((project.owner(module).id, scope_of(module.file)), []).append((module, endpoint))
    for found in grouped.values():
        yield _use(project, found)


def _endpoints(project: Project, module: Module) -> Iterator[Endpoint]:
    for found in module.decorated:
        made = project.made(module, receiver(found.decorator)) if found.name.endswith(".route") else None
        if made and made.name == "flask_sock.Sock":
            yield _endpoint(project, module, found.decorator)
    for call in module.called(*_ACCEPTS):
        around = next((item for item in module.decorated if _holds(item.definition, call.node)), None)
        if around and around.decorator.kind() == "call":
            yield _endpoint(project, module, around.decorator)
        else:
            yield Endpoint(None, module.place(call.node))


def _holds(definition: object, node: object) -> bool:
    outer, inner = definition.range(), node.range()  # type: ignore[attr-defined]
    return bool(outer.start.index <= inner.start.index and inner.end.index <= outer.end.index)


def _endpoint(project: Project, module: Module, decorator: object) -> Endpoint:
    written = value(project, module, argument(decorator, 0, "path", "rule"))  # type: ignore[arg-type]
    path, prefix = public("", written if isinstance(written, str) else None)
    return Endpoint(path, module.place(decorator), prefix=prefix)  # type: ignore[arg-type]


def _use(project: Project, found: list[tuple[Module, Endpoint]]) -> Use:
    module = found[0][0]
    known = libraries()["flask-sock"]
    root = project.owner(module)
    at = flask_listening(project, module, ("flask.Flask",))
    modules = list({other.file: other for other, _ in found}.values())
    sends = next((place for other in modules if (place := broadcasts(other))), None)
    joined = backplane(project, module) if sends else None
    return Use(
        known.id,
        known.name,
        "server",
        root.id,
        found[0][1].place,
        scope=scope_of(module.file),
        version=project.packages.version(root, known.packages),
        endpoints=tuple(Endpoint(e.path, e.place, at.port, at.port_from, at.bind, e.prefix) for _, e in found),
        heartbeat=_heartbeat(project, module),
        broadcasts=sends,
        backplane=joined,
        backplane_scope="network" if joined else None,
        http10=known.http10,
        runs_in="wsgi",
        cookies=any(
            name in ("flask_login.current_user", "flask.session") for other in modules for name in other.imports.values()
        ),
    )


def _heartbeat(project: Project, module: Module) -> Heartbeat | None:
    """``SOCK_SERVER_OPTIONS = {"ping_interval": 25}`` in the Flask configuration; nothing is sent without it."""
    for other in project.siblings(module, "SOCK_SERVER_OPTIONS", "sock.route", "flask"):
        for pair in other.root.find_all(kind="pair"):
            key = pair.field("key")
            if key is not None and key.text().strip("\"'") == "ping_interval":
                interval = value(project, other, pair.field("value"))
                place: Place = other.place(pair)
                if isinstance(interval, int | float) and interval:
                    default = libraries()["flask-sock"].heartbeat(None)
                    timeout = interval * default.answer_within if default and default.answer_within else None
                    return Heartbeat("server", "configured", float(interval), timeout, place, fact="flask-sock/heartbeat")
                return None
    return Heartbeat("none", "default", fact="flask-sock/heartbeat")

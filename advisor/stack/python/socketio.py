"""Socket.IO in Python (python-socketio, python-engineio, Flask-SocketIO) -> server uses and what joins their processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from advisor.model import Endpoint, Heartbeat, Place, Setting, Use
from advisor.scope import scope_of
from advisor.stack.library import Library, libraries
from advisor.stack.python.clients import MOST
from advisor.stack.python.listening import Listening, aiohttp_listening, flask_listening
from advisor.stack.python.module import Call, Module, argument, arguments, receiver
from advisor.stack.python.project import Project
from advisor.stack.python.routers import Routers, public
from advisor.stack.python.started import started
from advisor.stack.python.values import UNKNOWN, Environment, number, value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = ("socketio", "engineio", "flask_socketio", "flask")
_SERVERS = ("socketio.AsyncServer", "socketio.Server", "engineio.AsyncServer", "engineio.Server")
_SIGN = re.compile(r"Server\s*\(")
_ASYNC_APPS = (".ASGIApp", ".WSGIApp", ".Middleware")
_FLASK = "flask_socketio.SocketIO"


class _Options(NamedTuple):
    """Keyword arguments from the constructor and from ``init_app``, each with its file."""

    given: dict[str, tuple[Module, SgNode]]

    def get(self, project: Project, name: str) -> Any:
        found = self.given.get(name)
        return value(project, *found) if found else UNKNOWN

    def place(self, name: str) -> Place | None:
        found = self.given.get(name)
        return found[0].place(found[1]) if found else None


def detect(project: Project) -> Iterator[Use]:
    """A use for each server object; a ``SocketIO(message_queue=...)`` without an app only emits and is none."""
    routers = Routers(project)
    for module in project.modules("socketio", "engineio", sign=_SIGN):
        for call in islice(module.called(*_SERVERS), MOST):
            options = _Options({name: (module, node) for name, node in arguments(call.node)[1].items()})
            yield from _python_socketio(project, routers, module, call, options)
    for module in project.modules("flask_socketio"):
        for call in islice(module.called(_FLASK), MOST):
            yield from _flask_socketio(project, module, call)


def _python_socketio(project: Project, routers: Routers, module: Module, call: Call, options: _Options) -> Iterator[Use]:
    mode = options.get(project, "async_mode")
    if mode in ("aiohttp", "sanic", "tornado"):
        runs_in: Literal["asgi", "wsgi", "own_process"] = "own_process"
        listening = aiohttp_listening(project, module) if mode == "aiohttp" else Listening()
    else:
        runs_in = "asgi" if "AsyncServer" in call.name else "wsgi"
        at = started(project, module) if runs_in == "asgi" else None
        listening = Listening(at.bind, at.port, at.port_from) if at else Listening()
    engine = call.name.startswith("engineio")
    paths, alone = _mounted(project, routers, module, call, "engine.io" if engine else "socket.io")
    place = module.place(call.node)
    endpoints = tuple(Endpoint(path, place, listening.port, listening.port_from, listening.bind, True) for path in paths)
    joined = options.given.get("client_manager")
    yield from _with_backplane(
        project,
        module,
        call,
        options,
        libraries()["python-socketio"],
        joined if joined and _joins(project, *joined) else None,
        endpoints=endpoints,
        runs_in=runs_in,
        plain_get=404 if alone else None,
        broadcasts=_emits(project, module, ("socketio",)),
    )


def _joins(project: Project, module: Module, node: SgNode) -> bool:
    """True for a manager that goes over a network; the base manager is the one in memory."""
    made = project.made(module, node)
    return made is None or not made.name.endswith((".AsyncManager", ".Manager", ".BaseManager"))


def _mounted(project: Project, routers: Routers, module: Module, call: Call, default: str) -> tuple[list[str | None], bool]:
    """Public paths of a server object, and whether it is the whole app (then a plain request gets 404)."""
    paths: list[str | None] = []
    alone = False
    name = _assigned_name(call.node)
    for other in project.siblings(module, "socketio", "engineio"):
        for app in other.called(*_ASYNC_APPS, ".attach"):
            wraps = (
                receiver(app.node)
                if app.name.endswith(".attach")
                else argument(app.node, 0, "socketio_server", "engineio_server")
            )
            site = project.locate(other, wraps)
            if site is None or (site.module.file, site.name) != (module.file, name):
                continue
            given = argument(app.node, None, "socketio_path", "engineio_path")
            written = value(project, other, given) if given is not None else default
            inner = f"/{written.strip('/')}/" if isinstance(written, str) else None
            outer = _mount_of(project, routers, other, app.node)
            alone = alone or (argument(app.node, 1, "other_asgi_app", "wsgi_app") is None and outer == [""])
            alone = alone and not app.name.endswith(".attach")
            paths += [_below(prefix, inner) for prefix in outer]
    return list(dict.fromkeys(paths)) or [f"/{default}/"], alone and bool(paths)


def _mount_of(project: Project, routers: Routers, module: Module, app: SgNode) -> list[str | None]:
    """The prefixes of ``main.mount("/x", sio_app)`` around an ASGIApp; the root where it is not mounted."""
    around = next((parent for parent in app.ancestors() if parent.kind() == "call"), None)
    if around is not None and (module.name(around.field("function")) or "").endswith((".mount", "Mount")):
        found = value(project, module, argument(around, 0, "path"))
        return [found.rstrip("/") if isinstance(found, str) else None]
    name = _assigned_name(app)
    for other in project.siblings(module, ".mount(", "Mount("):
        for call in other.called(".mount"):
            site = project.locate(other, argument(call.node, 1, "app"))
            if name and site and (site.module.file, site.name) == (module.file, name):
                found = value(project, other, argument(call.node, 0, "path"))
                return [found.rstrip("/") if isinstance(found, str) else None]
    return [""]


def _below(prefix: str | None, inner: str | None) -> str | None:
    if prefix is None or inner is None:
        return None
    return inner if prefix and inner.startswith(f"{prefix}/") else public(prefix, inner)[0]


def _assigned_name(node: SgNode) -> str | None:
    """The left side of the assignment whose right side the call is."""
    parent = node.parent()
    left = parent.field("left") if parent is not None and parent.kind() == "assignment" else None
    return left.text() if left is not None else None


def _flask_socketio(project: Project, module: Module, call: Call) -> Iterator[Use]:
    name = _assigned_name(call.node)
    given = {key: (module, node) for key, node in arguments(call.node)[1].items()}
    app = argument(call.node, 0, "app")
    for other in project.siblings(module, "socketio"):
        for started_by in other.called(".init_app"):
            site = project.locate(other, receiver(started_by.node))
            if site and (site.module.file, site.name) == (module.file, name):
                app = app or argument(started_by.node, 0, "app")
                given.update({key: (other, node) for key, node in arguments(started_by.node)[1].items()})
    options = _Options(given)
    if app is None and "message_queue" in given and name is not None:
        return
    at = flask_listening(project, module, (_FLASK,), name)
    path = options.get(project, "path")
    path = options.get(project, "resource") if path is UNKNOWN else path
    shown = "/socket.io/" if path is UNKNOWN and not {"path", "resource"} & given.keys() else None
    shown = f"/{path.strip('/')}/" if isinstance(path, str) else shown
    queue = given.get("message_queue") or given.get("client_manager")
    yield from _with_backplane(
        project,
        module,
        call,
        options,
        libraries()["flask-socketio"],
        queue if queue and value(project, *queue) is not None else None,
        endpoints=(Endpoint(shown, module.place(call.node), at.port, at.port_from, at.bind, True),),
        runs_in="wsgi",
        broadcasts=_emits(project, module, ("flask_socketio", "socketio")),
        cookies=any(
            name in ("flask_login.current_user", "flask.session")
            for other in project.siblings(module, "flask_socketio")
            for name in other.imports.values()
        ),
    )


def _with_backplane(
    project: Project,
    module: Module,
    call: Call,
    options: _Options,
    known: Library,
    joined: tuple[Module, SgNode] | None,
    **more: Any,
) -> Iterator[Use]:
    root = project.owner(module)
    version = project.packages.version(root, known.packages[:1])
    origins, place = _origins(project, options)
    transports = options.get(project, "transports")
    yield Use(
        known.id,
        known.name,
        "server",
        root.id,
        module.place(call.node),
        scope=scope_of(module.file),
        version=version,
        heartbeat=_heartbeat(project, options, known, version),
        transports=tuple(transports)
        if _texts(transports)
        else (transports,)
        if isinstance(transports, str)
        else known.transports,
        backplane="socketio-redis-manager" if joined else None,
        backplane_scope="network" if joined else None,
        origins=origins,
        origins_place=place,
        max_message=_max_message(project, options),
        **more,
    )
    if joined:
        entry = libraries()["socketio-redis-manager"]
        here = joined[0].place(joined[1])
        yield Use(entry.id, entry.name, "backplane", root.id, here, scope=scope_of(module.file), runs_in="platform")


def _texts(found: Any) -> bool:
    return isinstance(found, list) and bool(found) and all(isinstance(item, str) for item in found)


def _origins(project: Project, options: _Options) -> tuple[tuple[str, ...], Place | None]:
    """engineio's rule: none given is the same origin, an empty list switches the check off, ``"*"`` is any."""
    place = options.place("cors_allowed_origins")
    if place is None:
        return ("{same origin}",), None
    found = options.get(project, "cors_allowed_origins")
    if found == [] or found == "*":
        return ("*",), place
    if found is None:
        return ("{same origin}",), place
    if _texts(found):
        return tuple(found), place
    return ((found,) if isinstance(found, str) and "{" not in found else ("{computed}",)), place


def _heartbeat(project: Project, options: _Options, known: Library, version: str | None) -> Heartbeat | None:
    """By version; ``ping_interval`` may be a pair (interval, grace)."""
    default = known.heartbeat(version)
    fact = f"{known.id}/heartbeat"
    if default is None:
        return None
    if not {"ping_interval", "ping_timeout"} & options.given.keys():
        return Heartbeat(default.sender, "default", default.interval_s, default.timeout_s, fact=fact)
    interval = _seconds(project, options, "ping_interval", default.interval_s)
    timeout = _seconds(project, options, "ping_timeout", default.timeout_s)
    place = options.place("ping_interval") or options.place("ping_timeout")
    return Heartbeat(default.sender, "configured", interval, timeout, place, fact=fact) if interval else None


def _seconds(project: Project, options: _Options, name: str, default: float | None) -> float | None:
    if name not in options.given:
        return default
    found = options.get(project, name)
    found = found.default if isinstance(found, Environment) else found
    if isinstance(found, list) and found:
        found = found[0]
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def _max_message(project: Project, options: _Options) -> Setting | None:
    given = options.given.get("max_http_buffer_size")
    size = number(project, *given) if given else None
    if given is None or not size:
        return None
    return Setting("max_http_buffer_size", given[1].text(), given[0].place(given[1]), int(size), "python")


def _emits(project: Project, module: Module, words: tuple[str, ...]) -> Place | None:
    """Where something is sent to a room or to everybody; an answer to one ``sid`` is not."""
    for other in project.siblings(module, *words):
        for call in other.calls:
            last = call.name.rpartition(".")[2]
            if last not in ("emit", "send"):
                continue
            _, keyword = arguments(call.node)
            target = keyword.get("room", keyword.get("to", keyword.get("broadcast")))
            bare = call.name in ("flask_socketio.emit", "flask_socketio.send")
            if target is not None:
                if not target.text().endswith(("sid", "False")):
                    return other.place(call.node)
            elif not bare and last == "emit" and (_server_object(project, other, call.node) or "socketio" in call.name.lower()):
                return other.place(call.node)
    return None


def _server_object(project: Project, module: Module, call: SgNode) -> bool:
    made = project.made(module, receiver(call))
    return made is not None and made.name in (*_SERVERS, _FLASK)

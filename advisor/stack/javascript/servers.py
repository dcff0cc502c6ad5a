"""A construction of a server library -> what the app serves: endpoints, limits, origins, transports."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.model import Endpoint, Setting, Use
from advisor.stack.javascript import routes, syntax
from advisor.stack.javascript.listening import Listening, arguments_of, behind, bind_of, from_environment, port_of
from advisor.stack.javascript.names import Script
from advisor.stack.javascript.project import Project
from advisor.stack.javascript.shapes import Site, object_of

if TYPE_CHECKING:
    from ast_grep_py import SgNode

NO_ANSWER = 0
"""``plain_get`` of a server to which nothing answers: the request hangs (seen with Node 20, ws 8 and Socket.IO 4)."""

_SESSIONS = re.compile(r"express-session|iron-session|cookie-session")
_OF_SOCKET = re.compile(r"\bengine\.use\(|\brequest\.session\b|\bhandshake\.session\b|\.on\(\s*[\"']upgrade[\"']")
_PATHS = ("path", "prefix", "mount", "pathname")
_ENGINES = frozenset({"socket-io", "engine-io"})
_READS_PORT = frozenset({"nitro", "colyseus", "sails", "meteor"})
"""Frameworks that listen on ``$PORT`` by themselves, with the library's port where it is not set."""
_CHECKS = ("verifyClient", "allowRequest", "verifyUpgrade", "isOriginAllowed")


def server(site: Site, project: Project) -> Use:
    """The use that a construction shows, without what only the rest of the app shows (heartbeat, broadcasts)."""
    listening = _listening(site, project)
    library = site.library
    endpoints = _endpoints(site, project, listening)
    origins, origins_node = _origins(site)
    return Use(
        library=library.id,
        name=library.name,
        role="server",
        app=project.apps.owner(site.script.path).id,
        place=site.place,
        endpoints=endpoints,
        transports=_transports(site),
        origins=origins,
        origins_place=syntax.place(site.script.path, origins_node) if origins_node else None,
        max_message=_setting(site, library.max_message_key, 1),
        idle=_setting(site, library.idle_key, 1),
        lifetime=_setting(site, library.lifetime_key, 1),
        http10=library.http10,
        plain_get=_plain_get(site, listening),
        runs_in=library.runs_in,  # type: ignore[arg-type]
        cookies=_cookies(site.script),
    )


def _option(site: Site, *names: str) -> SgNode | None:
    """The first of these options; ``websocket.idleTimeout`` looks one level down."""
    for name in names:
        options = site.options
        *outer, last = name.split(".")
        for step in outer:
            inner = object_of(site.script, options[step]) if step in options else None
            options = dict(syntax.entries(inner)) if inner is not None else {}
        if last in options:
            return options[last]
    return None


def _setting(site: Site, key: str | None, factor: float) -> Setting | None:
    node = _option(site, key, key.rsplit(".", 1)[-1]) if key else None
    if node is None or key is None:
        return None
    amount = site.evaluator.number(node)
    return Setting(
        key, node.text(), syntax.place(site.script.path, node), None if amount is None else amount * factor, "javascript"
    )


# ---------------------------------------------------------------- where it listens


def attached_to(site: Site) -> SgNode | None:
    """The HTTP server that a socket server is handed, as an option, an argument, or later by ``attach`` and its kin."""
    option = _option(site, "server", "httpServer")
    if option is not None:
        return option
    given = [node for node in site.arguments if object_of(site.script, node) is None and node.kind() not in syntax.FUNCTIONS]
    if site.library.id in _ENGINES | {"primus", "express-ws"} and given:
        return given[-1] if site.library.id == "express-ws" else given[0]
    for call, holder, name in site.script.methods("attach", "installHandlers", "listen", "attachApp", "bind"):
        if site.variable and holder.text() == site.variable and name != "listen":
            return next(iter(syntax.arguments(call)), None)
    return None


def _listening(site: Site, project: Project) -> Listening:
    script = site.script
    port = _option(site, "port")
    if port is not None and port.text() != "undefined":
        found = port_of(script, port)
        found = found if found.found else replace(from_environment(script, project), handled=None)
        return replace(found, bind=bind_of(script, _option(site, "host", "hostname", "address")), handled=False)
    if site.library.runs_in in ("platform", "function"):
        return Listening()
    if site.library.id.startswith("nestjs") and site.arguments and _is_port(site, site.arguments[0]):
        own_port = port_of(script, site.arguments[0])
        if own_port.found:
            return own_port
    own = _own_listen(site) or _served(site)
    if own is not None:
        return own
    given = attached_to(site)
    if given is not None and _is_port(site, given):
        return replace(port_of(script, given), handled=False)
    found = behind(script, given, project)
    if not found.found and site.library.port:
        return replace(found, port=site.library.port, port_from="environment" if site.library.id in _READS_PORT else "default")
    return found


def _own_listen(site: Site) -> Listening | None:
    """``io.listen(3000)`` and a ``listen`` in the same chain (``uWS.App().ws(...).listen(9001)``)."""
    for call, holder, _ in site.script.methods("listen"):
        if (site.variable and holder.text() == site.variable) or syntax.within(site.node, holder):
            found = arguments_of(site.script, call)
            if found.found:
                return replace(found, handled=False if site.library.id in _ENGINES | {"ws"} else None)
    return None


def _served(site: Site) -> Listening | None:
    """``Deno.serve({port}, handler)`` and ``serve({fetch, port})`` around a runtime's own upgrade."""
    if site.library.id not in ("deno-upgrade", "hono", "crossws"):
        return None
    for call in site.script.by_kind["call_expression"]:
        function = call.field("function")
        if function is None or function.text() not in ("Deno.serve", "Bun.serve", "serve"):
            continue
        for given in syntax.arguments(call):
            options = object_of(site.script, given)
            port = dict(syntax.entries(options)).get("port") if options is not None else None
            if port is not None and port_of(site.script, port).found:
                return port_of(site.script, port)
    return None


def _is_port(site: Site, node: SgNode) -> bool:
    if node.kind() == "number":
        return True
    if syntax.is_name(node) or node.kind() in ("binary_expression", "member_expression", "call_expression", "unary_expression"):
        values = site.evaluator.values(node)
        return any(value.number is not None for value in values) or bool(re.search(r"\bport$", node.text(), re.IGNORECASE))
    return False


def _plain_get(site: Site, listening: Listening) -> int | None:
    """Status of a plain GET where only the socket library is there (ws with ``port`` 426, Socket.IO on a number 404)."""
    if listening.handled is not False:
        return None
    if _option(site, "port") is not None or site.library.id not in _ENGINES | {"ws"}:
        return site.library.plain_get
    given = attached_to(site)
    if given is not None and not _is_port(site, given):
        return NO_ANSWER
    return site.library.plain_get


# ---------------------------------------------------------------- what it serves


def _endpoints(site: Site, project: Project, listening: Listening) -> tuple[Endpoint, ...]:
    library = site.library
    base = Endpoint(None, site.place, listening.port, listening.port_from, listening.bind, False)
    found = [replace(base, path=route.path, place=route.place, prefix=route.prefix) for route in routes.of(site, project)]
    if found:
        return tuple(dict.fromkeys(found))
    path_node = _option(site, *_PATHS)
    path = site.evaluator.text(path_node) if path_node is not None else site.shape.get("path", library.path)
    if path is not None and not path.startswith("/"):
        path = f"/{path}" if path else None
    if path and library.id in _ENGINES | {"sails", "feathers"} and not path.endswith("/"):
        path += "/"
    return (replace(base, path=path, prefix=library.prefix and path is not None),)


def _transports(site: Site) -> tuple[str, ...]:
    node = _option(site, "transports")
    listed = _texts(site.script, node) if node is not None else None
    return tuple(listed) if listed else site.library.transports


def _texts(script: Script, node: SgNode) -> list[str] | None:
    """The texts of an array literal, also behind a constant; ``None`` where one of them is computed."""
    node = syntax.bare(node)
    if syntax.is_name(node):
        value = script.value(node.text(), node)
        node = value if value is not None else node
    if node.kind() != "array":
        text = syntax.string(node)
        return [text] if text is not None else None
    texts = [syntax.string(syntax.bare(child)) for child in syntax.named(node)]
    return [text for text in texts if text is not None] if all(text is not None for text in texts) else None


def _origins(site: Site) -> tuple[tuple[str, ...] | None, SgNode | None]:
    """Allowed origins of the WebSocket handshake; empty where something checks but the list is not in the code.

    Socket.IO's ``cors`` acts on polling only (its documentation on handling CORS), so it is no check here.
    """
    check = _option(site, *(name for check in _CHECKS for name in (check, f"options.{check}", f"wsOptions.{check}")))
    if check is not None:
        return _origins_in(check), check
    for call, _, name in site.script.methods("on", "addListener", "use"):
        given = syntax.arguments(call)
        event = syntax.string(given[0]) if given else None
        checked = event in ("upgrade", "connection") if name != "use" else bool(given) and "handshake" in given[-1].text()
        if checked and _refuses_by_origin(call):
            return _origins_in(call), call
    return None, None


def _refuses_by_origin(call: SgNode) -> bool:
    """True where a condition on the Origin header leads to a refusal."""
    for test in call.find_all({"rule": {"kind": "if_statement"}}):
        condition = test.field("condition")
        if condition and re.search(r"origin", condition.text(), re.IGNORECASE):
            return bool(re.search(r"close|destroy|terminate|disconnect|next\(\s*new|403|401|return", test.text()))
    return False


def _origins_in(node: SgNode) -> tuple[str, ...]:
    """The addresses that a check names, and ``{computed}`` where it also looks into variables or settings."""
    text = node.text()
    listed = dict.fromkeys(re.findall(r"[\"'](https?://[^\"'\s]+)[\"']", text))
    elsewhere = re.search(r"\benv\b|\bconfig\b|[\w)]\.(?:includes|has|test|some)\(|\bhost\b", text)
    return (*listed, *(("{computed}",) if listed and elsewhere else ()))


def _cookies(script: Script) -> bool:
    """True where the handshake's cookies are read, or a session of Express is taken for the socket."""
    if re.search(r"headers\??\.cookie\b|headers\[[\"']cookie", script.text):
        return True
    return bool(_SESSIONS.search(script.text) and _OF_SOCKET.search(script.text))

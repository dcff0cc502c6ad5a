"""Phoenix endpoints -> one server for channels, one for LiveView, with the host that may open them and what joins the nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from advisor.model import Certainty, Endpoint, Place, Setting, Use
from advisor.scope import scope_of
from advisor.stack import by_library
from advisor.stack.elixir import config
from advisor.stack.elixir.nodes import WORDS as NODE_WORDS
from advisor.stack.elixir.nodes import backplanes, joined
from advisor.stack.elixir.packages import Packages
from advisor.stack.elixir.values import arguments, calls, keywords, resolved, texts, value
from advisor.stack.library import libraries
from advisor.stack.own_code import OwnCode, SourceFile

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_SOCKETS = ("Phoenix.Socket", "Absinthe.Phoenix.Socket", "Absinthe.GraphqlWS.Socket", "Phoenix.Socket.Transport")
_LIVE = ("Phoenix.LiveView", ":live_view")
WORDS = ("Phoenix.Endpoint", *_SOCKETS, *_LIVE, *NODE_WORDS, config.WORD)
_ENDPOINT = re.compile(r"^\s{0,20}use\s+Phoenix\.Endpoint\b", re.MULTILINE)
_MODULE = re.compile(r"^\s{0,20}defmodule\s+([\w.]+)\s+do\b", re.MULTILINE)
_CHANNEL = re.compile(r"^\s{0,20}channel[\s(]\s{0,5}\"", re.MULTILINE)
_ABSINTHE = re.compile(r"^\s{0,20}use\s+Absinthe\.(?:Phoenix|GraphqlWS)\.Socket\b", re.MULTILINE)
_BEHAVIOUR = re.compile(r"@behaviour\s+Phoenix\.Socket\.Transport\b")
_LIVES = re.compile(r"^\s{0,20}use\s+(?:[\w.]+,\s{0,5}:live_view\b|Phoenix\.LiveView\b(?!\.))", re.MULTILINE)
_DEFINES = re.compile(r"\bdef\s+live_view\b")
_INITIALISES = re.compile(r"^\s{0,20}def\s+init\(", re.MULTILINE)
_LIVE_SOCKET = "Phoenix.LiveView.Socket"
_RELOADER = "Phoenix.LiveReloader.Socket"
_BANDIT_FRAME = 8_000_000
"""Bandit's default for ``max_frame_size`` (lib/bandit.ex at e022cd3)."""


class _Socket(NamedTuple):
    """One ``socket`` of an endpoint: which library it is, its public path, and its options for WebSocket."""

    library: str
    path: str
    node: SgNode
    options: dict[str, SgNode]
    certainty: Certainty


def detect(code: OwnCode, packages: Packages) -> Iterator[Use]:
    """The uses of every endpoint module."""
    told: set[tuple[str, str, Place]] = set()
    for file in code.files("Phoenix.Endpoint", sign=_ENDPOINT):
        found: dict[str, list[_Socket]] = {}
        for socket in _sockets(file, code):
            found.setdefault(socket.library, []).append(socket)
        for sockets in found.values():
            yield _use(file, code, packages, sockets)
        for backplane in backplanes(file, code, packages) if found else ():
            if (key := (backplane.app, backplane.library, backplane.place)) not in told:
                told.add(key)
                yield backplane


def _sockets(file: SourceFile, code: OwnCode) -> Iterator[_Socket]:
    for node in calls(file.of_kind("call"), "socket"):
        given, options = arguments(node), keywords(node)
        path = value(given[0], file.root).value if given else None
        if not isinstance(path, str) or len(given) < 2 or config.elsewhere(node):
            continue
        websocket = options.get("websocket")
        websocket = resolved(websocket, file.root) if websocket is not None else None
        if given[1].text() == _RELOADER or (websocket is not None and websocket.text() in ("false", "nil")):
            continue
        kind = _kind(given[1].text(), file, code)
        if kind is not None:
            inner = keywords(websocket) if websocket is not None else {}
            tail = value(inner.get("path"), file.root).value if "path" in inner else "websocket"
            public = f"{path.rstrip('/')}/{str(tail or 'websocket').lstrip('/')}"
            yield _Socket(kind[0], public, node, inner, kind[1])


def _kind(module: str, file: SourceFile, code: OwnCode) -> tuple[str, Certainty] | None:
    """The library that a socket's module speaks; ``None`` for one that nothing uses."""
    if module == _LIVE_SOCKET:
        return ("phoenix-liveview", "explicit") if _has_views(file, code) else None
    text = _source(module, code)
    if text is None:
        return "phoenix-channels", "strong"
    if _ABSINTHE.search(text):
        return "absinthe-subscriptions", "explicit"
    return ("phoenix-channels", "explicit") if _CHANNEL.search(text) or _BEHAVIOUR.search(text) else None


def _source(module: str, code: OwnCode) -> str | None:
    """The text of the file that defines a socket's module, also one called by an alias."""
    last = module.rpartition(".")[2]
    for path in code.paths(*_SOCKETS):
        text = code.tree.text(path) or ""
        if scope_of(path) == "production" and any(name.rpartition(".")[2] == last for name in _MODULE.findall(text)):
            return text
    return None


def _has_views(file: SourceFile, code: OwnCode) -> bool:
    """True where some module of production is a live view; the generated module that only offers them is none."""
    for path in code.paths(*_LIVE, sign=_LIVES):
        text = code.tree.text(path) or ""
        if scope_of(path) == scope_of(file.path) and not _DEFINES.search(text):
            return True
    return False


def _use(file: SourceFile, code: OwnCode, packages: Packages, sockets: list[_Socket]) -> Use:
    first = sockets[0]
    known, root = libraries()[first.library], code.owner(file)
    module = next(iter(_MODULE.findall(file.text)), "")
    settings = config.endpoint(code, root, module)
    origins, place = _origins(file, settings, first)
    together = joined(file, code)
    seen = {
        "endpoints": tuple(_endpoint(file, socket, settings, known.port) for socket in sockets),
        "broadcasts": together.broadcasts,
        "backplane": together.library,
        "backplane_scope": "network" if together.library else None,
        "origins": origins,
        "origins_place": place,
        "max_message": _largest(file, settings, first),
        "certainty": first.certainty,
    }
    idle = _idle(file, first)
    if idle is not None:
        seen["idle"] = idle
    version = packages.version(root, known.packages)
    return by_library.use(known, "server", root.id, file.place(first.node), scope=scope_of(file.path), version=version, **seen)


def _endpoint(file: SourceFile, socket: _Socket, settings: config.Endpoint, default: int | None) -> Endpoint:
    place, found = file.place(socket.node), settings.keys.get("http.port")
    bind = _address(settings)
    if found is None:
        return Endpoint(socket.path, place, default, "default" if settings.read else "environment", bind)
    given = found.given
    number = int(str(given.value)) if str(given.value).isdigit() and len(str(given.value)) < 6 else None
    literal = number is not None and given.variable is None
    return Endpoint(socket.path, place, number, "literal" if literal else "environment", bind)


def _address(settings: config.Endpoint) -> str | None:
    """``ip: {127, 0, 0, 1}`` -> ``127.0.0.1``; eight zeros are every address."""
    found = settings.keys.get("http.ip")
    parts = [each.text() for each in found.node.children() if each.kind() == "integer"] if found is not None else []
    if len(parts) == 8:
        return "::1" if parts == ["0"] * 7 + ["1"] else "::" if set(parts) == {"0"} else None
    return ".".join(parts) if len(parts) == 4 else None


def _idle(file: SourceFile, socket: _Socket) -> Setting | None:
    node = socket.options.get("timeout")
    if node is None:
        return None
    given = value(node, file.root).value
    seconds = given / 1000 if isinstance(given, int) and not isinstance(given, bool) else 0 if given == ":infinity" else None
    return Setting("timeout", node.text()[:80], file.place(node), seconds, "elixir")


def _largest(file: SourceFile, settings: config.Endpoint, socket: _Socket) -> Setting | None:
    """``max_frame_size``; where Bandit serves and nothing is set, Bandit's own."""
    node = socket.options.get("max_frame_size")
    if node is not None:
        given = value(node, file.root).value
        size = given if isinstance(given, int) and not isinstance(given, bool) else None
        return Setting("max_frame_size", node.text()[:80], file.place(node), size, "elixir") if size else None
    adapter = settings.keys.get("adapter")
    if adapter is not None and adapter.node.text() == "Bandit.PhoenixAdapter":
        return Setting("max_frame_size", str(_BANDIT_FRAME), adapter.place, _BANDIT_FRAME, "default")
    return None


def _origins(file: SourceFile, settings: config.Endpoint, socket: _Socket) -> tuple[tuple[str, ...], Place | None]:
    """What ``check_origin`` says at the socket, else for the endpoint; by default the host of the endpoint's url."""
    node, root, place = socket.options.get("check_origin"), file.root, None
    if node is not None:
        place = file.place(node)
    elif (found := settings.keys.get("check_origin")) is not None:
        node, root, place = found.node, found.file.root, found.place
    if node is not None and node.text() != "true":
        return _listed(node, root), place
    host = settings.keys.get("url.host")
    if _INITIALISES.search(file.text) or not settings.read or (host is None and "url" in settings.keys):
        return ("{computed}",), place
    if host is None:
        return ("//localhost",), place
    given = host.given
    if isinstance(given.value, str) and given.variable is None:
        return (f"//{given.value}",), host.place
    return (f"{{{given.variable or 'computed'}}}",), host.place


def _listed(node: SgNode, root: SgNode) -> tuple[str, ...]:
    if node.text() == "false":
        return ("*",)
    if node.text() == ":conn":
        return ("{same origin}",)
    return ("{decided in code}",) if node.kind() == "tuple" else texts(node, root)

"""Servers that a PHP program runs itself: Ratchet, Swoole, Workerman and GatewayWorker, AMPHP, Hyperf, phrity/websocket."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from advisor.model import Endpoint, Heartbeat, Setting, Use
from advisor.scope import scope_of
from advisor.stack import by_library
from advisor.stack.library import libraries
from advisor.stack.own_code import OwnCode
from advisor.stack.php.config import files
from advisor.stack.php.module import Made, PhpFile, arguments, entries, entry, holder, returned
from advisor.stack.php.packages import Packages
from advisor.stack.php.sending import cookies, sends_to_kept, timed
from advisor.stack.php.values import Values

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = (
    "WsServer",
    "Ratchet\\App",
    "WebSocket\\Server",
    "Websocket\\Server",
    "swoole_websocket_server",
    "websocket://",
    "Websocket://",
    "PHPSocketIO",
    "SERVER_WEBSOCKET",
)
_SIGN = re.compile(
    r"\bWsServer\s*\(|\bRatchet\\App\b|\bWeb[sS]ocket\\Server\b|\bswoole_websocket_server\b|[\"'][wW]ebsocket://|\bPHPSocketIO\\|\bSERVER_WEBSOCKET\b"
)
_LISTEN = re.compile(r"^(?:tcp|tls|[wW]ebsocket|ws|ssl)?(?:://)?(?P<host>\[[^\]]*\]|[\w.{}-]*):(?P<port>\d{1,5}|\{\w+\})/?$")


@dataclass(frozen=True)
class _File:
    """One file with what the readers of single libraries ask of it."""

    file: PhpFile
    values: Values
    code: OwnCode
    packages: Packages

    def use(self, id: str, node: SgNode, **seen: Any) -> Use:
        """A server of that library; what is kept and sent by timers is read from the whole file."""
        known, root = libraries()[id], self.code.owner(self.file)
        found: dict[str, Any] = {"broadcasts": sends_to_kept(self.file), "cookies": cookies(self.file)}
        beat = timed(self.file, self.values)
        if beat is not None:
            found["heartbeat"] = beat
        version = self.packages.version(root, known.packages)
        given = {**found, **{key: value for key, value in seen.items() if value is not None}}
        return by_library.use(
            known, "server", root.id, self.file.place(node), scope=scope_of(self.file.path), version=version, **given
        )

    def port(self, node: SgNode | None, default: int | None = None) -> tuple[int | None, Any]:
        """A port and where it comes from: a literal, a variable with its fallback, the library's default."""
        if node is None:
            return default, "default" if default is not None else None
        found = self.values.of(node)
        number = found.number
        valid = int(number) if number is not None and 0 < number < 65536 else None
        return valid, "environment" if found.variable else "literal" if valid is not None else None

    def literal(self, node: SgNode | None) -> str | None:
        """A text that no variable changes."""
        found = self.values.of(node)
        return found.value if isinstance(found.value, str) and found.variable is None and "{" not in found.value else None

    def address(self, node: SgNode | None) -> tuple[str | None, int | None, Any]:
        """Host, port and its origin of ``0.0.0.0:8080`` or ``websocket://0.0.0.0:8080``."""
        found = self.values.of(node)
        match = _LISTEN.match(found.value) if isinstance(found.value, str) else None
        if match is None:
            return None, None, "environment" if found.variable else None
        number = int(match["port"]) if match["port"].isdigit() else None
        host = match["host"].strip("[]") or None
        plain = host if host and "{" not in host and found.variable is None else None
        return plain, number, "environment" if found.variable else "literal" if number else None

    def setting(self, node: SgNode | None, key: str) -> Setting | None:
        """A number that the code gives for a limit."""
        number = self.values.of(node).number
        if node is None or number is None:
            return None
        return Setting(key, node.text()[:80], self.file.place(node), number, "php")


def detect(code: OwnCode, packages: Packages) -> Iterator[Use]:
    """One use for every server that is made; a class name in a type, a comment or a text is none."""
    for file, values in files(code, *WORDS, sign=_SIGN):
        one = _File(file, values, code, packages)
        seen: set[tuple[str, int]] = set()
        for read in _READERS:
            for use in read(one):
                if (use.library, use.place.line) not in seen:
                    seen.add((use.library, use.place.line))
                    yield use


# ---------------------------------------------------------------- Ratchet


def _ratchet(one: _File) -> Iterator[Use]:
    """``new WsServer(...)`` inside what listens, or ``new Ratchet\\App``, whose routes are its endpoints."""
    made = one.file.made
    servers = [each for each in made if each.of == "ratchet\\websocket\\wsserver" and not each.method]
    keep = next(one.file.methods("enableKeepAlive"), None)
    beat = _kept_alive(one, keep) if keep is not None else None
    checked = [each for each in made if each.of == "ratchet\\http\\origincheck"]
    for each in made:
        if each.of == "ratchet\\app" and not each.method:
            yield _app(one, each, beat)
            return
    if servers:
        origins = one.values.texts(checked[0].arguments[1]) if checked and len(checked[0].arguments) > 1 else None
        yield one.use("ratchet", servers[0].node, endpoints=(_listening(one, servers[0]),), heartbeat=beat, origins=origins)


def _listening(one: _File, server: Made) -> Endpoint:
    """``IoServer::factory($app, $port, $address)``, or the socket server of React that the file makes."""
    place = one.file.place(server.node)
    for each in one.file.made:
        if each.of.endswith("\\ioserver") and each.method == "factory":
            given = each.arguments
            port, origin = one.port(each.named.get("port", given[1] if len(given) > 1 else None), 80)
            node = each.named.get("address", given[2] if len(given) > 2 else None)
            return Endpoint(None, one.file.place(each.node), port, origin, one.literal(node) if node is not None else None)
        if each.of in ("react\\socket\\server", "react\\socket\\socketserver", "react\\socket\\tcpserver") and each.arguments:
            host, port, origin = one.address(each.arguments[0])
            return Endpoint(None, one.file.place(each.node), port, origin, host)
    return Endpoint(None, place)


def _app(one: _File, made: Made, beat: Heartbeat | None) -> Use:
    """``new App($httpHost, $port, $address)``: 127.0.0.1:8080 unless told otherwise, and by default its own host as origin."""
    given = made.arguments
    port, origin = one.port(made.named.get("port", given[1] if len(given) > 1 else None), 8080)
    address = made.named.get("address", given[2] if len(given) > 2 else None)
    bind = "127.0.0.1" if address is None else one.literal(address)
    endpoints: list[Endpoint] = []
    origins: list[str] = []
    for call in one.file.methods("route"):
        positional, _ = arguments(call)
        path = one.values.of(positional[0]).value if positional else None
        if isinstance(path, str) and path.startswith("/"):
            endpoints.append(Endpoint(path, one.file.place(call), port, origin, bind))
            origins += one.values.texts(positional[2]) or () if len(positional) > 2 else ()
    host = one.literal(given[0]) if given else "localhost"
    return one.use(
        "ratchet",
        made.node,
        endpoints=tuple(endpoints) or (Endpoint(None, one.file.place(made.node), port, origin, bind),),
        heartbeat=beat,
        origins=tuple(dict.fromkeys(origins)) or (host or "{computed}",),
    )


def _kept_alive(one: _File, call: SgNode) -> Heartbeat | None:
    """``$ws->enableKeepAlive($loop, 30)``: a ping every 30 s unless told otherwise, and whoever is silent until the next goes."""
    given, _ = arguments(call)
    seconds = one.values.of(given[1]).number if len(given) > 1 else 30
    if not seconds:
        return None
    return Heartbeat("server", "configured", float(seconds), float(seconds), one.file.place(call), fact="ratchet/heartbeat")


# ---------------------------------------------------------------- Swoole


def _swoole(one: _File) -> Iterator[Use]:
    names = ("swoole\\websocket\\server", "openswoole\\websocket\\server", "swoole_websocket_server")
    for each in one.file.made:
        if each.of in names and not each.method:
            given = each.arguments
            port, origin = one.port(given[1] if len(given) > 1 else None, 9501 if len(given) == 1 else None)
            bind = one.literal(given[0]) if given else None
            told = _told(one)
            yield one.use(
                "swoole-websocket",
                each.node,
                endpoints=(Endpoint(None, one.file.place(each.node), port, origin, bind),),
                idle=_idle(one, told),
                max_message=one.setting(told.get("package_max_length"), "package_max_length"),
            )


def _told(one: _File) -> dict[str, SgNode]:
    """What ``$server->set([...])`` says."""
    found: dict[str, SgNode] = {}
    for call in one.file.methods("set"):
        given, _ = arguments(call)
        for key, value in entries(given[0]) if given else []:
            if key is not None:
                found[key.text().strip("'\"")] = value
    return found


def _idle(one: _File, told: dict[str, SgNode]) -> Setting | None:
    """``heartbeat_idle_time`` closes clients that sent nothing for so long; without it twice the interval of the check."""
    direct = one.setting(told.get("heartbeat_idle_time"), "heartbeat_idle_time")
    if direct is not None or "heartbeat_check_interval" not in told:
        return direct
    node = told["heartbeat_check_interval"]
    seconds = one.values.of(node).number
    if not seconds:
        return None
    return Setting("heartbeat_check_interval", node.text()[:80], one.file.place(node), seconds * 2, "php")


def _hyperf(one: _File) -> Iterator[Use]:
    """``config/autoload/server.php`` of Hyperf, with a server of the type WebSocket."""
    for _, server in entries(entry(returned(one.file), "servers")):
        kind = entry(server, "type")
        if kind is None or not kind.text().endswith("::SERVER_WEBSOCKET"):
            continue
        port, origin = one.port(entry(server, "port"))
        host = entry(server, "host")
        endpoint = Endpoint(None, one.file.place(server), port, origin, one.literal(host) if host is not None else None)
        yield one.use("hyperf-websocket", kind, endpoints=(endpoint,))


# ---------------------------------------------------------------- Workerman


def _workerman(one: _File) -> Iterator[Use]:
    """``new Worker('websocket://...')``, ``new Gateway('websocket://...')``, and webman's ``config/process.php``."""
    for each in one.file.made:
        id = {"workerman\\worker": "workerman", "gatewayworker\\gateway": "gateway-worker"}.get(each.of)
        found = one.values.of(each.arguments[0]) if id and not each.method and each.arguments else None
        if (
            id is not None
            and found is not None
            and isinstance(found.value, str)
            and found.value.lower().startswith("websocket://")
        ):
            host, port, origin = one.address(each.arguments[0])
            endpoint = Endpoint(None, one.file.place(each.node), port, origin, host)
            yield one.use(id, each.node, endpoints=(endpoint,), heartbeat=_pings(one) if id == "gateway-worker" else None)
        elif each.of == "phpsocketio\\socketio" and not each.method:
            port, origin = one.port(each.arguments[0] if each.arguments else None)
            yield one.use(
                "phpsocket-io",
                each.node,
                endpoints=(Endpoint("/socket.io", one.file.place(each.node), port, origin, prefix=True),),
            )
    if one.file.path.rsplit("/", 1)[-1] == "process.php":
        for _, process in entries(returned(one.file)):
            node = entry(process, "listen")
            text = one.values.of(node).value
            if node is not None and isinstance(text, str) and text.lower().startswith("websocket://"):
                host, port, origin = one.address(node)
                yield one.use("workerman", node, endpoints=(Endpoint(None, one.file.place(node), port, origin, host),))


def _pings(one: _File) -> Heartbeat | None:
    """GatewayWorker sends ``pingData`` every ``pingInterval`` s; where that is empty it only waits for the client's."""
    found: dict[str, SgNode] = {}
    for node in one.file.of_kind("assignment_expression"):
        left, right = node.field("left"), node.field("right")
        if left is not None and right is not None and left.kind() == "member_access_expression":
            name = left.text().rpartition("->")[2]
            if name in ("pingInterval", "pingData", "pingNotResponseLimit") and holder(left):
                found[name] = right
    seconds, data = one.values.of(found.get("pingInterval")).number, one.values.of(found.get("pingData")).value
    if not seconds or not isinstance(data, str) or not data:
        return None
    limit = one.values.of(found.get("pingNotResponseLimit")).number
    place = one.file.place(found["pingInterval"])
    timeout = float(seconds * limit) if limit else None
    return Heartbeat("server", "configured", float(seconds), timeout, place, answered=False, fact="gateway-worker/heartbeat")


# ---------------------------------------------------------------- AMPHP and phrity


def _amphp(one: _File) -> Iterator[Use]:
    for each in one.file.made:
        if each.of == "amp\\websocket\\server\\websocket" and not each.method:
            acceptor = next(
                (other for other in one.file.made if other.of.endswith("\\alloworiginacceptor") and other.arguments), None
            )
            yield one.use(
                "amphp-websocket-server",
                each.node,
                endpoints=tuple(_amphp_endpoints(one, each)),
                origins=one.values.texts(acceptor.arguments[0]) if acceptor is not None else None,
                heartbeat=_queue(one),
            )
        elif (
            each.of == "websocket\\server"
            and not each.method
            and "websocket\\" in " ".join(one.file.imported.values()).lower() + each.of
        ):
            node = each.named.get("port", each.arguments[0] if each.arguments else None)
            port, origin = one.port(node, 80 if node is None else None)
            yield one.use("phrity-websocket", each.node, endpoints=(Endpoint(None, one.file.place(each.node), port, origin),))


def _amphp_endpoints(one: _File, made: Made) -> Iterator[Endpoint]:
    """``$server->expose(new InternetAddress(...))`` or ``->expose('127.0.0.1:1337')``, and the routes of the file's router."""
    host, port, origin = None, None, None
    for call in one.file.methods("expose"):
        given, _ = arguments(call)
        inner = next((each for each in one.file.made if given and each.node.text() == given[0].text() and each.arguments), None)
        if inner is not None and len(inner.arguments) > 1:
            host, (port, origin) = one.literal(inner.arguments[0]), one.port(inner.arguments[1])
        elif given:
            host, port, origin = one.address(given[0])
        break
    found = False
    for call in one.file.methods("addRoute"):
        given, _ = arguments(call)
        path = one.values.of(given[1]).value if len(given) > 2 else None
        named = re.search(r"\$(\w+)\s*=\s*\Z", one.file.text[: made.node.range().start.index])
        if isinstance(path, str) and (named is None or given[2].text() == f"${named[1]}"):
            found = True
            yield Endpoint(path, one.file.place(call), port, origin, host)
    if not found:
        yield Endpoint(None, one.file.place(made.node), port, origin, host)


def _queue(one: _File) -> Heartbeat | None:
    """A ``PeriodicHeartbeatQueue`` of the app's own: ``heartbeatPeriod`` in seconds."""
    for each in one.file.made:
        if each.of.endswith("\\periodicheartbeatqueue"):
            node = each.named.get("heartbeatPeriod", each.arguments[1] if len(each.arguments) > 1 else None)
            seconds = one.values.of(node).number
            if seconds:
                return Heartbeat(
                    "server",
                    "configured",
                    float(seconds),
                    None,
                    one.file.place(each.node),
                    fact="amphp-websocket-server/heartbeat",
                )
    return None


def _utopia(one: _File) -> Iterator[Use]:
    """``new Server(new Adapter\\Swoole(port: 80))`` of Utopia, over Swoole's or Workerman's server."""
    for each in one.file.made:
        if each.of == "utopia\\websocket\\server" and not each.method:
            adapter = next((other for other in one.file.made if other.of.startswith("utopia\\websocket\\adapter\\")), None)
            given = adapter.arguments if adapter is not None else ()
            node = adapter.named.get("port", given[1] if len(given) > 1 else None) if adapter is not None else None
            host = adapter.named.get("host", given[0] if given else None) if adapter is not None else None
            port, origin = one.port(node, 80)
            endpoint = Endpoint(None, one.file.place(each.node), port, origin, one.literal(host) if host is not None else None)
            yield one.use("utopia-websocket", each.node, endpoints=(endpoint,))


_READERS: tuple[Callable[[_File], Iterator[Use]], ...] = (_ratchet, _swoole, _hyperf, _workerman, _amphp, _utopia)

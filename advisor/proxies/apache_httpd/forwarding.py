"""A target URL -> the request that the app receives, the worker's clocks, and which line or default made it so.

After mod_proxy_http.c, mod_proxy_wstunnel.c and ``ap_proxy_create_hdrbrgd`` (httpd 2.4). An upgrade is handed on where the
worker's ``upgrade`` parameter names it (2.4.47), or the target is ``ws://``; hop-by-hop headers are dropped otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from advisor.formats.apache import Directive
from advisor.model import Address, Answer, Forward, HeaderFate, Outcome, Place
from advisor.proxies.apache_httpd.exchange import Exchange
from advisor.proxies.apache_httpd.settings import affinity, settings
from advisor.proxies.apache_httpd.workers import Balancer, Pass, Table, Worker, target_url
from advisor.versions import older

TUNNELS_ITSELF = "2.4.47"
"""Since this release mod_proxy_http carries upgrades; before it, only mod_proxy_wstunnel did, for ``ws://`` targets."""
_HTTP = ("http", "https", "ws", "wss")
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443, "h2": 443, "h2c": 80}
_MODULES = {"fcgi": "proxy_fcgi", "scgi": "proxy_scgi", "ajp": "proxy_ajp", "uwsgi": "proxy_uwsgi", "h2": "proxy_http2",
            "h2c": "proxy_http2", "ftp": "proxy_ftp"}  # fmt: skip
_KEPT_OUT = ("host", "connection", "upgrade", "keep-alive", "te", "trailer", "transfer-encoding", "proxy-authorization")
_TOLD = ("Origin", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Cookie")


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a request goes: the line that decides, the URL, and the pass that made it (``None``: a RewriteRule)."""

    url: str
    place: Place
    by: Pass | None = None
    raw: bool = False
    """True where the path is handed on as the client wrote it (``nocanon``)."""


def forward(exchange: Exchange, table: Table, goal: Goal) -> Outcome:
    """What mod_proxy does with the request."""
    url, balancer, worker = goal.url, None, None
    if goal.url.lower().startswith("balancer://"):
        balancer = table.balancer(goal.url)
        refusal = _unbalanced(exchange, balancer, goal)
        if refusal is not None or balancer is None:
            return refusal or Answer(503, "no such balancer", goal.place)
        worker = balancer.serving()[0]
        _, _, rest = goal.url[len("balancer://") :].partition("/")
        url = f"{worker.name.rstrip('/')}/{rest}"
    else:
        worker = table.worker(_with_path(target_url(url)))
    scheme, _, _ = target_url(url).partition("://")
    scheme = scheme.lower()
    if scheme not in _HTTP:
        return _other(exchange, scheme, goal)
    handler = _handler(exchange, scheme, worker, goal)
    if isinstance(handler, Answer):
        return handler
    parts = _parts(url)
    if parts is None:
        return Answer(
            400 if goal.raw and exchange.request.query else 500, f"the target {url} has no valid host and port", goal.place
        )
    return _forwarded(exchange, goal, parts, worker, balancer, wstunnel=handler == "proxy_wstunnel")


def _with_path(url: str) -> str:
    """``http://app:3000`` -> ``http://app:3000/``, as it goes out."""
    return url if "/" in url.partition("://")[2] else f"{url}/"


def _unbalanced(exchange: Exchange, balancer: Balancer | None, goal: Goal) -> Answer | None:
    config = exchange.blocks.config
    if not config.has("proxy_balancer"):
        return _missing(goal, "proxy_balancer", "balancer://")
    if balancer is None or not balancer.members:
        return Answer(503, "the balancer has no members", balancer.place if balancer else goal.place)
    return None


def _missing(goal: Goal, module: str, what: str) -> Answer:
    reason = f"no module that is loaded takes {what} targets: mod_{module} is missing (AH01144)"
    return Answer(500, reason, goal.place, cause="module_missing", module=module)


def _other(exchange: Exchange, scheme: str, goal: Goal) -> Outcome:
    module = _MODULES.get(scheme)
    if module is None or not exchange.blocks.config.has(module):
        return _missing(goal, module or f"proxy_{scheme}", f"{scheme}://")
    if scheme in ("h2", "h2c"):
        return Answer(None, "mod_proxy_http2 speaks HTTP/2 to the app, which has no 101", goal.place, cause="http2")
    return Answer(None, f"{scheme}:// speaks a protocol that cannot carry a WebSocket", goal.place)


def _handler(exchange: Exchange, scheme: str, worker: Worker | None, goal: Goal) -> str | Answer:
    """The module that serves the target, or what is answered where none does."""
    config = exchange.blocks.config
    secure = scheme in ("https", "wss")
    socket = scheme in ("ws", "wss")
    if config.modules is None:
        handler = "proxy_wstunnel" if socket and not carries(exchange, known_only=True) else "proxy_http"
    elif not socket:
        if not config.has("proxy_http"):
            return _missing(goal, "proxy_http", f"{scheme}://")
        handler = "proxy_http"
    else:
        handler_found = _socket_handler(exchange)
        if handler_found is None:
            needed = "proxy_wstunnel" if config.has("proxy_http") else "proxy_http"
            return _missing(goal, needed, f"{scheme}://")
        handler = handler_found
    if secure and (refusal := _secure(exchange, goal)) is not None:
        return refusal
    return handler


def _socket_handler(exchange: Exchange) -> str | None:
    config = exchange.blocks.config
    wstunnel = config.has("proxy_wstunnel")
    fallback = exchange.find("proxywebsocketfallbacktoproxyhttp")
    falls = fallback is None or fallback.args[:1] == () or fallback.args[0].lower() != "off"
    if config.has("proxy_http") and (falls or not wstunnel):
        if carries(exchange):
            return "proxy_http"
        return "proxy_wstunnel" if wstunnel else None
    return "proxy_wstunnel" if wstunnel else None


def carries(exchange: Exchange, known_only: bool = False) -> bool:
    """Whether mod_proxy_http of this version carries upgrades; asked where the version is not known and it matters."""
    if exchange.version is not None:
        return not older(exchange.version, TUNNELS_ITSELF)
    config = exchange.blocks.config
    if known_only or config.modules is None or config.has("proxy_wstunnel"):
        return True
    return not exchange.choices.ask(
        "httpd.version",
        f"the version of httpd: since {TUNNELS_ITSELF} mod_proxy_http carries upgrades, before it only mod_proxy_wstunnel does",
        (f"httpd {TUNNELS_ITSELF} or newer", f"httpd before {TUNNELS_ITSELF}"),
        "apache-httpd.version",
    )


def _secure(exchange: Exchange, goal: Goal) -> Answer | None:
    """What stands against TLS towards the app."""
    config = exchange.blocks.config
    engine = exchange.host.find("sslproxyengine")
    if not config.has("ssl"):
        return Answer(
            500, "TLS towards the app needs mod_ssl, which is not loaded", goal.place, cause="module_missing", module="ssl"
        )
    if engine is None or engine.args[:1] == () or engine.args[0].lower() != "on":
        return Answer(500, "TLS towards the app needs SSLProxyEngine on", engine.place if engine else goal.place)
    checks = [exchange.host.value("sslproxycheckpeername") or "on", exchange.host.value("sslproxyverify") or "none"]
    if checks == ["off", "none"]:
        return None
    asked = exchange.choices.ask(
        f"certificate {goal.place}",
        f"whether the app's certificate is for the name that {goal.place} calls it by, which httpd checks",
        ("the app's certificate fits", "the app's certificate is for another name"),
    )
    return Answer(500, "the app's certificate is not for the name it is called by", goal.place) if asked else None


@dataclass(frozen=True, slots=True)
class Parts:
    """A target taken apart; ``port`` ``None`` where a variable hides it."""

    scheme: str
    host: str
    port: int | None
    path: str
    authority: str
    unix: str | None = None


def _parts(url: str) -> Parts | None:
    """The target's parts, or ``None`` where httpd finds no host and port in it."""
    unix = None
    if url.lower().startswith("unix:"):
        unix, _, url = url[5:].partition("|")
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    host, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        host, port = authority, ""
    scheme = scheme.lower()
    usual = _PORTS.get(scheme)
    if colon and port and not port.isdigit() and "$" not in port and "{" not in port:
        return None
    number = int(port) if port.isdigit() else usual if not port else None
    if not host:
        return None
    shown = host if number == usual else authority
    return Parts(scheme, host, number, f"{slash or '/'}{path}", shown, unix)


def _forwarded(
    exchange: Exchange, goal: Goal, parts: Parts, worker: Worker | None, balancer: Balancer | None, wstunnel: bool
) -> Outcome:
    old = _environment(exchange, "force-proxy-request-1.0")
    upgrade, fate = _upgrade(exchange, goal, parts, worker, wstunnel)
    if old is not None:
        upgrade, fate = None, HeaderFate("Upgrade", None, "set", old.place, old.text)
    if wstunnel and upgrade is None:
        return Answer(426, "mod_proxy_wstunnel takes nothing but the upgrade that its target names", goal.place)
    headers, fates = _headers(exchange, parts, worker, upgrade, fate, old is not None)
    path = parts.path if goal.raw else _encoded(parts.path)
    secure = parts.scheme in ("https", "wss")
    scheme = "https" if secure else "http"
    address = Address(parts.host, parts.port, scheme, parts.unix)
    exchange.note(goal.by.directive.name if goal.by else "proxy", f"sends {path} to {address}", goal.place)
    request = exchange.request.at(
        scheme="https" if secure else "http",
        host=parts.host,
        port=parts.port or (443 if secure else 80),
        path=path,
        query=exchange.args,
        headers=headers,
        http_version="1.0" if old is not None else "1.1",
    )
    kind, kind_place = affinity(balancer)
    in_force, ineffective = settings(exchange, goal.by, worker, balancer, wstunnel)
    return Forward(
        address,
        request,
        goal.place,
        fates=fates,
        settings=in_force,
        affinity=kind,
        affinity_place=kind_place,
        upstreams=len(balancer.serving()) if balancer else 1,
        ineffective=ineffective,
    )


def _encoded(path: str) -> str:
    kept = "/:@!$&'()*+,;=-._~"
    return "%2F".join(quote(piece, safe=kept) for piece in re.split("%2f", path, flags=re.IGNORECASE))


def _environment(exchange: Exchange, name: str) -> Directive | None:
    """A ``SetEnv`` of this name in force."""
    for directives in (
        *(section.block or () for section in reversed(exchange.sections())),
        exchange.host.own,
        exchange.host.outer,
    ):
        for one in directives:
            if one.key == "setenv" and one.args[:1] == (name,):
                return one
    return None


def _upgrade(
    exchange: Exchange, goal: Goal, parts: Parts, worker: Worker | None, wstunnel: bool
) -> tuple[str | None, HeaderFate]:
    """The Upgrade header that the app receives, and why."""
    asked = exchange.header("Upgrade")
    given = worker.parameters.get("upgrade") if worker is not None else None
    socket = parts.scheme in ("ws", "wss")
    if given is None and not socket:
        ignored = dict(goal.by.ignored).get("upgrade") if goal.by is not None else None
        if ignored is None or goal.by is None:
            return None, HeaderFate("Upgrade", None, "default")
        written = f"upgrade={ignored.value}"
        return None, HeaderFate("Upgrade", None, "default", None, written, ignored.place, goal.by.shared)
    written = f"upgrade={given.value}" if given is not None else f"{parts.scheme}://"
    place = given.place if given is not None else goal.place
    if not wstunnel and not socket and not carries_named(exchange):
        return None, HeaderFate("Upgrade", None, "default")
    names = [name.strip().lower() for name in (given.value if given is not None else "websocket").split(",")]
    fits = asked is not None and ("any" in names or asked.lower() in names)
    if not fits:
        return None, HeaderFate("Upgrade", None, "set", _removed(exchange) or place, written if asked is not None else "")
    value = asked
    if wstunnel and "any" not in names:
        value = given.value if given is not None and given.value.upper() != "NONE" else "WebSocket"
    return value, HeaderFate("Upgrade", value, "set", place, written)


def carries_named(exchange: Exchange) -> bool:
    """Whether ``upgrade=`` at an ``http://`` target acts in this version; who writes it has one in which it does."""
    version = exchange.version
    return version is None or not older(version, TUNNELS_ITSELF)


def _removed(exchange: Exchange) -> Place | None:
    """The line that took the client's own Upgrade header away."""
    lines = request_headers(exchange)
    return next((one.place for one in reversed(lines) if len(one.args) > 1 and one.args[1].lower().strip(":") == "upgrade"), None)


def request_headers(exchange: Exchange) -> list[Directive]:
    """The RequestHeader lines that act on this request, in the order in which they act."""
    blocks = (
        exchange.host.outer,
        exchange.host.own,
        *(section.block or () for section in (*exchange.proxied, *exchange.sections())),
    )
    lines = [one for block in blocks for one in block if one.key == "requestheader" and len(one.args) > 1]
    return sorted(lines, key=lambda one: "early" not in (word.lower() for word in one.args[2:]))


def _headers(
    exchange: Exchange, parts: Parts, worker: Worker | None, upgrade: str | None, fate: HeaderFate, old: bool
) -> tuple[tuple[tuple[str, str], ...], tuple[HeaderFate, ...]]:
    client = exchange.headers
    preserve = exchange.find("proxypreservehost")
    keeps_host = exchange.is_on("proxypreservehost")
    host = (exchange.header("Host") or "") if keeps_host else parts.authority
    sent = [("Host", host)]
    fates = [
        HeaderFate("Host", host, "set", preserve.place, "ProxyPreserveHost On")
        if keeps_host and preserve is not None
        else HeaderFate("Host", host, "default"),
        fate,
    ]
    if upgrade is not None:
        sent += [("Connection", "Upgrade"), ("Upgrade", upgrade)]
        fates.append(HeaderFate("Connection", "Upgrade", "set", fate.place, fate.written))
    elif old:
        fates.append(HeaderFate("Connection", None, "set", fate.place, fate.written))
    else:
        reused = worker is not None and worker.value("disablereuse").lower() != "on"
        connection = "Keep-Alive" if reused and _environment(exchange, "proxy-nokeepalive") is None else "close"
        sent.append(("Connection", connection))
        because = "default" if fate.because == "default" else "set"
        fates.append(HeaderFate("Connection", connection, because, fate.place, fate.written))  # type: ignore[arg-type]
    listed = {name.strip().lower() for name in (exchange.header("Connection") or "").split(",")}
    for key, value in client:
        if key.lower() in _KEPT_OUT or key.lower() in listed:
            continue
        sent.append((key, value))
        if key in _TOLD:
            fates.append(HeaderFate(key, value, "passed"))
    told = {name.lower(): name for name in _TOLD}
    known = {fate.name.lower() for fate in fates}
    gone = ((told[name], place) for name, place in exchange.removed.items() if name in told and name not in known)
    fates += [HeaderFate(name, None, "set", place, f"unset {name}") for name, place in gone]
    return tuple(_forwarded_for(exchange, sent)), tuple(fates)


def _forwarded_for(exchange: Exchange, sent: list[tuple[str, str]]) -> list[tuple[str, str]]:
    adds = exchange.find("proxyaddheaders")
    if adds is not None and adds.args[:1] != () and adds.args[0].lower() == "off":
        return sent
    host = exchange.header("Host")
    own = {
        "X-Forwarded-For": "$remote_addr",
        "X-Forwarded-Host": host,
        "X-Forwarded-Server": exchange.host.name or "$server_name",
    }
    for name, value in own.items():
        if value is None:
            continue
        before_it = next((text for key, text in sent if key.lower() == name.lower()), None)
        sent = [(key, text) for key, text in sent if key.lower() != name.lower()]
        sent.append((name, f"{before_it}, {value}" if before_it else value))
    return sent


def apply_request_headers(exchange: Exchange, early: bool) -> None:
    """Changes the client's headers as the RequestHeader lines say, those that act before all else or the others."""
    for one in request_headers(exchange):
        action, name, *rest = one.args
        if early != ("early" in (word.lower() for word in rest)):
            continue
        action, name = action.lower(), name.rstrip(":")
        rest = [word for word in rest if word.lower() != "early"]
        condition = next((word for word in rest[0 if action == "unset" else 1 :] if re.match(r"env=|expr=", word)), None)
        if condition is not None and _asked(exchange, one, name, condition):
            continue
        value = _value(exchange, rest[0]) if rest and action != "unset" else ""
        known = exchange.header(name)
        if action == "unset" and known is not None:
            exchange.removed[name.lower()] = one.place
        if action == "unset" or (action == "set"):
            exchange.headers = [(key, text) for key, text in exchange.headers if key.lower() != name.lower()]
        if action in ("set", "add") or (action in ("append", "merge", "setifempty") and known is None):
            exchange.headers.append((name, value))
        elif action in ("append", "merge") and known is not None and not (action == "merge" and value in known):
            exchange.headers = [
                (key, f"{text}, {value}" if key.lower() == name.lower() else text) for key, text in exchange.headers
            ]


def _asked(exchange: Exchange, one: Directive, name: str, condition: str) -> bool:
    """True where the line's condition is taken not to hold; nobody is asked about headers that decide nothing."""
    if name.lower() not in ("upgrade", "connection") and not name.lower().startswith("sec-websocket"):
        return True
    return not exchange.choices.ask(
        f"header {one.place}",
        f"whether {condition} holds in {one.place}",
        ("it does not hold", "it holds, and the header is changed"),
    )


def _value(exchange: Exchange, text: str) -> str:
    from advisor.proxies.apache_httpd.rewriting import variable

    if text.startswith("expr="):
        return re.sub(r"%\{([^{}]+)\}", lambda name: variable(exchange, name[1]) or name[0], text[5:])
    scheme = "https" if exchange.host.tls else "http"
    known = {"HTTPS": "on" if exchange.host.tls else "off", "REQUEST_SCHEME": scheme}
    return re.sub(r"%\{(\w+)\}[se]", lambda name: known.get(name[1], name[0]), text)

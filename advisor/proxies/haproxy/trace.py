"""A configuration and a request -> what HAProxy does with it: bind, rules of the frontend, backend, its rules, a server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from advisor.model import Address, Answer, Depends, Forward, HeaderFate, Invalid, Outcome, Request
from advisor.proxies.choices import Choices, explore
from advisor.proxies.haproxy import rules
from advisor.proxies.haproxy.backends import Member, affinity, by_peer, eligible
from advisor.proxies.haproxy.conditions import holds
from advisor.proxies.haproxy.exchange import Exchange
from advisor.proxies.haproxy.faults import faults
from advisor.proxies.haproxy.grammar import split_condition
from advisor.proxies.haproxy.load import Config, Proxy
from advisor.proxies.haproxy.samples import formatted
from advisor.proxies.haproxy.servers import choose
from advisor.proxies.haproxy.settings import in_force, ineffective
from advisor.proxies.unread import unread
from advisor.versions import before, key

_HEADERS = ("Upgrade", "Connection", "Host", "Origin", "Cookie", "Sec-WebSocket-Key", "Sec-WebSocket-Version")


def trace(config: Config, request: Request, version: str | None, environment: Mapping[str, str] | None = None) -> Outcome:
    """Sends one request through a configuration. ``version`` is HAProxy's own (``2.8.3``) or a tag of it.

    ``environment`` was put in when the configuration was loaded.
    """
    hidden = unread(config.files, config.not_read)
    if hidden is not None:
        return hidden
    number = version if version is not None and key(version) else None
    fault = next(iter(faults(config, number)), None)
    if fault is not None:
        return Invalid(fault.reason, fault.place)
    return follow(config, request, number)


def follow(config: Config, request: Request, version: str | None) -> Outcome:
    """The request's way through a configuration, without a look at whether HAProxy would start with it."""
    return explore(lambda choices: _run(config, request, version, choices))


def _run(config: Config, request: Request, version: str | None, choices: Choices) -> Outcome:
    if config.undecided:
        return Depends(f"whether the condition of .if at {config.undecided[0]} holds on the machine", ())
    chosen = choose(config, request)
    if chosen is None:
        return Depends("where HAProxy listens, which another file says", ())
    frontend, bind, exact = chosen
    exchange = Exchange(config, request, request, choices, frontend, bind, version, frontend.mode == "http")
    exchange.note(frontend.label, f"takes the request on port {bind.address.port}", frontend.section.head or frontend.place)
    if not exact:
        does = f"is reached at port {bind.address.port}: nothing listens on {request.port}, so something in front leads there"
        exchange.note("bind", does, bind.place)
    try:
        outcome = _received(exchange, exact)
    except rules.Unknowable as open_question:
        outcome = Depends(str(open_question), ())
    return replace(outcome, moves=tuple(exchange.moves))


def _received(exchange: Exchange, exact: bool) -> Outcome:
    """What is decided before the request is read."""
    bind, request = exchange.bind, exchange.request
    if "accept-proxy" in bind.options and exchange.choices.ask(
        "proxy_protocol",
        f"whether what stands in front speaks the PROXY protocol, which {bind.place} expects",
        ("it does", "it does not"),
    ):
        return Answer(None, "the bind expects the PROXY protocol and closes the connection", bind.place)
    if exact and bind.tls and request.scheme == "http":
        return Answer(None, "a plain request reaches a port that speaks TLS", bind.place)
    if bind.options.get("verify") == "required" and exchange.choices.ask(
        "certificate", "whether the client presents a certificate", ("it presents a valid one", "it presents none")
    ):
        return Answer(None, "the bind wants a client certificate", bind.place)
    refused = rules.connection(exchange, exchange.frontend)
    if refused is not None:
        return refused
    if not exchange.http:
        return _switched(exchange)
    if exact and not bind.tls and request.scheme == "https":
        return Answer(400, "a TLS connection reaches a port that speaks plain HTTP", bind.place)
    if request.header("Upgrade") and not request.header("Sec-WebSocket-Key") and _checks_keys(exchange):
        return Answer(400, "a handshake without Sec-WebSocket-Key is not valid", exchange.frontend.place)
    return _http(exchange)


def _checks_keys(exchange: Exchange) -> bool:
    """Since 2.4 a handshake without a key is refused (CHANGELOG)."""
    upgrade = (exchange.request.header("Upgrade") or "").lower()
    return upgrade == "websocket" and not (exchange.version and before(exchange.version, "2.4"))


def _http(exchange: Exchange) -> Outcome:
    """The frontend's own answers and rules."""
    frontend = exchange.frontend
    monitor = frontend.find("monitor-uri")
    if monitor is not None and monitor.args[:1] == (exchange.request.path,):
        return Answer(200, "monitor-uri answers here", monitor.place)
    return rules.requests(exchange, frontend) or _statistics(exchange, frontend) or _switched(exchange)


def _statistics(exchange: Exchange, proxy: Proxy) -> Answer | None:
    """The page of statistics, which hides whatever lies below its path."""
    lines = [line for line in proxy.rules("stats") if line.args]
    if not any(line.args[0] in ("enable", "uri", "auth", "realm", "refresh") for line in lines):
        return None
    uri = next((line.args[1] for line in reversed(lines) if line.args[0] == "uri" and len(line.args) > 1), "/haproxy?stats")
    if not exchange.pathq.startswith(uri):
        return None
    locked = any(line.args[0] == "auth" for line in lines)
    return Answer(401 if locked else 200, "the page of statistics answers here", lines[0].place)


def _switched(exchange: Exchange) -> Outcome:
    """``use_backend`` in order, then ``default_backend``, then the section itself."""
    frontend = exchange.frontend
    for line in frontend.rules("use_backend"):
        words, when = split_condition(line.args)
        if not words or not holds(exchange, frontend, when, line.place):
            continue
        name, known = formatted(exchange, words[0])
        if not known:
            raise rules.Unknowable(f"which backend {words[0]} names, in {line.place}")
        backend = exchange.config.backend(name)
        if backend is None and "%" in words[0]:
            continue
        if backend is not None:
            why = f"its condition holds: {' '.join(when[1:])}" if when else "it has no condition"
            exchange.note("use_backend", f"leads to {name}: {why}", line.place)
            return _backend(exchange, backend)
    last = frontend.find("default_backend")
    if last is not None and last.args and (backend := exchange.config.backend(last.args[0])) is not None:
        exchange.note("default_backend", f"leads to {last.args[0]}: no use_backend takes the request", last.place)
        return _backend(exchange, backend)
    if frontend.serves:
        return _backend(exchange, frontend)
    return _unserved(exchange, "no use_backend takes the request, and there is no default_backend", frontend)


def _unserved(exchange: Exchange, reason: str, proxy: Proxy) -> Answer:
    return Answer(503 if exchange.http else None, reason, proxy.section.head or proxy.place, cause="not_routed")


def _backend(exchange: Exchange, backend: Proxy) -> Outcome:
    """The backend's rules, then a server."""
    if not exchange.http and backend.mode == "http":
        exchange.http = True
    if exchange.http:
        answer = None
        if backend is not exchange.frontend:
            answer = rules.requests(exchange, backend) or _statistics(exchange, backend)
        if answer is not None:
            return answer
    serving = eligible(backend)
    for line in backend.rules("use-server"):
        words, when = split_condition(line.args)
        named = [member for member in serving if words and member.name == words[0]]
        if named and holds(exchange, backend, when, line.place):
            exchange.note("use-server", f"chooses {words[0]}", line.place)
            serving = named
            break
    if not serving:
        return _unserved(exchange, f"{backend.label} has no server that could take it", backend)
    return _forward(exchange, backend, serving)


def _forward(exchange: Exchange, backend: Proxy, serving: list[Member]) -> Outcome:
    member = serving[0]
    if any(word.startswith("send-proxy") for word in member.options) and exchange.choices.ask(
        "send-proxy",
        f"whether the app expects the PROXY protocol, which {member.place} sends",
        ("it expects the PROXY protocol", "it does not expect the PROXY protocol"),
    ):
        return Answer(None, "the app gets a PROXY line in front of the request", member.place)
    if exchange.http and (replaced := rules.responses(exchange, backend) or rules.responses(exchange, exchange.frontend)):
        return replaced
    request = _headers(exchange, backend) if exchange.http else exchange.original
    if exchange.http and exchange.original.upgrades() and request.upgrades() and _own_key(exchange, request):
        reason = "the client's Sec-WebSocket-Key is dropped, HAProxy makes up another, and browsers refuse the answer to it"
        return Answer(None, reason, exchange.fates["sec-websocket-key"].place, cause="header_lost")
    address = _address(exchange, member)
    exchange.note(f"server {member.name}", f"gets {request.path} at {address}", member.place)
    kind, place = affinity(backend)
    return Forward(
        address,
        request.at(scheme=address.scheme, host=address.host, port=address.port or (443 if address.scheme == "https" else 80)),
        backend.section.head or backend.place,
        fates=_fates(exchange, request),
        settings=in_force(exchange, backend, member),
        idle_reset_by="from_upstream" if backend.option("independent-streams") else "any",
        affinity=kind,
        affinity_place=place,
        by_peer=kind == "ip" and by_peer(exchange.frontend, backend),
        upstreams=sum(each.count for each in serving),
        members=tuple(_address(exchange, each) for each in serving),
        ineffective=ineffective(exchange, backend),
    )


def _own_key(exchange: Exchange, request: Request) -> bool:
    fate = exchange.fates.get("sec-websocket-key")
    return fate is not None and request.header("Sec-WebSocket-Key") != exchange.original.header("Sec-WebSocket-Key")


def _address(exchange: Exchange, member: Member) -> Address:
    secure = "ssl" in member.options
    scheme = "https" if secure else "http"
    if not exchange.http and not secure:
        scheme = "http" if exchange.bind.tls else exchange.original.scheme
    where = member.address
    if where.unix is not None:
        return Address("localhost", None, scheme, where.unix)
    port = where.port
    taken = exchange.bind.address.port or exchange.original.port
    if port is None and "$" not in where.host:
        port = taken
    elif where.offset and port is not None:
        port += taken
    return Address(where.host, port, scheme)


def _headers(exchange: Exchange, backend: Proxy) -> Request:
    """The request on the wire: names in lower case, the client's address added where that is asked for."""
    request = exchange.request
    headers = [(name.lower(), value) for name, value in request.headers]
    asked = [option for side in (backend, exchange.frontend) if (option := side.option("forwardfor")) is not None]
    if asked:  # the backend's own word for the header's name wins, and one that says always
        words = asked[0].words
        name = words[words.index("header") + 1] if "header" in words[:-1] else "X-Forwarded-For"
        if not (all("if-none" in option.words for option in asked) and request.header(name) is not None):
            headers.append((name.lower(), "%[src]"))
    if exchange.version is not None and not before(exchange.version, "2.8"):
        headers = [(name, value) for name, value in headers if (name, value.lower()) != ("upgrade", "h2c")]
    sent: list[tuple[str, str]] = []
    for name, value in headers:
        if name == "connection":
            value = ", ".join(part.strip() for part in value.split(",") if part.strip().lower() != "keep-alive")
        if value or name != "connection":
            sent.append((name, value))
    if (
        "sec-websocket-key" not in {name for name, _ in sent}
        and "sec-websocket-key" in exchange.fates
        and request.header("Upgrade")
    ):
        sent.append(("sec-websocket-key", "made up by HAProxy"))
    return request.at(headers=tuple(sent), http_version=_version(exchange, backend))


def _version(exchange: Exchange, backend: Proxy) -> str:
    """HTTP/2 where the server line asks for nothing else; ``ws`` decides for sockets alone (since 2.5)."""
    options = eligible(backend)[0].options
    offered = options.get("alpn", "").split(",")
    mode = options.get("ws", "auto")
    if mode in ("h1", "h2"):
        return "2" if mode == "h2" else "1.1"
    if options.get("proto") == "h2":
        return "2"
    return "2" if "ssl" in options and "h2" in offered and "http/1.1" not in offered else "1.1"


def _fates(exchange: Exchange, request: Request) -> tuple[HeaderFate, ...]:
    """What became of the headers that matter."""
    found = dict(exchange.fates)
    for name in _HEADERS:
        value = exchange.original.header(name)
        if name.lower() not in found and value is not None:
            found[name.lower()] = HeaderFate(name, request.header(name), "passed")
    return tuple(found.values())

"""A request that ``proxy.server`` takes -> what the backend receives, and the clocks of the open socket.

Measured on lighttpd 1.4.69. An open socket has two idle clocks: ``server.max-read-idle`` is restarted by bytes from the client
only, ``server.max-write-idle`` by bytes from the backend only, and so is the backend's own ``read-timeout``.
"""

from __future__ import annotations

from typing import Literal

from advisor.model import Address, Forward, HeaderFate, Outcome, Place, Request, Setting
from advisor.proxies.lighttpd.exchange import Exchange
from advisor.proxies.lighttpd.load import Known, is_on, pairs, told
from advisor.versions import before

_KEPT_OUT = ("connection", "upgrade", "keep-alive", "te", "transfer-encoding", "proxy-connection", "x-host", "x-forwarded-host")
_SET = ("x-forwarded-proto", "x-forwarded-for")
_TOLD = ("Host", "Origin", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Cookie")
_DEFAULTS = {"server.max-read-idle": 60.0, "server.max-write-idle": 360.0}
KEYS = frozenset({*_DEFAULTS, "proxy.balance", "proxy.header", "proxy.server.read-timeout", "server.graceful-shutdown-timeout"})
"""Keys of settings that a profile may name in ``set_by``."""
Reset = Literal["any", "from_client", "from_upstream"]


def backend(exchange: Exchange, value: Known) -> list[dict[str, Known]] | None:
    """The hosts of the first entry of ``proxy.server`` that takes the path: by its beginning, or by its ending."""
    for extension, hosts in pairs(value):
        fits = exchange.path.startswith(extension) if extension.startswith("/") else exchange.path.endswith(extension)
        if fits or not extension:
            return [dict(pairs(host)) for _, host in pairs(hosts)]
    return None


def forward(exchange: Exchange, hosts: list[dict[str, Known]], place: Place) -> Outcome:
    """What ``proxy.server`` does with the request."""
    header = exchange.find("proxy.header")
    options = dict(pairs(header[0])) if header is not None else {}
    upgrades = is_on(options.get("upgrade", 0)) and not (exchange.version and before(exchange.version, "1.4.46"))
    first = hosts[0] if hosts else {}
    path = _mapped(exchange.path, options.get("map-urlpath"))
    address = _address(first)
    exchange.note("proxy.server", f"sends {path} to {address}", place)
    host = _host(exchange, options)
    request = exchange.request.at(
        scheme="http",
        host=address.host,
        port=address.port or 80,
        path=path,
        query=exchange.query,
        headers=_headers(exchange, host, upgrades),
        http_version="1.1",
    )
    clock, reset = _clock(exchange, first)
    kind, kind_place = _affinity(exchange)
    block = exchange.where("proxy.server")
    return Forward(
        address,
        request,
        block.place if block is not None and block.parent is not None else place,
        fates=_fates(exchange, request, header[1] if header is not None else None, upgrades),
        settings=(*((clock,) if clock is not None else ()), *_others(exchange)),
        idle_reset_by=reset,
        affinity=kind,
        affinity_place=kind_place,
        upstreams=max(1, len(hosts)),
    )


def _address(host: dict[str, Known]) -> Address:
    if "socket" in host:
        return Address("localhost", None, "http", told(host["socket"]))
    port = told(host.get("port", 80))
    return Address(told(host.get("host", "127.0.0.1")), int(port) if port.isdigit() else None, "http")


def _mapped(path: str, rules: Known | None) -> str:
    """``map-urlpath``: the first beginning that fits is replaced."""
    for start, target in pairs(rules) if rules is not None else ():
        if path.startswith(start):
            return told(target) + path[len(start) :] or "/"
    return path


def _host(exchange: Exchange, options: dict[str, Known]) -> str:
    given = exchange.request.header("Host") or exchange.request.host
    for name, target in pairs(options.get("map-host-request", ())):
        if name in ("-", given):
            return given if told(target) == "-" else told(target)
    return given


def _headers(exchange: Exchange, host: str, upgrades: bool) -> tuple[tuple[str, str], ...]:
    client = exchange.request
    given = client.header("Host") or client.host
    forwarded = client.header("X-Forwarded-For")
    sent = [("Host", host)]
    sent += [(key, value) for key, value in client.headers if key.lower() not in (*_KEPT_OUT, *_SET, "host")]
    sent.append(("X-Forwarded-For", f"{forwarded}, $remote_addr" if forwarded else "$remote_addr"))
    sent += [("X-Host", given), ("X-Forwarded-Host", given), ("X-Forwarded-Proto", exchange.scheme)]
    asked = exchange.find("proxy.forwarded")
    if asked is not None:
        sent.append(("Forwarded", _forwarded(exchange, dict(pairs(asked[0])), given)))
    wanted = client.header("Upgrade") is not None and "upgrade" in (client.header("Connection") or "").lower()
    if upgrades and wanted:
        sent += [("Upgrade", client.header("Upgrade") or ""), ("Connection", "close, upgrade")]
    else:
        sent.append(("Connection", "close"))
    return tuple(sent)


def _forwarded(exchange: Exchange, wanted: dict[str, Known], host: str) -> str:
    parts = [("for", "for=$remote_addr"), ("proto", f"proto={exchange.scheme}"), ("host", f'host="{host}"')]
    return ";".join(text for name, text in parts if is_on(wanted.get(name, 0)))


def _fates(exchange: Exchange, request: Request, place: Place | None, upgrades: bool) -> tuple[HeaderFate, ...]:
    because: Literal["set", "default"] = "set" if place is not None and upgrades else "default"
    fates = [
        HeaderFate(
            name, request.header(name), because, place if upgrades else None, 'proxy.header "upgrade"' if upgrades else None
        )
        for name in ("Upgrade", "Connection")
    ]
    fates += [HeaderFate(name, request.header(name), "passed") for name in _TOLD if exchange.request.header(name) is not None]
    return tuple(fates)


def _clock(exchange: Exchange, host: dict[str, Known]) -> tuple[Setting | None, Reset]:
    """The idle clock that ends the socket first, ``None`` where that is the default; and which bytes restart it."""
    known: list[tuple[float, Setting | None, Reset]] = []
    for name, usual in _DEFAULTS.items():
        reset: Reset = "from_client" if name.endswith("read-idle") else "from_upstream"
        found = exchange.find(name)
        amount = _number(found[0]) if found is not None else usual
        made = Setting(name, told(found[0]), found[1], amount, "lighttpd") if found is not None else None
        known.append((amount if amount is not None else usual, made, reset))
    if "read-timeout" in host and (amount := _number(host["read-timeout"])):
        where = exchange.find("proxy.server")
        place = where[1] if where is not None else exchange.socket.place
        known.append(
            (amount, Setting("proxy.server.read-timeout", told(host["read-timeout"]), place, amount, "lighttpd"), "from_upstream")
        )
    _, setting, reset = min(known, key=lambda each: each[0])
    return setting, reset


def _number(value: Known) -> float | None:
    text = told(value)
    return float(text) if text.isdigit() else None


def _others(exchange: Exchange) -> tuple[Setting, ...]:
    found: list[Setting] = []
    for name in ("proxy.balance", "server.max-connections", "server.max-keep-alive-idle"):
        value = exchange.find(name)
        if value is not None:
            amount = _number(value[0])
            found.append(Setting(name, told(value[0]), value[1], amount if amount is not None else told(value[0]), "lighttpd"))
    features = exchange.find("server.feature-flags")
    for name, flag in pairs(features[0]) if features is not None else ():
        if name == "server.graceful-shutdown-timeout" and features is not None:
            found.append(Setting(name, told(flag), features[1], _number(flag), "lighttpd"))
    return tuple(found)


def _affinity(exchange: Exchange) -> tuple[str, Place | None]:
    """``proxy.balance``: ``sticky`` goes by the client's address, ``hash`` by the URL."""
    found = exchange.find("proxy.balance")
    kind = {"sticky": "ip", "hash": "path"}.get(told(found[0])) if found is not None else None
    return (kind, found[1]) if kind is not None and found is not None else ("none", None)

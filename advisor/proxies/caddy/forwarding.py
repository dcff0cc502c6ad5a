"""A ``reverse_proxy`` -> the request that the app receives, its clocks and affinity, and which line or default made it so.

After ``prepareRequest`` and ``director`` (Caddy 2.11, modules/caddyhttp/reverseproxy/reverseproxy.go): hop-by-hop headers go, and
those of an upgrade are set again; ``header_up`` has the last word.
"""

from __future__ import annotations

import re

from advisor.model import Address, Answer, Forward, HeaderFate, Outcome, Place, Setting
from advisor.proxies.caddy.exchange import Exchange
from advisor.proxies.caddy.model import Handler
from advisor.proxies.caddy.rewriting import rewritten
from advisor.proxies.caddy.upstreams import POLICIES
from advisor.versions import older

VIA_SINCE = "2.10.0"
SPELLS_SINCE = "2.9.0"
"""Since this release the headers of an upgrade keep the spelling ``Sec-WebSocket-Key``; before, Go's own was sent."""
UPSTREAM_HOST_SINCE = "2.11.0"
"""Since this release an ``https://`` upstream gets its own name as Host."""
_HOPS = ("connection", "upgrade", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer",
         "transfer-encoding")  # fmt: skip
_TOLD = ("Origin", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Cookie")


def forward(exchange: Exchange, handler: Handler) -> Outcome:
    """What the proxy does with the request."""
    data = handler.data
    upstreams = [str(each) for each in data.get("upstreams", [])]
    if not upstreams:
        what = data.get("dynamic")
        reason = f"the upstreams come from {what}" if what else "no upstreams are configured"
        return Answer(503, reason, handler.place)
    address, secure, http2 = _address(exchange, upstreams[0], data)
    if data.get("transport", "http") == "fastcgi":
        return Answer(None, "the transport fastcgi speaks a protocol that cannot carry a WebSocket", handler.place)
    if secure and not data.get("trusts") and (refusal := _certificate(exchange, handler)) is not None:
        return refusal
    raw, query, method = exchange.raw, exchange.query, exchange.method
    if data.get("rewrite"):
        raw, query = rewritten(exchange, str(data["rewrite"]))
    if data.get("method"):
        method = exchange.fill(str(data["method"])).upper()
    sent, fates = _headers(exchange, handler, address, secure, method)
    versions = [str(each) for each in data.get("versions", [])]
    is_http2 = http2 or (bool(versions) and versions[0] in ("h2c", "2") and "h2c" in versions)
    if is_http2:
        sent = [(key, value) for key, value in sent if key.lower() not in ("upgrade", "connection")]
    exchange.note("reverse_proxy", f"sends {raw} to {address}", handler.place)
    request = exchange.request.at(
        scheme="https" if secure else "http",
        host=address.host,
        port=address.port or (443 if secure else 80),
        path=raw,
        query=query,
        headers=tuple(sent),
        http_version="2" if is_http2 else "1.1",
        method=method,
    )
    policy = next((one for one in handler.settings if one.key == "reverse_proxy.lb_policy"), None)
    word = policy.value.split(" ")[0] if policy is not None else ""
    reads = next((one for one in handler.settings if one.key == "reverse_proxy.transport.read_timeout"), None)
    return Forward(
        address,
        request,
        handler.place,
        fates=tuple(fates),
        settings=handler.settings,
        idle_reset_by="from_upstream" if reads is not None and reads.amount else "any",
        affinity=POLICIES.get(word, "none"),
        affinity_place=policy.place if policy is not None and word in POLICIES else None,
        by_peer=word == "ip_hash",
        upstreams=len(upstreams),
        members=tuple(_address(exchange, each, data)[0] for each in upstreams),
        ineffective=tuple(_ineffective(handler)),
    )


def _ineffective(handler: Handler) -> list[tuple[Setting, str]]:
    reason = "Caddy copies both ways at once after the upgrade; nothing is needed for sockets"
    return [(one, reason) for one in handler.settings if one.key == "reverse_proxy.flush_interval"]


def _address(exchange: Exchange, text: str, data: object) -> tuple[Address, bool, bool]:
    """``https://app:8443`` -> address, whether TLS is spoken, whether HTTP/2 in clear text is."""
    scheme, mark, rest = text.partition("://")
    scheme = scheme.lower() if mark else ""
    authority = rest if mark else text
    if text.startswith("unix/") or scheme in ("unix", "unix+h2c"):
        return Address("localhost", None, "http", authority.removeprefix("unix/")), False, scheme == "unix+h2c"
    authority = re.sub(r"^(tcp|udp)[46]?/", "", exchange.fill(authority))
    host, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]") or not (port.isdigit() or "{" in port):
        host, port = authority, ""
    secure = scheme in ("https", "wss") or (isinstance(data, dict) and bool(data.get("tls")))
    usual = 443 if scheme in ("https", "wss") else 80
    number = int(port) if port.isdigit() else None if port or "{" in host else usual
    return Address(host or "localhost", number, "https" if secure else "http"), secure, scheme == "h2c"


def _certificate(exchange: Exchange, handler: Handler) -> Answer | None:
    asked = exchange.choices.ask(
        f"certificate {handler.place}",
        f"whether the certificate of the upstream at {handler.place} is one that Caddy trusts",
        ("the upstream's certificate is trusted", "the upstream's certificate is not trusted"),
    )
    return Answer(502, "Caddy does not trust the upstream's certificate", handler.place) if asked else None


def _is_before(exchange: Exchange, limit: str) -> bool:
    return exchange.version is not None and older(exchange.version, limit)


def _headers(
    exchange: Exchange, handler: Handler, address: Address, secure: bool, method: str
) -> tuple[list[tuple[str, str]], list[HeaderFate]]:
    """The headers sent and what became of those that matter."""
    client = exchange.headers
    upgrade, connection = exchange.header("Upgrade"), exchange.header("Connection") or ""
    tokens = {token.strip().lower() for token in connection.split(",")}
    upgrades = upgrade is not None and "upgrade" in tokens
    host = exchange.header("Host") or exchange.request.host
    upstream = str(address)
    sent = [("Host", upstream if secure and not _is_before(exchange, UPSTREAM_HOST_SINCE) else host)]
    if upgrades:
        sent += [("Connection", "Upgrade"), ("Upgrade", upgrade or "")]
    for key, value in client:
        if key.lower() in (*_HOPS, "host") or (key.lower() in tokens and key.lower() != "upgrade") or _is_forwarded(key):
            continue
        sent.append((key, value))
    sent += _forwarded(exchange, handler, host)
    if not _is_before(exchange, VIA_SINCE):
        sent.append(("Via", "1.1 Caddy"))
    if (
        exchange.header("Accept-Encoding") is None
        and handler.data.get("compression") is not False
        and exchange.header("Range") is None
    ):
        sent.append(("Accept-Encoding", "gzip"))
    if method not in ("GET", "HEAD") and exchange.header("Content-Length") is None:
        sent.append(("Content-Length", "0"))
    fates = {
        "upgrade": HeaderFate("Upgrade", upgrade if upgrades else None, "passed" if upgrades else "default"),
        "connection": HeaderFate("Connection", "Upgrade" if upgrades else None, "passed" if upgrades else "default"),
        "host": HeaderFate("Host", sent[0][1], "passed" if sent[0][1] == host else "default"),
    }
    for name in _TOLD:
        if exchange.header(name) is not None:
            fates[name.lower()] = HeaderFate(name, exchange.header(name), "passed")
        elif (line := exchange.captures.get(f"\0{name.lower()}")) is not None:
            fates[name.lower()] = HeaderFate(name, None, "set", _place(line, handler.place), f"-{name}")
    if not upgrades:
        for name in ("upgrade", "connection"):
            line = exchange.captures.get(f"\0{name}")
            if line is not None:
                fates[name] = HeaderFate(name.capitalize(), None, "set", _place(line, handler.place), f"-{name.capitalize()}")
    for words, place in handler.data.get("headers", []):
        before = {key.lower() for key, _ in sent}
        sent = change(exchange, sent, list(words), upstream)
        for gone in (before - {key.lower() for key, _ in sent}) & set(fates):
            fates[gone] = HeaderFate(fates[gone].name, None, "set", place, words[0])
        name = words[0].lstrip("+-?>").lower()
        if name in fates or name in ("upgrade", "connection"):
            now = next((value for key, value in sent if key.lower() == name), None)
            fates[name] = HeaderFate(
                words[0].lstrip("+-?>"), now, "set", place, " ".join(words[1:]) if len(words) > 1 else words[0]
            )
    final = {key.lower(): value.lower() for key, value in sent}
    if _is_before(exchange, SPELLS_SINCE) or "upgrade" not in final.get("connection", "") or not final.get("upgrade"):
        sent = [(_spelled(key) if key.lower().startswith("sec-websocket") else key, value) for key, value in sent]
    return sent, list(fates.values())


def _place(text: str, default: Place) -> Place:
    file, _, line = text.rpartition(":")
    return Place(file, int(line)) if line.isdigit() else default


def _is_forwarded(name: str) -> bool:
    return name.lower() in ("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host")


def _forwarded(exchange: Exchange, handler: Handler, host: str) -> list[tuple[str, str]]:
    """The X-Forwarded headers: Caddy's own, or the client's where it is trusted."""
    trusted = bool(handler.data.get("trusted"))
    values = {"X-Forwarded-For": "$remote_addr", "X-Forwarded-Proto": exchange.scheme, "X-Forwarded-Host": host}
    for name in values:
        given = exchange.header(name)
        if trusted and given is not None:
            values[name] = f"{given}, $remote_addr" if name == "X-Forwarded-For" else given
    return list(values.items())


def change(exchange: Exchange, sent: list[tuple[str, str]], words: list[str], upstream: str = "") -> list[tuple[str, str]]:
    """One header operation: ``Name value``, ``+Name value``, ``-Name``, ``Name find replace``."""
    sign = words[0][:1] if words[0][:1] in "+-?>" else ""
    name = words[0].lstrip("+-?>").rstrip(":")
    is_same = [key.lower() == name.lower() for key, _ in sent]
    own = re.compile(r"\{(?:upstream_hostport|http\.reverse_proxy\.upstream\.hostport)\}")
    values = [exchange.fill(own.sub(lambda _: upstream, word)) for word in words[1:]]
    if sign == "-" or not values:
        prefix = name.rstrip("*").lower()
        return [
            (key, value)
            for key, value in sent
            if not (key.lower().startswith(prefix) if name.endswith("*") else key.lower() == prefix)
        ]
    if len(values) == 2:
        return [
            (key, re.sub(re.escape(values[0]), lambda _: values[1], value) if same else value)
            for (key, value), same in zip(sent, is_same, strict=True)
        ]
    if sign == "+":
        return [*sent, (_spelled(name), values[0])]
    if sign == "?" and any(is_same):
        return sent
    return [*[pair for pair, same in zip(sent, is_same, strict=True) if not same], (_spelled(name), values[0])]


def _spelled(name: str) -> str:
    """A header's name as Go writes it: ``X-Real-IP`` -> ``X-Real-Ip``."""
    return "-".join(part[:1].upper() + part[1:].lower() for part in name.split("-"))

"""A request that Squid lets in -> the server it is sent to, what arrives there, and the clocks of the open socket.

Measured on squid 5.7, after src/peer_select.cc and src/http.cc. An open socket has one clock, ``read_timeout``: a byte of either
side restarts it (src/tunnel.cc sets it on both connections).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from advisor.formats.squid import Line
from advisor.model import Address, Answer, Forward, HeaderFate, Outcome, Place, Setting
from advisor.proxies import patterns
from advisor.proxies.squid.exchange import Exchange, protocols
from advisor.proxies.squid.faults import seconds
from advisor.proxies.squid.peers import GROUPS, Peer
from advisor.versions import before

FORMAT = "squid"
KEYS = frozenset({"read_timeout", "shutdown_lifetime", "http_upgrade_request_protocols", "client_lifetime"})
"""Keys of settings that a profile may name in ``set_by``."""
_NO_EFFECT = {
    "client_lifetime": "an open tunnel is measured by read_timeout alone: its first byte replaces this clock",
    "pconn_timeout": "it ends connections between requests, not a tunnel",
    "client_idle_pconn_timeout": "it ends connections between requests, not a tunnel",
    "server_idle_pconn_timeout": "it ends connections between requests, not a tunnel",
    "request_timeout": "it ends with the handshake's header",
    "write_timeout": "it waits for a full buffer to drain, not for a silent tunnel",
}
_HOP = ("connection", "upgrade", "keep-alive", "te", "transfer-encoding", "proxy-connection", "proxy-authorization", "trailer")
_SET = ("host", "via", "x-forwarded-for", "surrogate-capability", "authorization", "cache-control")
_TOLD = ("Host", "Origin", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Cookie", "Authorization")
_AFFINITY = {"sourcehash": "ip", "userhash": "key", "carp": "path"}
_FRESH_S = 259_200
"""``max-age`` that Squid asks for where no ``refresh_pattern`` fits."""


def forward(exchange: Exchange) -> Outcome:
    """Where the request goes, and what arrives there."""
    direct, because = exchange.allows("always_direct", False)
    if direct:
        return _sent(exchange, None, [], because.place if because is not None else exchange.port.place)
    usable = [peer for peer in exchange.config.peers if peer.parent and peer.address.port is not None and _may(exchange, peer)]
    group = next((kind for kind in GROUPS if any(peer.group == kind for peer in usable)), None)
    members = [peer for peer in usable if peer.group == group] if group is not None else usable[:1]
    if members:
        # Of peers in turn the last of the file gets the first request (getRoundRobinParent).
        chosen = members[-1] if group is not None and group.endswith("round-robin") else members[0]
        return _sent(exchange, chosen, members, chosen.place)
    never, _ = exchange.allows("never_direct", False)
    if exchange.port.direct and not never:
        return _sent(exchange, None, [], exchange.port.place)
    reason = "no cache_peer takes the request" if exchange.config.peers else "no cache_peer says where the app is"
    return Answer(502, reason, exchange.config.peers[0].place if exchange.config.peers else exchange.port.place)


def _may(exchange: Exchange, peer: Peer) -> bool:
    found = exchange.first(exchange.config.peer_rules.get(peer.name, []))
    return found is None or found[0]


def _sent(exchange: Exchange, peer: Peer | None, members: list[Peer], place: Place) -> Outcome:
    scheme = exchange.scheme if peer is None else peer.address.scheme
    address = peer.address if peer is not None else Address(exchange.host, exchange.number, scheme)
    allowed, upgrade_line = offered(exchange)
    headers = _headers(exchange, peer, allowed)
    kept = tuple(_mangled(exchange, headers))
    path = (
        exchange.request.path
        if peer is None or peer.origin
        else f"{exchange.scheme}://{exchange.authority}{exchange.request.path}"
    )
    exchange.note(f"cache_peer {peer.name}" if peer is not None else "direct", f"receives {path} at {address}", place)
    request = exchange.request.at(
        scheme="https" if scheme == "https" else "http",
        host=address.host,
        port=address.port or 80,
        path=path,
        headers=kept,
        http_version="1.1",
    )
    if request.upgrades():
        # The app has switched by then: its 101 becomes an answer of Squid's own (measured on 5.7).
        replies, reply_line = exchange.allows("http_reply_access", True)
        if not replies:
            return Answer(403, "http_reply_access refuses the app's answer", reply_line.place if reply_line is not None else None)
    group = members[0].group if members else None
    return Forward(
        address,
        request,
        place,
        fates=tuple(_fates(exchange, dict(headers), dict(kept), upgrade_line)),
        settings=tuple(_settings(exchange, members)),
        idle_reset_by="any",
        affinity=_AFFINITY.get(group or "", "none"),
        affinity_place=place if group in _AFFINITY else None,
        upstreams=max(len(members), 1),
        ineffective=tuple(_without_effect(exchange)),
    )


# ---------------------------------------------------------------- the upgrade


def offered(exchange: Exchange) -> tuple[tuple[str, ...], Line | None]:
    """The protocols of the Upgrade header that stay, and the line that decides on the first of them.

    Names are compared with their case; rules for ``OTHER`` count where none names the protocol.
    """
    header = exchange.request.header("Upgrade")
    wanted = "upgrade" in (exchange.request.header("Connection") or "").lower()
    if header is None or not wanted or (exchange.version is not None and before(exchange.version, "5")):
        return (), None
    rules = exchange.config.lines.get("http_upgrade_request_protocols", [])
    kept: list[str] = []
    decided: Line | None = None
    for offer in protocols(header):
        name, _, version = offer.partition("/")
        own = [line for line in rules if line.args[:1] and line.args[0].partition("/")[0] == name and _is_rule(line)]
        fitting = [line for line in own if line.args[0] in (name, f"{name}/{version}")]
        used = fitting if own else [line for line in rules if line.args[:1] == ("OTHER",)]
        for line in used:
            words = line.args[1:]
            if _is_rule(line) and all(exchange.holds(word) for word in words[1:]):
                decided = decided or line
                kept += [offer] if words[0] == "allow" else []
                break
    return tuple(kept), decided or (rules[0] if rules else None)


def _is_rule(line: Line) -> bool:
    return line.args[1:2] in (("allow",), ("deny",)) and len(line.args) > 2


# ---------------------------------------------------------------- headers


def _headers(exchange: Exchange, peer: Peer | None, allowed: tuple[str, ...]) -> list[tuple[str, str]]:
    client = exchange.request
    forced = peer.option("forceddomain") if peer is not None else None
    sent = [("Host", forced or exchange.authority)]
    sent += [(key, value) for key, value in client.headers if key.lower() not in (*_HOP, *_SET)]
    sent += _authorization(exchange, peer)
    name = exchange.config.last("visible_hostname")
    host = name.args[0] if name is not None and name.args else "$visible_hostname"
    if exchange.config.is_on("via", True):
        product = "squid" if exchange.config.is_on("httpd_suppress_version_string", False) else "squid/$version"
        sent.append(("Via", _added(client.header("Via"), f"1.1 {host} ({product})")))
    elif client.header("Via") is not None:
        sent.append(("Via", client.header("Via") or ""))
    sent.append(("Surrogate-Capability", _added(client.header("Surrogate-Capability"), f'{host}="Surrogate/1.0"')))
    sent += _forwarded_for(exchange)
    sent.append(("Cache-Control", client.header("Cache-Control") or f"max-age={_fresh(exchange)}"))
    ends_tls = (
        {"on": True, "auto": exchange.port.tls}.get(peer.option("front-end-https") or "", False) if peer is not None else False
    )
    if ends_tls or (peer is not None and "front-end-https" in peer.options):
        sent.append(("Front-End-Https", "On"))
    if allowed:
        sent += [("Upgrade", ", ".join(allowed)), ("Connection", "upgrade")]
    else:
        sent.append(("Connection", "keep-alive" if exchange.config.is_on("server_persistent_connections", True) else "close"))
    return sent


def _added(old: str | None, new: str) -> str:
    return f"{old}, {new}" if old else new


def _authorization(exchange: Exchange, peer: Peer | None) -> list[tuple[str, str]]:
    """A password goes on only to a peer with ``login=``; its own user and password take the place of the client's."""
    login = peer.option("login") if peer is not None else None
    given = exchange.request.header("Authorization")
    if peer is None or login in ("PASS", "PASSTHRU"):
        return [("Authorization", given)] if given is not None else []
    if login is None or login in ("PROXYPASS", "NEGOTIATE") or login.startswith("NEGOTIATE:"):
        return []
    return [("Authorization", f"Basic {base64.b64encode(login.encode()).decode()}")]


def _forwarded_for(exchange: Exchange) -> list[tuple[str, str]]:
    line = exchange.config.last("forwarded_for")
    mode = line.args[0] if line is not None and line.args else "on"
    given = exchange.request.header("X-Forwarded-For")
    value = {
        "delete": None,
        "transparent": given,
        "truncate": "$remote_addr",
        "off": _added(given, "unknown"),
    }.get(mode, _added(given, "$remote_addr"))
    return [("X-Forwarded-For", value)] if value is not None else []


def _fresh(exchange: Exchange) -> int:
    """The last number of the first ``refresh_pattern`` that fits the URL, in seconds; it is written in minutes."""
    for line in exchange.config.lines.get("refresh_pattern", []):
        words = [word for word in line.args if word != "-i"]
        try:
            fits = len(words) > 3 and patterns.match(words[0], exchange.url, "-i" in line.args) is not None
        except patterns.Undecided:
            fits = False
        if fits and words[3].isdigit() and len(words[3]) < 9:
            return int(words[3]) * 60
    return _FRESH_S


def _mangled(exchange: Exchange, headers: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What ``request_header_access`` leaves, with what ``request_header_replace`` puts in place, then ``request_header_add``."""
    replaced = {
        line.args[0].lower(): line.rest.split(None, 1)[-1]
        for line in exchange.config.lines.get("request_header_replace", [])
        if len(line.args) > 1
    }
    for key, value in headers:
        found = exchange.first(_mangler(exchange, key))
        if found is None or found[0]:
            yield key, value
        elif key.lower() in replaced:
            yield key, replaced[key.lower()]
    for line in exchange.config.lines.get("request_header_add", []):
        if len(line.args) > 1 and all(exchange.holds(word) for word in line.args[2:]):
            yield line.args[0], line.args[1]


def _mangler(exchange: Exchange, key: str) -> list[tuple[Line, tuple[str, ...]]]:
    """The rules for a header: its own, then those for ``Other`` where Squid does not know its name, then those for ``All``."""
    lines = exchange.config.lines.get("request_header_access", [])
    names = (key.lower(), "all") if key.lower() in _REGISTERED else (key.lower(), "other", "all")
    for name in names:
        rules = [(line, line.args[1:]) for line in lines if line.args[:1] and line.args[0].lower() == name]
        if rules:
            return rules
    return []


_REGISTERED = frozenset(
    (
        "accept accept-charset accept-encoding accept-language accept-ranges age allow alternate-protocol "
        "authentication-info authorization cache-control cdn-loop connection content-base content-disposition content- "
        "encoding content-language content-length content-location content-md5 content-range content-type cookie "
        "cookie2 date etag expect expires forwarded from host http2-settings if-match if-modified-since if-none-match "
        "if-range if-unmodified-since keep-alive key last-modified link location max-forwards mime-version negotiate "
        "origin pragma proxy-authenticate proxy-authentication-info proxy-authorization proxy-connection proxy-support "
        "public range referer request-range retry-after server set-cookie set-cookie2 te title trailer transfer- "
        "encoding translate unless-modified-since upgrade user-agent vary via warning www-authenticate x-cache x-cache- "
        "lookup x-forwarded-for x-request-uri x-squid-error x-accelerator-vary x-next-services surrogate-capability "
        "surrogate-control front-end-https"
    ).split()
)
"""Headers that Squid knows (src/http/RegisteredHeadersHash.gperf); those of a WebSocket handshake are not among them."""


def _fates(exchange: Exchange, sent: dict[str, str], kept: dict[str, str], line: Line | None) -> Iterator[HeaderFate]:
    """``line`` decides on the upgrade. One that stands there and does not let it through is told with the default."""
    for name in ("Upgrade", "Connection", *_TOLD):
        if name in sent and name not in kept:
            rule = _mangler(exchange, name)[0][0]
            yield HeaderFate(name, None, "set", rule.place, f"{rule.name} {rule.rest}")
        elif name in _TOLD:
            if exchange.request.header(name) is not None:
                yield HeaderFate(name, kept.get(name), "passed")
        elif "Upgrade" in sent and line is not None:
            yield HeaderFate(name, kept.get(name), "set", line.place)
        elif name == "Upgrade" and line is not None:
            yield HeaderFate(name, None, "default", line.place, f"{line.name} {line.rest}")
        else:
            yield HeaderFate(name, kept.get(name), "default")


# ---------------------------------------------------------------- settings


def _settings(exchange: Exchange, members: list[Peer]) -> Iterator[Setting]:
    for name in ("read_timeout", "shutdown_lifetime", "http_upgrade_request_protocols"):
        line = exchange.config.last(name)
        if line is not None:
            read = seconds(line.args) if name != "http_upgrade_request_protocols" else None
            yield Setting(name, line.rest, line.place, read if isinstance(read, float) else None, FORMAT)
    for peer in members:
        limit = peer.option("max-conn")
        if limit is not None and limit.isdigit():
            yield Setting("max-conn", limit, peer.place, float(limit), FORMAT)


def _without_effect(exchange: Exchange) -> Iterator[tuple[Setting, str]]:
    for name, why in _NO_EFFECT.items():
        line = exchange.config.last(name)
        if line is not None:
            read = seconds(line.args)
            yield Setting(name, line.rest, line.place, read if isinstance(read, float) else None, FORMAT), why

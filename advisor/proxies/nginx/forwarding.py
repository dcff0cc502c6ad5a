"""A location with ``proxy_pass`` -> the request that the upstream receives, and which line or default made it so.

After ``ngx_http_proxy_create_request`` and ``ngx_http_proxy_eval`` (nginx 1.22 and 1.31). The list of ``proxy_set_header``
in force replaces defaults by name; every other header of the client is handed on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from advisor.formats.nginx import Directive
from advisor.model import Address, Answer, Depends, Forward, HeaderFate, Outcome, Place, Request
from advisor.proxies.nginx import lua
from advisor.proxies.nginx.blocks import Block, Upstream
from advisor.proxies.nginx.exchange import Exchange
from advisor.proxies.nginx.quotas import quotas
from advisor.proxies.nginx.settings import affinity, by_peer, in_force, ineffective
from advisor.proxies.nginx.variables import evaluate
from advisor.versions import ambiguous, before

NEWER_DEFAULTS = "1.29.7"
"""Since this release nginx speaks HTTP/1.1 to upstreams and sends no Connection header of its own."""
_URL = re.compile(r"(https?|h2c?)://", re.IGNORECASE)
_KEPT_OUT = ("host", "connection", "upgrade", "keep-alive", "te", "transfer-encoding", "expect", "content-length")
_TOLD = ("Origin", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Cookie")


@dataclass(frozen=True, slots=True)
class Goal:
    """A ``proxy_pass`` address taken apart. ``uri`` is empty where the address has none."""

    scheme: str
    authority: str
    uri: str
    unix: str | None = None


def goal(text: str) -> Goal | None:
    """``http://app:3000/x`` -> its parts; ``None`` where it does not begin with a scheme nginx knows."""
    found = _URL.match(text)
    if found is None:
        return None
    scheme, rest = found[1].lower(), text[found.end() :]
    if rest.startswith("unix:"):
        path, mark, uri = rest[5:].partition(":")
        return Goal(scheme, "localhost", uri if mark else "", unix=path)
    cut = next((position for position, sign in enumerate(rest) if sign in "/?"), len(rest))
    uri = rest[cut:]
    return Goal(scheme, rest[:cut], f"/{uri}" if uri.startswith("?") else uri)


def newer_defaults(exchange: Exchange) -> bool:
    """Whether this nginx has the defaults of 1.29.7; asked where the version is not known."""
    version = exchange.version
    if version is not None and not ambiguous(version, NEWER_DEFAULTS):
        return not before(version, NEWER_DEFAULTS)
    return bool(
        exchange.choices.ask(
            "nginx.version",
            f"the nginx version: {NEWER_DEFAULTS} made HTTP/1.1 the default towards upstreams",
            (f"nginx before {NEWER_DEFAULTS}", f"nginx {NEWER_DEFAULTS} or newer"),
            "nginx.version",
        )
    )


def forward(exchange: Exchange, directive: Directive) -> Outcome:
    """What ``proxy_pass`` does with the request."""
    written = evaluate(exchange, directive.args[0] if directive.args else "")
    target = goal(written.text)
    if target is None:
        if written.known or not written.text:
            return Answer(500, f'proxy_pass leads to "{written.text}", which has no scheme', directive.place)
        target = Goal("http", written.text, "")
    if not target.authority and written.known:
        return Answer(500, f'proxy_pass leads to "{written.text}", which has no host', directive.place)
    upstream = None if target.unix else exchange.blocks.upstreams.get(target.authority.lower())
    if upstream is not None and not any("down" not in member.options for member in upstream.members):
        return Answer(502, f"every server of upstream {upstream.name} is marked down", upstream.directive.place)
    code = lua.picks(upstream.settings()) if upstream is not None else None
    if upstream is not None and code is not None:
        on = f"which server {code.name} ({code.place}) picks for upstream {upstream.name}"
        return Depends(on, ())
    dynamic = "$" in directive.args[0]
    if dynamic and upstream is None and target.unix is None and not _resolves(exchange, target):
        host = split(target.authority)[0]
        return Answer(502, f"no resolver is defined to resolve {host}, which a variable names", directive.place)
    path, query = upstream_uri(exchange, directive, target, dynamic)
    host, port = _proxy_host(target), split(target.authority)[1] or (443 if target.scheme == "https" else 80)
    exchange.variables |= {"proxy_host": host, "proxy_port": "" if target.unix is not None else str(port)}
    headers, fates, version = _headers(exchange, target)
    method = evaluate(exchange, exchange.block.value("proxy_method") or exchange.method).text
    address, count = _address(target, upstream)
    exchange.note("proxy_pass", f"sends {path} to {target.authority if target.unix is None else address}", directive.place)
    tls = target.scheme == "https"
    request = exchange.request.at(
        scheme="https" if tls else "http",
        host=address.host,
        port=address.port or (443 if tls else 80),
        path=path,
        query=query,
        headers=headers,
        http_version=version,
        method=method,
    )
    if exchange.error_status is not None and exchange.error_status not in (0, 101):
        reason = f"after error_page the upstream's answer goes out with status {exchange.error_status}"
        return Answer(exchange.error_status, reason, exchange.block.location().place)
    kind, kind_place = affinity(upstream)
    return Forward(
        address,
        request,
        exchange.block.place if exchange.block.kind == "if" else exchange.block.location().place,
        fates=fates,
        settings=in_force(exchange.block, upstream),
        affinity=kind,
        affinity_place=kind_place,
        by_peer=kind == "ip" and by_peer(exchange.block, upstream),
        upstreams=count,
        members=() if target.unix is not None else _members(target, upstream),
        ineffective=ineffective(exchange.block),
        quotas=tuple(quotas(exchange.blocks, exchange.block)),
    )


def _resolves(exchange: Exchange, target: Goal) -> bool:
    """Whether nginx finds the address of a name that a variable gave.

    Such a name is looked up while it runs, which takes a ``resolver``, unless it is a number or some other line names the
    same host and port literally (``ngx_http_upstream_init_request``).
    """
    host, port = split(target.authority)
    bare = host.strip("[]")
    if (
        "$" in host
        or "{{" in host
        or "<%" in host
        or exchange.block.find("resolver") is not None
        or re.fullmatch(r"[0-9.]+|[0-9a-f:]+:[0-9a-f:]*", bare)
    ):
        return True
    usual = 443 if target.scheme == "https" else 80
    if (host.lower(), port or usual) in exchange.blocks.literal_hosts:
        return True
    config = exchange.blocks.config
    if config.level == "main" and all(one.harmless for one in config.missing):
        return False
    options = ("a resolver is defined elsewhere", "no resolver is defined")
    return not exchange.choices.ask(
        "resolver", f"whether a resolver is defined outside the files shown, to look up {host}", options
    )


def upstream_uri(exchange: Exchange, directive: Directive, target: Goal, dynamic: bool) -> tuple[str, str]:
    """Path and query that the upstream receives."""
    if dynamic and target.uri:
        path, _, query = target.uri.partition("?")
        return path, query
    if not target.uri and exchange.unparsed_valid:
        path, _, query = exchange.unparsed.partition("?")
        return path, query
    location = exchange.block.location()
    replaced = len(location.pattern) if exchange.location_valid and target.uri and location.kind == "location" else 0
    rest = quote(exchange.uri[replaced:], safe="/:@!$&'()*+,;=-._~")
    head = target.uri if exchange.location_valid else ""
    path, mark, query = f"{head}{rest}".partition("?")
    if mark:
        return path, f"{query}?{exchange.args}" if exchange.args else query
    return path, exchange.args


def _address(target: Goal, upstream: Upstream | None) -> tuple[Address, int]:
    if target.unix is not None:
        return Address("localhost", None, target.scheme, target.unix), 1
    if upstream is None:
        host, port = split(target.authority)
        usual = None if "$" in target.authority or "{{" in target.authority else 443 if target.scheme == "https" else 80
        return Address(host, port or usual, target.scheme), 1
    serving = [member for member in upstream.members if member.serves] or list(upstream.members)
    return member_address(target.scheme, serving[0].address), len(serving)


def _members(target: Goal, upstream: Upstream | None) -> tuple[Address, ...]:
    serving = [member for member in upstream.members if member.serves] or list(upstream.members) if upstream is not None else []
    return tuple(member_address(target.scheme, each.address) for each in serving)


def member_address(scheme: str, written: str) -> Address:
    """The address of an upstream's server as its line writes it."""
    if written.startswith("unix:"):
        return Address("localhost", None, scheme, written[5:])
    host, port = split(written)
    return Address(host, port or (None if "$" in written or "{{" in written else 80), scheme)


def split(authority: str) -> tuple[str, int | None]:
    """``app:3000`` -> name and port; the port is ``None`` where there is none or it is not a number."""
    host, sign, port = authority.rpartition(":")
    if sign and port.isdigit() and not host.endswith(":"):
        return host, int(port)
    return authority, None


def _proxy_host(target: Goal) -> str:
    host, port = split(target.authority)
    usual = 443 if target.scheme == "https" else 80
    return host if port == usual else target.authority


def _headers(exchange: Exchange, target: Goal) -> tuple[tuple[tuple[str, str], ...], tuple[HeaderFate, ...], str]:
    """The headers sent, what became of those that matter, and the HTTP version."""
    block, client = exchange.block, exchange.request
    lines = _lines_in_force(exchange)
    written = {line.args[0].lower() for line in lines}
    sent: list[tuple[str, str]] = []
    fates: list[HeaderFate] = []
    for line in lines:
        name = line.args[0].lower()
        value = evaluate(exchange, line.args[1]).text
        if name == "host" and not value and exchange.version and not before(exchange.version, "1.31.4"):
            value = _proxy_host(target)
        if value:
            sent.append((line.args[0], value))
        fates.append(HeaderFate(line.args[0], value or None, "set", line.place, line.args[1]))
    if "host" not in written:
        value = _proxy_host(target)
        sent.insert(0, ("Host", value))
        fates.append(_default(exchange, "Host", value, lines))
    upgrade = next((value for key, value in sent if key.lower() == "upgrade"), "")
    connection = next((value for key, value in sent if key.lower() == "connection"), "")
    complete = "websocket" in upgrade.lower() and "upgrade" in connection.lower()
    version = _http_version(exchange, complete)
    if "upgrade" not in written:
        fates.append(_default(exchange, "Upgrade", None, lines))
    if "connection" not in written:
        default = None if exchange.version is not None and newer_defaults(exchange) else "close"
        fates.append(_default(exchange, "Connection", default, lines))
        if default:
            sent.append(("Connection", default))
    passing = block.find("proxy_pass_request_headers")
    if passing is not None and passing.args[:1] == ("off",):
        dropped = tuple(name for name in _TOLD if client.header(name) is not None and name.lower() not in written)
        fates.extend(HeaderFate(name, None, "set", passing.place, "proxy_pass_request_headers off") for name in dropped)
    else:
        underscores = block.value("underscores_in_headers") == "on"
        for key, value in client.headers:
            if key.lower() in written or key.lower() in _KEPT_OUT or ("_" in key and not underscores):
                continue
            sent.append((key, value))
            if key in _TOLD:
                fates.append(HeaderFate(key, value, "passed"))
    if version.startswith("2"):
        sent = [(key, value) for key, value in sent if key.lower() not in ("upgrade", "connection")]
    return tuple(sent), tuple(fates), version


def _lines_in_force(exchange: Exchange) -> list[Directive]:
    """The ``proxy_set_header`` lines in force, with those that a file which is not in the tree may add."""
    block = exchange.block
    lines = [line for line in block.list_in_force("proxy_set_header") if len(line.args) == 2]
    names = {line.args[0].lower() for line in lines}
    if {"upgrade", "connection"} <= names:
        return lines
    place = unseen_include(exchange, block)
    if place is None:
        return lines
    name = next(missing.path for missing in exchange.blocks.config.missing if missing.place == place)
    asked = exchange.choices.ask(
        f"include {place}",
        f"what {name} holds, which {place} includes and the repository does not show",
        (f"{name} does not set the upgrade headers", f"{name} sets them"),
    )
    if not asked:
        return lines
    added = (("Upgrade", "$http_upgrade"), ("Connection", "upgrade"))
    return lines + [Directive("proxy_set_header", pair, place) for pair in added if pair[0].lower() not in names]


def unseen_include(exchange: Exchange, block: Block) -> Place | None:
    """An include of a missing file that stands where it could add request headers."""
    missing = [one.place for one in exchange.blocks.config.missing if not one.harmless]
    if not missing:
        return None
    for level in block.levels():
        for place in missing:
            end = level.place.end_line
            if level.place.file == place.file and end is not None and level.place.line <= place.line <= end:
                return place
        if "proxy_set_header" in level.own:
            return None
    return None


def _http_version(exchange: Exchange, complete: bool) -> str:
    """The version spoken to the upstream. Where the handshake is lost anyway nobody is asked about the default."""
    written = exchange.block.value("proxy_http_version")
    if written is not None:
        return written
    if exchange.version is None and not complete:
        return "1.0"
    return "1.1" if newer_defaults(exchange) else "1.0"


def _default(exchange: Exchange, name: str, value: str | None, lines: list[Directive]) -> HeaderFate:
    """The fate of a header that no line in force sets: the default, or lost where only an outer block sets it."""
    levels = list(exchange.block.levels())
    position = next((index for index, level in enumerate(levels) if "proxy_set_header" in level.own), None)
    if position is not None:
        for level in levels[position + 1 :]:
            for outer in level.own.get("proxy_set_header", []):
                if len(outer.args) == 2 and outer.args[0].lower() == name.lower() and _would_serve(exchange, name, outer):
                    discards = levels[position].own["proxy_set_header"][0].place
                    return HeaderFate(name, value, "lost", None, outer.args[1], outer.place, discards)
    return HeaderFate(name, value, "default")


def _would_serve(exchange: Exchange, name: str, line: Directive) -> bool:
    """True where the outer line would have done a handshake good."""
    value = evaluate(exchange, line.args[1]).text.lower()
    if name == "Upgrade":
        return "websocket" in value
    return "upgrade" in value if name == "Connection" else bool(value)


def passes_on(request: Request) -> bool:
    """True where the app would see a handshake it can answer with 101."""
    return request.upgrades() and not request.http_version.startswith("2")

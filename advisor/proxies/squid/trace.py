"""A configuration and a request -> what Squid does with it: the port, the rules that let it in, and the server behind.

After squid 5.7 and measured on it. A port without ``accel`` is a forward proxy's: it wants whole URLs and answers a browser's
handshake for its own name with 400.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from advisor.formats.squid import Line
from advisor.model import Answer, Depends, Invalid, Listen, Outcome, Request
from advisor.proxies.choices import Choices, explore
from advisor.proxies.squid.exchange import Exchange
from advisor.proxies.squid.faults import faults
from advisor.proxies.squid.forwarding import forward
from advisor.proxies.squid.load import ROOTS, Config
from advisor.proxies.squid.ports import Port
from advisor.versions import key

_HANDED_OUT = ("url_rewrite_program", "redirect_program", "adaptation_access", "icap_class")
"""Directives with which another program may change the request."""


class Unknowable(Exception):
    """What happens cannot be told from the files; the message says what it hangs on."""


def trace(
    config: Config,
    request: Request,
    version: str | None,
    environment: Mapping[str, str] | None = None,
    *,
    admitted: bool = False,
) -> Outcome:
    """Sends one request through a configuration. ``version`` is Squid's own (``5.7``) or a tag of it.

    ``environment`` was put in when the configuration was loaded. ``admitted``: access rules are taken to let the request in.
    """
    known = version if version is not None and key(version) else None
    fault = next(faults(config, known), None)
    if fault is not None:
        return Invalid(fault.reason, fault.place)
    return follow(config, request, known, admitted=admitted)


def follow(config: Config, request: Request, version: str | None, *, admitted: bool = False) -> Outcome:
    """The request's way through a configuration, without a look at whether Squid would start with it."""
    return explore(lambda choices: _run(config, request, version, choices, admitted))


def _run(config: Config, request: Request, version: str | None, choices: Choices, admitted: bool) -> Outcome:
    for hidden in config.missing:
        said = (f"{hidden.path} holds nothing that matters here", f"{hidden.path} is not there")
        on = f"what {hidden.path} holds, which {hidden.place} includes and the files do not show"
        if choices.ask(f"include {hidden.place}", on, said):
            path = hidden.path if hidden.path.startswith("/") else f"{ROOTS[0]}{hidden.path}"
            return Invalid(f"Unable to find configuration file: {path}: (2) No such file or directory", hidden.place)
    if config.not_read:
        note = config.not_read[0]
        return Depends(f"what {note.file} holds: {note.reason}", ())
    if not config.ports:
        return _portless(config)
    port, exact = _chosen(config, request)
    host, number = _url(port, request)
    exchange = Exchange(config, request, choices, port, host, number, version)
    exchange.note(port.name, f"takes the request on port {port.number}", port.place)
    if not exact:
        does = f"is reached at port {port.number}: nothing listens on {request.port}, so something in front leads there"
        exchange.note(port.name, does, port.place)
    try:
        outcome = _served(exchange, exact, admitted)
    except Unknowable as open_question:
        outcome = Depends(str(open_question), ())
    return replace(outcome, moves=tuple(exchange.moves))


def _portless(config: Config) -> Outcome:
    """A part of a configuration may leave the ports to the file that includes it."""
    if config.peers:
        return Depends("which http_port leads here: the files show none", ())
    reason = "mimeLoadIcon: cannot parse internal URL: http://$visible_hostname:0/squid-internal-static/icons/silk/image.png"
    return Invalid(reason, None)


def _chosen(config: Config, request: Request) -> tuple[Port, bool]:
    """The port that a request comes in by, and whether its number is really written."""
    exact = [port for port in config.ports if port.number == request.port]
    if exact:
        return exact[0], True
    fitting = [port for port in config.ports if port.tls == (request.scheme == "https")] or config.ports
    return next((port for port in fitting if port.accel), fitting[0]), False


def _url(port: Port, request: Request) -> tuple[str, int]:
    """Host and port of the URL that Squid makes of a request for its own name (``prepareAcceleratedURL``)."""
    usual = 443 if port.tls else 80
    given = request.header("Host") if port.vhost else None
    host, number = _parted(given or port.site or port.host, usual)
    if port.vport:
        number = port.vport if port.vport > 0 else port.number
    return host.lower(), number


def _parted(authority: str, usual: int) -> tuple[str, int]:
    host, _, number = authority.rpartition(":")
    if host and number.isdigit() and len(number) < 6 and not host.endswith(":"):
        return host, int(number)
    return authority, usual


def _served(exchange: Exchange, exact: bool, admitted: bool) -> Outcome:
    port, request = exchange.port, exchange.request
    if exact and port.tls != (request.scheme == "https"):
        reason = "a plain request reaches an https_port" if port.tls else "TLS reaches an http_port"
        return Answer(None, reason, port.place)
    if port.intercepts:
        raise Unknowable(f"where the connections lead that {port.place} intercepts")
    if not port.accel:
        return Answer(400, "the port is a forward proxy's (no accel): it takes whole URLs only", port.place)
    if port.vhost and not request.header("Host"):
        return Answer(400, "the request has no Host header", port.place)
    if port.proxied:
        said = ("what stands in front sends the PROXY header", "the connection begins without a PROXY header")
        if exchange.choices.ask("proxy", f"whether what leads to {port.place} begins with a PROXY header", said):
            return Answer(None, "require-proxy-header closes connections without the PROXY header", port.place)
    for name, usual in (("http_access", False), ("adapted_http_access", True), ("http_access2", True), ("miss_access", True)):
        if name in ("http_access", "miss_access") or name in exchange.config.lines:
            refused = None if admitted else _refused(exchange, name, usual)
            if refused is not None:
                return refused
        if name == "http_access":
            _handed_out(exchange)
    return forward(exchange)


def _handed_out(exchange: Exchange) -> None:
    for name in _HANDED_OUT:
        line = exchange.config.last(name)
        if line is None or line.args[:1] in ((), ("none",)):
            continue
        said = (f"{name} leaves the request as it is", f"{name} changes the request")
        if exchange.choices.ask(name, f"what {name} makes of the request ({line.place})", said):
            raise Unknowable(f"what {name} makes of the request ({line.place})")


def _refused(exchange: Exchange, name: str, usual: bool) -> Answer | None:
    """The answer where a directive's rules do not let the request pass."""
    rules = exchange.rules(name)
    for line, words in rules:
        if words[:1] not in (("allow",), ("deny",)) or len(words) < 2:
            continue
        if not _holds(exchange, words[1:]):
            wanted = _asks_for_password(exchange, words[1:])
            if wanted is not None:
                return Answer(401, f"{name} asks for a password ({wanted})", line.place)
            continue
        exchange.note(name, f"{words[0]}s the request: {' '.join(words[1:])} holds", line.place)
        return None if words[0] == "allow" else _denied(exchange, name, line, words[-1])
    allowed, line_of_last = exchange.allows(name, usual)
    if allowed:
        return None
    if line_of_last is None:
        return Answer(403, f"no line of {name} lets anybody in", exchange.port.place)
    return _denied(exchange, name, line_of_last, line_of_last.args[-1])


def _holds(exchange: Exchange, names: tuple[str, ...]) -> bool:
    return all(not _password(exchange, each) and exchange.holds(each) for each in names)


def _password(exchange: Exchange, name: str) -> bool:
    """True for an ACL that asks the client for a password which it has not sent."""
    acl = exchange.config.acls.get(name.removeprefix("!"))
    return acl is not None and acl.type in ("proxy_auth", "proxy_auth_regex") and exchange.request.header("Authorization") is None


def _asks_for_password(exchange: Exchange, names: tuple[str, ...]) -> str | None:
    """The ACL that asks, once all before it hold."""
    for name in names:
        if _password(exchange, name):
            return name
        if not exchange.holds(name):
            return None
    return None


def _denied(exchange: Exchange, name: str, line: Line, acl: str) -> Answer:
    """The refusal; ``deny_info`` of the last ACL of the line may make a redirect, another status or a cut of it."""
    info = next((each for each in exchange.config.lines.get("deny_info", []) if acl.removeprefix("!") in each.args[1:]), None)
    if info is None:
        return Answer(403, f"{name} refuses it: {line.rest}", line.place)
    what = info.args[0]
    number, _, page = what.partition(":")
    status = int(number) if number.isdigit() and len(number) == 3 else None
    target = page if status is not None else what
    if what == "TCP_RESET":
        return Answer(None, "deny_info closes the connection", info.place)
    if target.startswith(("http://", "https://", "ws://", "wss://", "/")) or "://" in target:
        location = _location(exchange, target)
        return Answer(status or 302, f"deny_info sends clients to {location}", info.place, location)
    return Answer(status or 403, f"{name} refuses it: {line.rest}", info.place)


def _location(exchange: Exchange, template: str) -> str:
    words = {
        "R": exchange.target,
        "u": exchange.url,
        "U": exchange.url,
        "H": exchange.host,
        "M": exchange.request.method,
        "P": exchange.scheme,
        "p": str(exchange.number),
        "s": exchange.url,
        "%": "%",
    }
    pieces = template.split("%")
    made = [pieces[0]]
    for piece in pieces[1:]:
        made.append(words.get(piece[:1], f"%{piece[:1]}") + piece[1:])
    return "".join(made)


def servers(config: Config) -> tuple[Listen, ...]:
    """Every public side of a configuration; a forward proxy's ports are none of the app's."""
    found: list[Listen] = []
    for port in config.ports:
        if port.accel:
            hosts = (port.site.partition(":")[0],) if port.site is not None and not port.vhost else ()
            redirect = None if port.tls else _only_redirects(config, port)
            found.append(Listen("https" if port.tls else "http", port.number, port.place, hosts, redirect))
    return tuple(found)


def _only_redirects(config: Config, port: Port) -> str | None:
    """``https`` where every request for ``/`` of a plain port is sent there."""
    request = Request("http", "app.example.com", port.number, "/", "", (("Host", "app.example.com"),))
    outcome = follow(config, request, None)
    sent = isinstance(outcome, Answer) and outcome.location is not None and outcome.location.startswith("https://")
    return "https" if sent else None

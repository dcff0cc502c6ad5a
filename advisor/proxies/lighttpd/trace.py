"""A configuration and a request -> what lighttpd does with it: socket, rewrites and redirects, access, then who answers.

After ``request.c``, ``mod_rewrite.c``, ``mod_redirect.c``, ``mod_proxy.c`` and ``gw_backend.c`` (lighttpd 1.4.69).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from advisor.model import Answer, Depends, Invalid, Listen, Outcome, Request
from advisor.proxies import patterns
from advisor.proxies.choices import Choices, explore
from advisor.proxies.lighttpd.exchange import Exchange, Socket
from advisor.proxies.lighttpd.faults import faults
from advisor.proxies.lighttpd.forwarding import backend, forward
from advisor.proxies.lighttpd.load import ROOTS, Config, Known, is_on, pairs, told
from advisor.proxies.unread import refused, unread
from advisor.versions import key

_MOST_REWRITES = 100


class Unknowable(Exception):
    """What happens cannot be told from the files; the message says what it hangs on."""


def trace(config: Config, request: Request, version: str | None, environment: Mapping[str, str] | None = None) -> Outcome:
    """Sends one request through a configuration. ``version`` is lighttpd's own (``1.4.69``) or a tag of it.

    ``environment`` was put in when the configuration was loaded.
    """
    hidden = unread(config.files, config.not_read)
    if hidden is not None:
        return hidden
    fault = next(iter(faults(config)), None)
    if fault is not None:
        return refused(fault.reason, fault.place)
    return follow(config, request, version if version is not None and key(version) else None)


def follow(config: Config, request: Request, version: str | None) -> Outcome:
    """The request's way through a configuration, without a look at whether lighttpd would start with it."""
    return explore(lambda choices: _run(config, request, version, choices))


def _run(config: Config, request: Request, version: str | None, choices: Choices) -> Outcome:
    hidden = next((each for each in config.missing), None)
    if hidden is not None and hidden.command:
        return Depends(f"what {hidden.path!r} prints, which {hidden.place} includes", ())
    if hidden is not None and choices.ask(
        f"include {hidden.place}",
        f"what {hidden.path} holds, which {hidden.place} includes and the files do not show",
        (f"{hidden.path} holds nothing that matters here", f"{hidden.path} is not there"),
    ):
        path = hidden.path if hidden.path.startswith("/") else f"{ROOTS[0]}{hidden.path}"
        return Invalid(f"include file not found: {path}", hidden.place)
    socket, exact = choose(config, request)
    scheme = "https" if socket.tls else "http"
    exchange = Exchange(config, request, choices, socket, scheme, normalised(request.path), request.query, version)
    exchange.note("socket", f"takes the request on port {socket.port}", socket.place)
    if not exact:
        does = f"is reached at port {socket.port}: nothing listens on {request.port}, so something in front leads there"
        exchange.note("socket", does, socket.place)
    if exact and socket.tls != (request.scheme == "https"):
        reason = (
            "a plain request reaches a socket that speaks TLS" if socket.tls else "TLS reaches a socket that speaks plain HTTP"
        )
        return replace(Answer(400 if not socket.tls else None, reason, socket.place), moves=tuple(exchange.moves))
    try:
        outcome = _serve(exchange)
    except Unknowable as open_question:
        outcome = Depends(str(open_question), ())
    return replace(outcome, moves=tuple(exchange.moves))


def normalised(path: str) -> str:
    """A path with its dots resolved, as ``url-normalize`` leaves it (the default since 1.4.50)."""
    parts: list[str] = []
    words = path.split("/")[1:]
    for position, word in enumerate(words):
        if word == "..":
            parts = parts[:-1]
        elif word != ".":
            parts.append(word)
        if position == len(words) - 1 and word in (".", ".."):
            parts.append("")
    return "/" + "/".join(parts)


# ---------------------------------------------------------------- sockets


def sockets(config: Config) -> list[Socket]:
    """Every address on which it listens, the main one first."""
    top = config.blocks[0]
    port = top.values.get("server.port")
    host = told(top.values["server.bind"][0]) if "server.bind" in top.values else ""
    tls = is_on(top.values["ssl.engine"][0]) if "ssl.engine" in top.values else False
    number = int(told(port[0])) if port and told(port[0]).isdigit() else 443 if tls else 80
    found = [Socket(host, number, port[1] if port else top.place, tls)]
    for block in config.blocks:
        if block.key != '$SERVER["socket"]' or block.operator != "==":
            continue
        address, _, text = told(block.value).rpartition(":")
        if text.isdigit():
            secure = is_on(block.values["ssl.engine"][0]) if "ssl.engine" in block.values else False
            made = Socket(address, int(text), block.place, secure or tls, block)
            found = [each for each in found if (each.port, each.block) != (made.port, None)] + [made]
    return found


def choose(config: Config, request: Request) -> tuple[Socket, bool]:
    """The socket that a request comes in by, and whether its port is really written."""
    every = sockets(config)
    exact = [each for each in every if each.port == request.port]
    if exact:
        return exact[0], True
    fitting = [each for each in every if each.tls == (request.scheme == "https")]
    return (fitting or every)[0], False


def servers(config: Config) -> tuple[Listen, ...]:
    """Every public side of a configuration."""
    hosts = tuple(told(block.value) for block in config.blocks if block.key == '$HTTP["host"]' and block.operator == "==")
    found = []
    for socket in sockets(config):
        redirect = "https" if not socket.tls and _only_redirects(config) else None
        scheme = "https" if socket.tls else "http"
        found.append(Listen(scheme, socket.port, socket.place, (), redirect))  # type: ignore[arg-type]
        found += [Listen(scheme, socket.port, socket.place, (host,), redirect) for host in hosts]  # type: ignore[arg-type]
    return tuple(dict.fromkeys(found))


def _only_redirects(config: Config) -> bool:
    """True where plain requests of any path are sent to https."""
    for block in config.blocks:
        outer = [block]
        while outer[-1].parent is not None:
            outer.append(outer[-1].parent)
        plain = any((each.key, each.operator, each.value) == ('$HTTP["scheme"]', "==", "http") for each in outer)
        targets = [told(value) for _, value in pairs(block.values["url.redirect"][0])] if "url.redirect" in block.values else []
        if plain and any(target.startswith("https://") for target in targets):
            return True
    return False


# ---------------------------------------------------------------- one request


def _serve(exchange: Exchange) -> Outcome:
    modules = exchange.config.modules()
    for _ in range(_MOST_REWRITES):
        redirected = _redirect(exchange) if "mod_redirect" in modules else None
        before = "mod_redirect" in modules and "mod_rewrite" in modules
        first_redirect = not before or modules.index("mod_redirect") < modules.index("mod_rewrite")
        if redirected is not None and first_redirect:
            return redirected
        changed, again = _rewrite(exchange) if "mod_rewrite" in modules else (False, False)
        if not changed:
            if redirected is not None:
                return redirected
            break
        if not again:
            redirected = _redirect(exchange) if "mod_redirect" in modules else None
            if redirected is not None:
                return redirected
            break
    else:
        return Answer(500, "the rewrites go round in a circle", exchange.socket.place)
    return _clean(exchange, modules)


def _clean(exchange: Exchange, modules: tuple[str, ...]) -> Outcome:
    """Access and passwords first, wherever they stand in ``server.modules``; then the first module that takes the request."""
    if not exchange.config.whole and "mod_proxy" not in modules:
        said = ("mod_proxy is loaded elsewhere", "nothing loads mod_proxy")
        if not exchange.choices.ask("mod_proxy", "whether a file that is not shown loads mod_proxy", said):
            modules = (*modules, "mod_proxy")
    refusal = (_access(exchange) if "mod_access" in modules else None) or (_password(exchange) if "mod_auth" in modules else None)
    if refusal is not None:
        return refusal
    for module in modules:
        if module in ("mod_proxy", "mod_wstunnel", "mod_fastcgi", "mod_scgi", "mod_sockproxy", "mod_ajp13"):
            done = _passed(exchange, module)
            if done is not None:
                return done
    where = "no proxy.server that is in force takes the path" if "mod_proxy" in modules else "mod_proxy is not loaded"
    configured = exchange.find("proxy.server")
    place = configured[1] if configured is not None else exchange.config.blocks[0].place
    if exchange.path == "/" or "." in exchange.path.rsplit("/", 1)[-1]:
        said = ("there is no such file", "there is such a file")
        if exchange.choices.ask("file", f"whether there is a file for {exchange.path}", said):
            return Answer(200, f"{where}, so lighttpd sends a file", place)
    return Answer(404, f"{where}, so lighttpd looks for a file", place)


def _passed(exchange: Exchange, module: str) -> Outcome | None:
    """What a module that speaks to backends does with the request, or ``None`` where it leaves it alone."""
    name = f"{module.removeprefix('mod_')}.server"
    found = exchange.find(name)
    chosen = backend(exchange, found[0]) if found is not None else None
    if found is None or chosen is None:
        return None
    if module == "mod_proxy":
        if exchange.request.method == "POST" and exchange.request.header("Content-Length") is None:
            return Answer(411, "lighttpd wants a length for POST", found[1])
        return forward(exchange, chosen, found[1])
    if module == "mod_wstunnel":
        reason = "wstunnel ends the WebSocket itself and hands bare bytes to its backend, which sees no handshake"
        return Answer(101, reason, found[1])
    return Answer(None, f"{name} speaks a protocol that cannot carry a WebSocket", found[1])


def _access(exchange: Exchange) -> Answer | None:
    """``url.access-deny`` and ``-allow``: endings of paths."""
    for name, denied in (("url.access-allow", False), ("url.access-deny", True)):
        found = exchange.find(name)
        if found is None:
            continue
        fits = any(exchange.path.endswith(told(ending)) for _, ending in pairs(found[0]))
        if fits is denied:
            return Answer(403, f"{name} refuses it", found[1])
        if not denied:
            return None
    return None


def _password(exchange: Exchange) -> Answer | None:
    found = exchange.find("auth.require")
    if found is None:
        return None
    rule = next((prefix for prefix, _ in pairs(found[0]) if exchange.path.startswith(prefix)), None)
    if rule is None:
        return None
    refusal = Answer(401, f"auth.require asks for a password below {rule}", found[1])
    if exchange.request.header("Authorization") is None:
        return refusal
    said = ("the password is right", "the password is wrong")
    return refusal if exchange.choices.ask("password", "whether the password is right", said) else None


# ---------------------------------------------------------------- rewrites and redirects


def _rules(exchange: Exchange, name: str) -> Iterator[tuple[str, str]]:
    found = exchange.find(name)
    if found is not None:
        yield from ((pattern, told(target)) for pattern, target in pairs(found[0]))


def _matched(exchange: Exchange, pattern: str) -> patterns.Match | None:
    try:
        return patterns.match(pattern, exchange.target)
    except patterns.Undecided:
        raise Unknowable(f"whether the pattern {pattern} matches {exchange.target}") from None


def _rewrite(exchange: Exchange) -> tuple[bool, bool]:
    """Whether a rewrite changed the URL, and whether rewrites then run again."""
    for name, again in (
        ("url.rewrite-once", False),
        ("url.rewrite-final", False),
        ("url.rewrite", False),
        ("url.rewrite-repeat", True),
    ):
        for pattern, target in _rules(exchange, name):
            found = _matched(exchange, pattern)
            if found is None:
                continue
            if not target:
                return False, False
            before = exchange.target
            path, _, query = _filled(exchange, target, found, pattern).partition("?")
            exchange.path, exchange.query = path or "/", query
            place = exchange.find(name)
            exchange.note(name, f"makes {before} {exchange.target}", place[1] if place else None)
            return True, again
    return False, False


def _redirect(exchange: Exchange) -> Answer | None:
    for pattern, target in _rules(exchange, "url.redirect"):
        found = _matched(exchange, pattern)
        if found is None or not target:
            if found is not None:
                return None
            continue
        exchange.holding()
        location = _filled(exchange, target, found, pattern)
        code = exchange.find("url.redirect-code")
        status = int(told(code[0])) if code is not None and told(code[0]).isdigit() else 301
        where = exchange.find("url.redirect")
        return Answer(status, f"url.redirect sends clients to {location}", where[1] if where else None, location)
    return None


def _filled(exchange: Exchange, target: str, found: patterns.Match, pattern: str) -> str:
    """``$1`` the rule's captures, ``%1`` the condition's, ``${url.path}`` and its kin."""
    whole = _whole(pattern, exchange.target)
    authority = exchange.request.header("Host") or exchange.request.host
    words = {
        "url.scheme": exchange.scheme,
        "url.authority": authority,
        "url.port": str(exchange.socket.port),
        "url.path": exchange.path,
        "url.query": exchange.query,
        "qsa": f"{'&' if '?' in target else '?'}{exchange.query}" if exchange.query else "",
    }

    def fill(match: re.Match[str]) -> str:
        sign, digit, name = match[1], match[2], match[3]
        if name is not None:
            return words.get(name.rpartition(":")[2], match[0])
        groups = (whole, *found.groups) if sign == "$" else exchange.groups
        return groups[int(digit)] if int(digit) < len(groups) else ""

    return re.sub(r"([$%])(?:(\d)|\{([\w.:]+)\})", fill, target)


def _whole(pattern: str, text: str) -> str:
    import regex

    try:
        match = regex.search(pattern, text, timeout=0.1)
    except (regex.error, TimeoutError):
        return ""
    return str(match[0]) if match else ""


def upstream_names(config: Config) -> dict[str, tuple[str, ...]]:
    """The place of each ``proxy.server`` -> the addresses it names."""
    found: dict[str, tuple[str, ...]] = {}
    for block in config.blocks:
        if "proxy.server" in block.values:
            found[block.label] = tuple(_addresses(block.values["proxy.server"][0]))
    return found


def _addresses(value: Known) -> Iterator[str]:
    for _, hosts in pairs(value):
        for _, host in pairs(hosts):
            options = dict(pairs(host))
            yield f"{told(options.get('host', ''))}:{told(options.get('port', 80))}"

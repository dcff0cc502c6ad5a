"""A configuration and a request -> what httpd does with it: the phases of one request, in httpd's order.

After ``ap_process_request_internal`` (httpd 2.4): host, translation (mod_rewrite, then mod_proxy, then mod_alias), access,
fixups, handler. A ProxyPass therefore wins over a Redirect of the same server, whatever their order in the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, unquote

from advisor.formats.apache import Directive
from advisor.model import Answer, Depends, Invalid, Outcome, Request
from advisor.proxies.apache_httpd import access
from advisor.proxies.apache_httpd.checks import faults
from advisor.proxies.apache_httpd.exchange import Exchange, Stop
from advisor.proxies.apache_httpd.forwarding import Goal, apply_request_headers, forward
from advisor.proxies.apache_httpd.hosts import Compiled, choose, compiled
from advisor.proxies.apache_httpd.load import Config
from advisor.proxies.apache_httpd.rewriting import rewrite
from advisor.proxies.apache_httpd.workers import Pass, table
from advisor.proxies.choices import Choices, explore
from advisor.proxies.unread import refused, unread
from advisor.versions import key

_STATUSES = {"permanent": 301, "temp": 302, "seeother": 303, "gone": 410}
_REDIRECTS = ("redirect", "redirectpermanent", "redirecttemp", "redirectmatch")


def trace(
    config: Config,
    request: Request,
    version: str | None,
    floating_current: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """Sends one request through a configuration.

    ``version`` is httpd's own (``2.4.57``) or a tag of it; where it has no number or is not known, ``floating_current`` is taken,
    the version that such a tag means today. ``environment`` was used when the files were read.
    """
    hidden = unread(config.files, config.not_read)
    if hidden is not None:
        return hidden
    number = version if version is not None and key(version) else floating_current
    fault = next(iter(faults(config, number)), None)
    if fault is not None:
        return refused(fault.reason, fault.place, fault.module)
    return follow(config, request, number)


def follow(config: Config, request: Request, version: str | None) -> Outcome:
    """The request's way through a configuration, without a look at whether httpd would start with it."""
    blocks = compiled(config)
    return explore(lambda choices: _run(blocks, request, version, choices))


def _run(blocks: Compiled, request: Request, version: str | None, choices: Choices) -> Outcome:
    chosen = choose(blocks, request, choices)
    exchange = Exchange(blocks, request, choices, version, chosen, request.path, request.query, list(request.headers))
    exchange.note(chosen.host.label, f"takes the request: {chosen.why}", chosen.host.place)
    if chosen.port is None:
        exchange.note("Listen", f"nothing listens on {request.port}, so something in front leads here", chosen.host.place)
    try:
        outcome = _received(exchange)
    except Stop as stop:
        outcome = stop.outcome
    return replace(outcome, moves=tuple(exchange.moves))


def _received(exchange: Exchange) -> Outcome:
    """What is decided before the path is looked at."""
    request, host, place = exchange.request, exchange.host, exchange.host.place
    if exchange.chosen.port is not None and host.tls and request.scheme == "http":
        return Answer(400, "a plain HTTP request reaches a port that speaks TLS", place)
    if exchange.chosen.port is not None and not host.tls and request.scheme == "https":
        return Answer(400, "a TLS connection reaches a port that speaks plain HTTP", place)
    if request.http_version.startswith(("2", "3")) and not exchange.is_on("h2websockets"):
        return Answer(400, "httpd takes no WebSocket handshake over HTTP/2 unless H2WebSockets is on", place)
    slashes = exchange.host.value("allowencodedslashes")
    if re.search("%2f", request.path, re.IGNORECASE) and slashes not in ("on", "nodecode"):
        return Answer(404, "the path holds an encoded slash, which AllowEncodedSlashes does not allow", place)
    exchange.uri = _decoded(request.path, slashes == "nodecode")
    apply_request_headers(exchange, early=True)
    return _translated(exchange)


def _decoded(path: str, keep_slashes: bool) -> str:
    text = "%2F".join(map(unquote, re.split("%2f", path, flags=re.IGNORECASE))) if keep_slashes else unquote(path)
    text = re.sub("/{2,}", "/", text)
    parts: list[str] = []
    words = text.split("/")[1:]
    for word in words:
        if word == "..":
            parts = parts[:-1]
        elif word != ".":
            parts.append(word)
    if words and words[-1] in (".", ".."):
        parts.append("")
    return "/" + "/".join(parts)


def _translated(exchange: Exchange) -> Outcome:
    rewritten = rewrite(exchange)
    if rewritten.target is not None and rewritten.place is not None and not rewritten.is_file:
        return _handed_on(exchange, Goal(rewritten.target, rewritten.place))
    if not rewritten.is_file:
        goal = _pass(exchange)
        if goal is not None:
            return _handed_on(exchange, goal)
        if (redirect := _redirect(exchange, _server_redirects(exchange))) is not None:
            return redirect
    if (refusal := access.check(exchange)) is not None:
        return refusal
    if (redirect := _inner_redirect(exchange)) is not None:
        return redirect
    _no_rules_inside(exchange)
    return _file(exchange, rewritten.target if rewritten.is_file else None)


def _file(exchange: Exchange, rewritten: str | None) -> Outcome:
    """What httpd answers with a file of its own, or without one."""
    for missing in exchange.blocks.config.missing:
        options = (f"{missing.path} holds nothing for this path", f"{missing.path} is not there", f"{missing.path} takes it")
        asked = exchange.choices.ask(
            f"include {missing.place}", f"what {missing.path} holds, which {missing.place} includes", options
        )
        if asked == 1:
            reason = f"Could not open configuration file {_rooted(missing.path)}: No such file or directory"
            return Invalid(reason, missing.place)
        if asked == 2:
            return Depends(f"what {missing.path} does with it", ())
    place = exchange.host.place
    path = rewritten or exchange.uri
    if path.endswith((".html", ".htm", ".php")) or path == "/":
        return Answer(200, f"httpd answers with the file {path}", place)
    return Answer(404, "nothing hands the path on, and there is no file of that name", place)


def _rooted(path: str) -> str:
    return path if path.startswith("/") else f"/etc/apache2/{path}"


# ---------------------------------------------------------------- mod_proxy


def _pass(exchange: Exchange) -> Goal | None:
    """The ProxyPass that takes the path: that of a section before those of the server, which go in their order."""
    known = table(exchange.host)
    sections = exchange.sections()
    for section in reversed(sections):
        inner = [made for one in section.each("proxypass", "proxypassmatch") if (made := known.inner(one)) is not None]
        if inner:
            goal = _goal(exchange, inner[-1])
            if goal != "not":
                return goal if isinstance(goal, Goal) else None
            break
    for one in known.all_passes():
        goal = _goal(exchange, one)
        if goal != "not":
            return goal if isinstance(goal, Goal) else None
    return None


def _goal(exchange: Exchange, one: Pass) -> Goal | str:
    """Where a pass leads; ``not`` where it does not take the path, ``nowhere`` where it exempts it."""
    raw = "nocanon" in one.flags
    uri = exchange.request.path if raw else exchange.uri
    place = one.directive.place
    if one.is_pattern:
        found = exchange.matches(one.fake, exchange.uri)
        if found is None:
            return "not"
        if one.real == "!":
            return _exempt(exchange, one)
        whole = exchange.matches(f"({one.fake})", exchange.uri)
        groups = (whole.groups[0] if whole is not None and whole.groups else "", *found.groups)
        filled = _filled(one.real, groups)
        url = filled if filled != one.real else one.real + uri
    else:
        length = _prefix(exchange.uri, one.fake)
        if length == 0:
            return "not"
        if one.real == "!":
            return _exempt(exchange, one)
        if raw and _prefix(uri, one.fake) != length:  # the client's own path is of no use after a rewrite
            raw, uri = False, exchange.uri
        url = one.real + uri[length:]
    exchange.note(f"{one.directive.name} {one.fake}", f"takes {exchange.uri}", place)
    if "${" in one.real:
        _defined(exchange, one)
    if "noquery" in one.flags:
        exchange.args = ""
    return Goal(url, place, one, raw)


def _filled(text: str, groups: tuple[str, ...]) -> str:
    """``$1`` replaced by the first group, ``$0`` by the whole match."""
    return re.sub(r"\$(\d)", lambda sign: groups[int(sign[1])] if int(sign[1]) < len(groups) else "", text)


def _exempt(exchange: Exchange, one: Pass) -> str:
    exchange.note(f"{one.directive.name} {one.fake}", f"exempts {exchange.uri} from being handed on", one.directive.place)
    return "nowhere"


def _defined(exchange: Exchange, one: Pass) -> None:
    """A target whose whole address is a variable that no file shows."""
    if re.match(r"[a-z0-9+.-]+://", one.real, re.IGNORECASE):
        return
    name = one.real[one.real.index("${") : one.real.index("}") + 1] if "}" in one.real else one.real
    options = (f"{name} is defined outside the files shown", f"nothing defines {name}")
    if exchange.choices.ask(f"defined {name}", f"whether {name} is defined ({one.directive.place} uses it)", options):
        raise Stop(Invalid(f"ProxyPass URL must be absolute!: {one.real}", one.directive.place))


def _prefix(uri: str, path: str) -> int:
    """How much of the URI a path takes; it ends where a name ends, and slashes in a row are one (``alias_match``)."""
    at = 0
    for piece in re.findall("/+|[^/]+", path):
        if piece[0] != "/":
            if not uri.startswith(piece, at):
                return 0
            at += len(piece)
        else:
            end = len(uri) - len(uri[at:].lstrip("/"))
            if end == at:
                return 0
            at = end
    return at if path.endswith("/") or at == len(uri) or uri[at] == "/" else 0


def _handed_on(exchange: Exchange, goal: Goal) -> Outcome:
    """Access and fixups of what goes to a target, then the target."""
    blocks = (exchange.host.outer, exchange.host.own)
    sections = [one for block in blocks for one in block if one.key in ("proxy", "proxymatch") and one.block is not None]
    exchange.proxied = tuple(one for one in sections if _fits_target(exchange, one, goal.url))
    if (refusal := access.check(exchange)) is not None:
        return refusal
    apply_request_headers(exchange, early=False)
    if (redirect := _inner_redirect(exchange)) is not None:
        return redirect
    _no_rules_inside(exchange)
    return forward(exchange, table(exchange.host), goal)


def _fits_target(exchange: Exchange, section: Directive, url: str) -> bool:
    name = section.args[-1] if section.args else ""
    if section.key == "proxymatch" or section.args[:1] == ("~",):
        return exchange.matches(name, url) is not None
    if any(sign in name for sign in "*?"):
        pattern = "".join(
            ".*" if sign == "*" else "." if sign == "?" else re.escape(sign) for sign in re.sub(r"\*+", "*", name[:200])
        )
        return exchange.matches(f"^{pattern}$", url) is not None
    return url.startswith(name)


def _no_rules_inside(exchange: Exchange) -> None:
    """Rewrite rules of a section act after all others; what they do there is not modelled."""
    for section in exchange.sections():
        on = any(one.args[:1] and one.args[0].lower() == "on" for one in section.each("rewriteengine"))
        rule = next(iter(section.each("rewriterule")), None)
        if on and rule is not None:
            raise Stop(Depends(f"what the RewriteRule inside <{section.name}> at {rule.place} does with it", ()))


# ---------------------------------------------------------------- mod_alias


def _server_redirects(exchange: Exchange) -> list[Directive]:
    return [one for block in (exchange.host.own, exchange.host.outer) for one in block if one.key in _REDIRECTS]


def _inner_redirect(exchange: Exchange) -> Answer | None:
    """A Redirect of the sections that apply, which acts on what is handed on as well."""
    for section in reversed(exchange.sections()):
        found = _redirect(exchange, list(section.each(*_REDIRECTS)), section)
        if found is not None:
            return found
    return None


def _redirect(exchange: Exchange, lines: list[Directive], section: Directive | None = None) -> Answer | None:
    for one in lines:
        words = list(one.args)
        status = 301 if one.key == "redirectpermanent" else 302
        if words and (words[0].lower() in _STATUSES or re.fullmatch(r"\d{3}", words[0])):
            status = _STATUSES.get(words[0].lower(), int(words[0]) if words[0].isdigit() else 302)
            words.pop(0)
        if section is not None and len(words) == 1 and not words[0].startswith("/"):
            return _answer(exchange, one, status, words[0])
        if not words:
            continue
        path, target = words[0], words[1] if len(words) > 1 else ""
        if one.key == "redirectmatch":
            found = exchange.matches(path, exchange.uri)
            if found is not None:
                return _answer(exchange, one, status, _filled(target, ("", *found.groups)))
        elif (length := _prefix(exchange.uri, path)) > 0:
            return _answer(exchange, one, status, target + quote(exchange.uri[length:], safe="/:@!$&'()*+,;=-._~"))
    return None


def _answer(exchange: Exchange, one: Directive, status: int, target: str) -> Answer:
    if not 300 <= status < 400:
        return Answer(status, f"{one.name} answers it", one.place)
    if target.startswith("/"):
        target = f"{exchange.origin}{target}"
    location = f"{target}?{exchange.args}" if exchange.args and "?" not in target else target
    return Answer(status, f"{one.name} sends clients to {location}", one.place, location)

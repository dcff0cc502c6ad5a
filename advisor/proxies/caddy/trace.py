"""A configuration and a request -> what Caddy does with it: the site, its routes in their order, the handler that answers.

After ``caddyhttp/routes.go``, ``autohttps.go`` and ``staticresp.go`` (Caddy 2.11). A request that no route answers gets an empty
200.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from advisor.model import Answer, Forward, Invalid, Outcome, Place, Request
from advisor.proxies.caddy.adapt import adapted
from advisor.proxies.caddy.exchange import Exchange, Stop
from advisor.proxies.caddy.forwarding import change, forward
from advisor.proxies.caddy.load import Config
from advisor.proxies.caddy.matching import found_file, takes
from advisor.proxies.caddy.model import Adapted, Handler, Route
from advisor.proxies.caddy.rewriting import rewrite
from advisor.proxies.caddy.sites import Chosen, choose
from advisor.proxies.choices import Choices, explore
from advisor.proxies.unread import refused, unread
from advisor.versions import key, older

_DEEPEST = 40


def trace(
    config: Config,
    request: Request,
    version: str | None,
    floating_current: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """Sends one request through a configuration.

    ``version`` is Caddy's own (``2.7.6``) or a tag of it; where it has no number or is not known, ``floating_current`` is taken,
    the version that such a tag means today. ``environment`` was used when the files were read.
    """
    hidden = unread(config.files, config.not_read)
    if hidden is not None:
        return hidden
    number = version if version is not None and key(version) else floating_current
    return explore(lambda choices: _run(config, request, number, choices))


def _run(config: Config, request: Request, version: str | None, choices: Choices) -> Outcome:
    servers = adapted(config, version)
    refusal = _refused(config, servers, choices)
    if refusal is not None:
        return refusal
    chosen = choose(servers, request)
    if chosen is None:
        return Answer(502, "no site listens here", Place(config.main))
    exchange = Exchange(
        servers,
        request,
        choices,
        version,
        chosen.site,
        chosen.scheme,
        request.path,
        request.query,
        list(request.headers),
        request.method,
    )
    exchange.new_arguments = config.new_arguments
    exchange.note(chosen.site.label, f"takes the request: {chosen.why}", chosen.site.place)
    try:
        outcome = _answered(exchange, chosen)
    except Stop as stop:
        outcome = stop.outcome
    return replace(outcome, moves=tuple(exchange.moves))


_NAME = re.compile(r"[A-Za-z][\w.-]*")
"""What the name of a module's directive may be."""


def _refused(config: Config, servers: Adapted, choices: Choices) -> Outcome | None:
    """Why Caddy would not start."""
    if config.problems:
        return refused(config.problems[0].reason, config.problems[0].place)
    for missing in config.missing:
        options = (f"{missing.path} is there and holds nothing for this path", f"{missing.path} is not there")
        if choices.ask(f"import {missing.place}", f"what {missing.path} holds, which {missing.place} imports", options):
            return Invalid(f"File to import not found: {missing.path}", missing.place)
    for fault in servers.faults:
        if fault.foreign is None or not _NAME.fullmatch(fault.foreign):
            return Invalid(fault.reason, fault.place)
        options = (
            f"this Caddy is built with a module that knows {fault.foreign}",
            f"no module of this Caddy knows {fault.foreign}",
        )
        if choices.ask(
            f"module {fault.foreign}", f"whether this Caddy is built with a module that knows {fault.foreign}", options
        ):
            return Invalid(fault.reason, fault.place)
    return None


def _answered(exchange: Exchange, chosen: Chosen) -> Outcome:
    place = chosen.site.place
    if chosen.refusal is not None:
        return Answer(chosen.refusal[0], chosen.refusal[1], place)
    if chosen.redirects_to is not None:
        location = f"{chosen.redirects_to}{exchange.uri}"
        return Answer(308, f"automatic HTTPS sends clients to {location}", place, location)
    if exchange.request.http_version.startswith(("2", "3")):
        return Answer(400, "Caddy offers no WebSocket handshake over HTTP/2 or HTTP/3 (RFC 8441)", place)
    outcome = _routes(exchange, chosen.site.routes)
    if isinstance(outcome, Forward) and exchange.new_arguments and exchange.version and older(exchange.version, "2.7"):
        return Answer(502, "Caddy before 2.7 does not fill in {args[0]}, and finds no such upstream", outcome.place)
    return outcome or Answer(200, "no route answers, so the client gets an empty page", place)


def _routes(exchange: Exchange, routes: tuple[Route, ...]) -> Outcome | None:
    """The routes in their order; ``None`` where none of them answers."""
    exchange.depth += 1
    if exchange.depth > _DEEPEST:
        return Answer(500, "routes are nested too deep", exchange.site.place)
    taken: set[str] = set()
    for route in routes:
        if (route.group and route.group in taken) or not takes(exchange, route):
            continue
        if route.group:
            taken.add(route.group)
        if route.sets or route.label == "handle":
            exchange.note(route.label or "route", f"takes {exchange.path}", route.place)
        for handler in route.handlers:
            outcome = _handler(exchange, handler)
            if outcome is not None:
                return outcome
        if route.terminal:
            exchange.depth -= 1
            return Answer(200, "the route ends without an answer, so the client gets an empty page", route.place)
    exchange.depth -= 1
    return None


def _handler(exchange: Exchange, handler: Handler) -> Outcome | None:
    """What a handler answers; ``None`` where the next one goes on."""
    data, place = handler.data, handler.place
    if handler.kind == "subroute":
        return _routes(exchange, handler.routes)
    if handler.kind == "rewrite":
        before_it = exchange.uri
        rewrite(exchange, data)
        if exchange.uri != before_it:
            exchange.note("rewrite", f"{before_it} becomes {exchange.uri}", place)
        return None
    if handler.kind == "try_files":
        found = found_file(exchange, [str(each) for each in data["files"]])
        if found is not None and found.startswith("="):
            return _error(exchange, int(found[1:]) if found[1:].isdigit() else 404, place)
        if found is not None:
            exchange.note("try_files", f"{exchange.path} becomes {found}", place)
            rewrite(exchange, {"uri": found})
        return None
    if handler.kind == "headers":
        _request_headers(exchange, handler)
        return None
    if handler.kind == "static_response":
        return _static(exchange, handler)
    if handler.kind == "error":
        return _error(exchange, int(data["status_code"]) if str(data["status_code"]).isdigit() else 500, place)
    if handler.kind == "authentication":
        return _login(exchange, place)
    if handler.kind == "forward_auth":
        return _service(exchange, handler)
    if handler.kind == "invoke":
        return _routes(exchange, exchange.servers.named.get(str(data["name"]), ()))
    if handler.kind == "php":
        return Answer(None, "php_fastcgi speaks a protocol that cannot carry a WebSocket", place)
    if handler.kind == "file_server":
        return None if data.get("pass_thru") else _file(exchange, place)
    return forward(exchange, handler) if handler.kind == "reverse_proxy" else None


def _file(exchange: Exchange, place: Place) -> Outcome:
    if exchange.path.endswith((".html", "/index.htm")) or exchange.path == "/":
        return Answer(200, f"file_server answers with the file {exchange.path}", place)
    return _error(exchange, 404, place, "file_server looks for a file here, and there is none of that name")


def _static(exchange: Exchange, handler: Handler) -> Outcome:
    data, place = handler.data, handler.place
    if data.get("abort"):
        return Answer(None, "abort closes the connection", place)
    text = exchange.fill(str(data.get("status_code") or ""))
    status = int(text) if text.isdigit() else 200
    location = exchange.fill(str(data["location"])) if data.get("location") else None
    if location is not None and 300 <= status < 400:
        return Answer(status, f"redir sends clients to {location}", place, location)
    return Answer(status, f"respond answers {status}", place)


def _error(exchange: Exchange, status: int, place: Place, reason: str = "") -> Outcome:
    """An error goes to the site's ``handle_errors``, whose routes may answer with another status."""
    errors, reason = exchange.site.errors, reason or f"error answers {status}"
    if errors and exchange.depth < _DEEPEST:
        exchange.depth += _DEEPEST // 2
        handled = _routes(exchange, errors)
        exchange.depth -= _DEEPEST // 2
        if isinstance(handled, Answer):
            bare = handled.reason == "respond answers 200"
            return Answer(status if bare else handled.status, reason, handled.place, handled.location)
        if handled is not None:
            return Answer(status, reason, place)
    return Answer(status, reason, place)


def _request_headers(exchange: Exchange, handler: Handler) -> None:
    for words, place in handler.data.get("request", []):
        before = {each.lower() for each, _ in exchange.headers}
        exchange.headers = change(exchange, exchange.headers, list(words))
        name = words[0].lstrip("+-?>").lower()
        for gone in before - {each.lower() for each, _ in exchange.headers}:
            exchange.captures[f"\0{gone}"] = f"{place.file}:{place.line}"
        if name in ("upgrade", "connection"):
            exchange.captures[f"\0{name}"] = f"{place.file}:{place.line}"


def _login(exchange: Exchange, place: Place) -> Outcome | None:
    if exchange.header("Authorization") is None:
        return _error(exchange, 401, place, "basic_auth asks for a password")
    options = ("the password is right", "the password is wrong")
    wrong = exchange.choices.ask(f"password {place}", "whether the password is right", options)
    return _error(exchange, 401, place, "the password is wrong") if wrong else None


def _service(exchange: Exchange, handler: Handler) -> Outcome | None:
    """``forward_auth``: what a service behind it answers no file shows."""
    name = f"{handler.data['upstream']}{re.sub('[?].*', '', str(handler.data['uri']))}"
    options = ("the auth service lets it pass", "the auth service refuses it")
    if exchange.choices.ask(f"auth {handler.place}", f"what the auth service {name} answers", options):
        return Answer(None, f"the auth service {name} refuses it", handler.place)
    return None


def follow(config: Config, request: Request) -> Outcome:
    """The request's way for the newest Caddy, whatever it might refuse."""
    return trace(config, request, None)

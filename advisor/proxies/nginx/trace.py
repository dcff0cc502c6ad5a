"""A configuration and a request -> what nginx does with it: the phases of one request, in nginx's order.

After ``ngx_http_core_module.c`` (nginx 1.31): server, server rewrites, location, its rewrites (and back, at most ten times),
access, ``try_files``, content; an error status may lead elsewhere through ``error_page``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote

from advisor.model import Answer, Depends, Invalid, Outcome, Request
from advisor.proxies.choices import Choices, explore
from advisor.proxies.nginx import access, content, lua
from advisor.proxies.nginx.blocks import Compiled, compiled
from advisor.proxies.nginx.checks import faults, undefined
from advisor.proxies.nginx.exchange import Exchange
from advisor.proxies.nginx.forwarding import forward, unseen_include
from advisor.proxies.nginx.load import Config
from advisor.proxies.nginx.locations import find, index
from advisor.proxies.nginx.quotas import quotas
from advisor.proxies.nginx.rewriting import Reply, absolute, rewrite
from advisor.proxies.nginx.servers import choose, valid_host
from advisor.proxies.nginx.stream import through_stream
from advisor.proxies.unread import refused, unread
from advisor.versions import ambiguous, before, key


def trace(
    config: Config,
    request: Request,
    version: str | None,
    floating_current: str | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    admitted: bool = False,
) -> Outcome:
    """Sends one request through a configuration.

    ``version`` is nginx's own (``1.28.0``) or a tag of it; where it has no number (``latest``, ``alpine``) or is not known,
    ``floating_current`` is taken, the version that such a tag means today. ``environment`` fills in templates.
    ``admitted``: nobody is asked for an address, a password or a token.
    """
    hidden = unread(config.files, config.not_read)
    if hidden is not None:
        return hidden
    number = version if version is not None and key(version) else floating_current
    blocks = compiled(config, environment)
    fault = next(iter(faults(config, number, environment)), None)
    if fault is not None:
        return refused(fault.reason, fault.place)
    return follow(blocks, request, number, admitted=admitted)


def follow(blocks: Compiled, request: Request, version: str | None, *, admitted: bool = False) -> Outcome:
    """The request's way through a configuration, without a look at whether nginx would start with it."""
    return explore(lambda choices: _run(blocks, request, version, choices, admitted))


def _run(blocks: Compiled, request: Request, version: str | None, choices: Choices, admitted: bool) -> Outcome:
    for one in undefined(blocks):
        does = "filled in before nginx starts" if one.placeholder else "defined outside the files shown"
        asked = choices.ask(
            f"defined {one.what}",
            f"whether {one.what} is {does} ({one.place} uses it)",
            (f"{one.what} is {does}", f"nothing defines {one.what}"),
        )
        if asked:
            return Invalid(one.reason, one.place)
    if (tunnel := through_stream(blocks, request, choices)) is not None:
        return tunnel
    chosen = choose(blocks, request)
    if chosen is None:
        return Answer(502, "no server block listens here", None)
    scheme = "https" if chosen.tls else "http"
    path = normalised(request.path, (chosen.reads or chosen.server).value("merge_slashes") != "off")
    unparsed = f"{request.path}?{request.query}" if request.query else request.path
    exchange = Exchange(
        blocks, request, choices, version, chosen, chosen.server, path, request.query, scheme, unparsed, method=request.method
    )
    exchange.groups, exchange.admitted = chosen.groups, admitted
    exchange.variables.update({name.lower(): value for name, value in chosen.named})
    names = " ".join(word for one in chosen.server.own.get("server_name", []) for word in one.args)
    exchange.note(f"server {names}".strip(), f"takes the request: {chosen.why}", chosen.server.place)
    if not chosen.exact_port:
        _note_port(exchange)
    outcome = _received(exchange)
    return replace(outcome, moves=tuple(exchange.moves))


def _note_port(exchange: Exchange) -> None:
    listener, request = exchange.chosen.listener, exchange.request
    where = f"port {listener.port}" if listener.port else "its socket"
    does = f"is reached at {where}: nothing listens on {request.port}, so something in front leads there"
    exchange.note("listen", does, listener.place)


def _received(exchange: Exchange) -> Outcome:
    """What is decided before any block's directives run."""
    request, chosen = exchange.request, exchange.chosen
    if not valid_host(request):
        return Answer(400, "the Host header is not valid", chosen.server.place)
    if chosen.exact_port and chosen.tls and request.scheme == "http":
        return _reply(exchange, Reply(497, "a plain HTTP request reaches a port that speaks TLS", chosen.listener.place))
    if chosen.exact_port and not chosen.tls and request.scheme == "https":
        return Answer(400, "a TLS connection reaches a port that speaks plain HTTP", chosen.listener.place)
    early = _connection(exchange)
    if early is not None:
        return early
    if "proxy_protocol" in chosen.listener.options and exchange.choices.ask(
        "proxy_protocol",
        f"whether what stands in front speaks the PROXY protocol, which {chosen.listener.place} expects",
        ("it does", "it does not"),
    ):
        return Answer(None, "the listener expects the PROXY protocol and closes the connection", chosen.listener.place)
    if request.http_version.startswith(("2", "3")):
        return Answer(400, "nginx takes no WebSocket handshake over HTTP/2 or HTTP/3 (RFC 8441)", chosen.listener.place)
    return _serve(exchange)


def _connection(exchange: Exchange) -> Outcome | None:
    """What ends a connection before its request is read."""
    chosen = exchange.chosen
    server = chosen.server
    if chosen.tls and server.value("ssl_reject_handshake") == "on":
        return Answer(
            None,
            "the server refuses TLS handshakes for this name",
            server.own.get("ssl_reject_handshake", [server.directive])[0].place,
        )
    if not chosen.tls and "http2" in chosen.listener.options and _before_http2_directive(exchange):
        reason = "a plain listener with http2 takes nothing but HTTP/2 before 1.25.1"
        return Answer(None, reason, chosen.listener.place)
    if chosen.tls and server.value("ssl_verify_client") == "on":
        verify = server.find("ssl_verify_client")
        asked = exchange.choices.ask(
            "certificate of the client",
            "whether the client presents a certificate",
            ("it presents a valid one", "it presents none"),
        )
        if asked:
            return _reply(exchange, Reply(496, "the server wants a client certificate", verify.place if verify else server.place))
    return None


def _before_http2_directive(exchange: Exchange) -> bool:
    """Since 1.25.1 such a listener tells HTTP/1.1 from HTTP/2 by itself (nginx.org, CHANGES)."""
    if exchange.version is not None and not ambiguous(exchange.version, "1.25.1"):
        return before(exchange.version, "1.25.1")
    options = ("nginx 1.25.1 or newer", "nginx before 1.25.1")
    return bool(
        exchange.choices.ask(
            "nginx.version.http2", "the nginx version: 1.25.1 changed plain HTTP/2 listeners", options, "nginx.version"
        )
    )


def normalised(path: str, merge: bool = True) -> str:
    """A path as nginx compares it: decoded, slashes merged, dots resolved."""
    decoded = unquote(path) if "%" in path else path
    if merge and "//" in decoded:
        decoded = re.sub("/{2,}", "/", decoded)
    if "/." not in decoded:
        return decoded
    parts: list[str] = []
    words = decoded.split("/")[1:]
    for position, word in enumerate(words):
        last = position == len(words) - 1
        if word == "..":
            parts = parts[:-1]
        elif word != ".":
            parts.append(word)
        if last and word in (".", ".."):
            parts.append("")
    return "/" + "/".join(parts)


def _serve(exchange: Exchange) -> Outcome:
    """From the server's rewrites on."""
    server = exchange.chosen.server
    exchange.block = server
    done = rewrite(exchange, server)
    if done.reply is not None:
        return _reply(exchange, done.reply)
    return lua.passes(exchange, "server_rewrite") or _locate(exchange)


def _locate(exchange: Exchange) -> Outcome:
    while True:
        exchange.block = exchange.chosen.server
        found = find(exchange)
        block = exchange.block
        _except(exchange)
        if found != "none":
            reasons = {"exact": "the path is exactly this", "prefix": "longest prefix", "pattern": "first pattern that matches"}
            exchange.note(block.label, f"takes {exchange.uri}: {reasons.get(found, 'the same path with a slash')}", block.place)
        closed = block.find("internal")
        if closed is not None and not exchange.internal:
            return _reply(exchange, Reply(404, "the location is internal", closed.place))
        if found == "slash":
            target = f"{exchange.uri}/" + (f"?{exchange.args}" if exchange.args else "")
            reason = f"nginx itself sends {exchange.uri} to {exchange.uri}/, the name of a location that passes requests on"
            return _reply(exchange, Reply(301, reason, block.place, absolute(exchange, target)))
        if exchange.block is exchange.chosen.server:  # its rewrites have run, and it is no location
            return _answer(exchange)
        done = rewrite(exchange, exchange.block)
        if done.reply is not None:
            return _reply(exchange, done.reply)
        if not done.changed:
            return _answer(exchange)
        exchange.uri_changes -= 1
        if exchange.uri_changes == 0:
            return Answer(500, "the rewrites go round in a circle", block.place)


def _except(exchange: Exchange) -> None:
    """``limit_except`` has a configuration of its own for all methods but those it names; GET includes HEAD."""
    for directive in exchange.block.own.get("limit_except", []):
        inner = exchange.block.inner.get(id(directive))
        if inner is not None and exchange.request.method not in directive.args:
            exchange.note(inner.label, f"does not name {exchange.request.method}, so its own rules hold", inner.place)
            exchange.block = inner


def _named(exchange: Exchange, name: str) -> Outcome:
    """A named location: its rewrites run, the URI stays."""
    table = index(exchange.chosen.server)
    block = table.named.get(name)
    exchange.uri_changes -= 1
    if block is None or exchange.uri_changes <= 0:
        return Answer(
            500, f"there is no location {name}" if block is None else "requests go round in a circle", exchange.block.place
        )
    exchange.internal = True
    exchange.block = block
    exchange.note(block.label, "takes over", block.place)
    done = rewrite(exchange, block)
    if done.reply is not None:
        return _reply(exchange, done.reply)
    if done.changed:
        exchange.uri_changes -= 1
        return _locate(exchange) if exchange.uri_changes > 0 else Answer(500, "the rewrites go round in a circle", block.place)
    return _answer(exchange)


def _answer(exchange: Exchange) -> Outcome:
    """Quotas, access, ``try_files`` and content of the current block."""
    for quota in quotas(exchange.blocks, exchange.block):
        counts = "counts an open socket as long as it lives" if quota.kind == "open" else "counts the handshake, and no message"
        exchange.note("limit_conn" if quota.kind == "open" else "limit_req", f"{counts}: {quota.text}", quota.place)
    refused = lua.passes(exchange, "rewrite") or _refused(exchange) or lua.passes(exchange, "header_filter")
    if refused is not None:
        return refused
    tried = content.try_files(exchange)
    if tried is not None:
        return _follow(exchange, tried)
    handler = exchange.block.handler()
    if handler is None:
        return _unseen_content(exchange) or _follow(exchange, content.file(exchange))
    if handler.name == "proxy_pass":
        return forward(exchange, handler)
    return _other(exchange, handler.name)


def _refused(exchange: Exchange) -> Outcome | None:
    """What keeps the request out: nginx's own rules, then Lua's, which ``satisfy any`` does not ask once one has let it in."""
    refusal = None if exchange.admitted else access.check(exchange, _subrequest)
    one_is_enough = exchange.block.value("satisfy") == "any" and access.has_rules(exchange.block)
    if refusal is None:
        return None if one_is_enough else lua.passes(exchange, "access")
    if one_is_enough and lua.is_asked(exchange.block, "access") and lua.passes(exchange, "access") is None:
        return None
    return _reply(exchange, refusal)


def _unseen_content(exchange: Exchange) -> Outcome | None:
    """Where nothing shown answers but a file that is not in the tree is included, that file may."""
    place = unseen_include(exchange, exchange.block)
    if place is None:
        return None
    on = f"what the file holds that {place} includes and the repository does not show"
    options = ("it does not take the request", "it takes the request")
    return Depends(on, ()) if exchange.choices.ask(f"content {place}", on, options) else None


def _other(exchange: Exchange, name: str) -> Outcome:
    place = exchange.block.location().place
    if name in ("js_content", "perl") or name.startswith("content_by_lua"):
        return Depends(f"what the code behind {name} in {place} does", ())
    if name in ("fastcgi_pass", "uwsgi_pass", "scgi_pass", "memcached_pass"):
        return Answer(None, f"{name} speaks a protocol that cannot carry a WebSocket", place, cause="not_routed")
    if name == "grpc_pass":
        return Answer(None, "grpc_pass speaks gRPC over HTTP/2, which cannot carry this handshake", place, cause="http2")
    if name == "tunnel_pass":
        return Answer(405, "tunnel_pass takes CONNECT requests only", place)
    return Answer(200, f"{name} answers here", place)


def _follow(exchange: Exchange, step: Reply | content.Elsewhere) -> Outcome:
    if isinstance(step, Reply):
        return _reply(exchange, step)
    if step.named is not None:
        return _named(exchange, step.named)
    exchange.uri_changes -= 1
    if exchange.uri_changes <= 0:
        return Answer(500, "requests go round in a circle inside nginx", exchange.block.place)
    exchange.uri, exchange.args = normalised(step.uri or "/"), step.args
    exchange.internal = True
    exchange.unparsed_valid = False
    exchange.location_valid = True
    return _serve(exchange)


def _reply(exchange: Exchange, reply: Reply) -> Outcome:
    """A status that nginx answers itself, after ``error_page`` had its say."""
    step = content.error_page(exchange, reply)
    if isinstance(step, content.Elsewhere):
        return _after_error(exchange, step)
    if step is not None:
        return Answer(step.status, step.reason, step.place, step.location)
    status = 400 if reply.status in (494, 495, 496, 497) else reply.status
    if exchange.error_status and reply.status == 200:
        status = exchange.error_status
    return Answer(status, reply.reason, reply.place, reply.location)


def _after_error(exchange: Exchange, step: content.Elsewhere) -> Outcome:
    exchange.method = "GET"
    return _follow(exchange, step)


def _subrequest(exchange: Exchange, target: str) -> Outcome:
    """What a subrequest to this URI meets; it carries the headers of the request."""
    path, _, args = target.partition("?")
    sub = Exchange(
        exchange.blocks,
        exchange.request,
        exchange.choices,
        exchange.version,
        exchange.chosen,
        exchange.chosen.server,
        normalised(path),
        args,
        exchange.scheme,
        exchange.unparsed,
        unparsed_valid=False,
        internal=True,
        subrequest=True,
    )
    return _serve(sub)

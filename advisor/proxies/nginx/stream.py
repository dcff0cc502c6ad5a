"""``stream {}`` servers: connections handed on as bytes, without a look at the request."""

from __future__ import annotations

from advisor.model import Address, Answer, Forward, Move, Outcome, Request
from advisor.proxies.choices import Choices
from advisor.proxies.nginx.blocks import Block, Compiled, Upstream
from advisor.proxies.nginx.exchange import Exchange
from advisor.proxies.nginx.forwarding import split
from advisor.proxies.nginx.servers import Chosen, Listener, listeners
from advisor.proxies.nginx.settings import affinity, in_force
from advisor.proxies.nginx.variables import evaluate


def through_stream(blocks: Compiled, request: Request, choices: Choices) -> Outcome | None:
    """What a stream server on the request's port does; ``None`` where none takes it.

    Without any http server every connection is a stream's, whatever port it comes in by.
    """
    found = [
        (server, listener)
        for server in blocks.stream_servers
        for listener in listeners(server, "stream")
        if not listener.quic and (listener.has_port(request.port) or not blocks.servers)
    ]
    taken = [pair for pair in found if pair[1].has_port(request.port)] or found
    if not taken:
        return None
    server, listener = taken[0]
    moves = (Move("stream server", f"hands connections to port {listener.port} on as they are", server.place),)
    return _hand_on(blocks, request, choices, server, listener, moves)


def _hand_on(
    blocks: Compiled, request: Request, choices: Choices, server: Block, listener: Listener, moves: tuple[Move, ...]
) -> Outcome:
    directive = server.own.get("proxy_pass", [None])[0]
    if directive is None or not directive.args:
        return Answer(502, "the stream server passes connections to nothing", server.place, moves=moves)
    chosen = Chosen(server, listener, "", True, listener.tls)
    exchange = Exchange(blocks, request, choices, None, chosen, server, request.path, request.query, request.scheme, request.path)
    target = evaluate(exchange, directive.args[0]).text
    upstream = blocks.stream_upstreams.get(target.lower())
    scheme = request.scheme if not listener.tls else "http"
    if server.value("proxy_ssl") == "on":
        scheme = "https"
    address, count = _address(target, upstream, scheme)
    kind, place = affinity(upstream)
    return Forward(
        address,
        request.at(scheme=scheme),
        server.place,
        moves=moves,
        settings=in_force(server, upstream),
        affinity=kind,
        affinity_place=place,
        upstreams=count,
        conditions=(("module", "stream"),),
    )


def _address(target: str, upstream: Upstream | None, scheme: str) -> tuple[Address, int]:
    serving = [member.address for member in upstream.members if member.serves] if upstream is not None else []
    text = serving[0] if serving else target
    if text.startswith("unix:"):
        return Address("localhost", None, scheme, text[5:]), max(1, len(serving))
    host, port = split(text)
    return Address(host, port, scheme), max(1, len(serving))

"""A configuration and a request -> what Envoy does with it: listener, connection manager, virtual host, route, cluster."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from advisor.formats.document import Node
from advisor.model import Address, Answer, Depends, Forward, Invalid, Move, Outcome, Place, Request, Setting
from advisor.proxies.choices import Choices, explore
from advisor.proxies.envoy.clusters import upstream
from advisor.proxies.envoy.fields import each, flag_of, get, number_of, text_of
from advisor.proxies.envoy.filters import asking, is_routed
from advisor.proxies.envoy.forwarding import DRAIN, FORMAT, Taken, forward, substituted, tcp_settings
from advisor.proxies.envoy.listeners import Chain, Chosen, choose, route_table
from advisor.proxies.envoy.load import Config
from advisor.proxies.envoy.matching import holds, host_for, target
from advisor.proxies.envoy.messages import version as known
from advisor.versions import before, key

_VERSION_3 = "1.18"
"""The first that knows version 3 of its messages alone."""
_UNKNOWN = "--allow-unknown-static-fields"
_SECONDS = re.compile(r"\d{1,9}")
_CODES = {"MOVED_PERMANENTLY": 301, "FOUND": 302, "SEE_OTHER": 303, "TEMPORARY_REDIRECT": 307, "PERMANENT_REDIRECT": 308}


def trace(
    config: Config,
    request: Request,
    version: str | None,
    floating_current: str | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    admitted: bool = False,
) -> Outcome:
    """Sends one request through a configuration. ``environment``: the options that envoy is started with (``--drain-time-s``).

    ``admitted``: no filter is asked whether it lets the request in.
    """
    given = environment or {}
    number = version if version is not None and key(version) else floating_current

    def run(choices: Choices) -> Outcome:
        refused = _unread(config, number, given, choices) or config.refused
        if refused is not None:
            return refused
        if not config.listeners:
            files = next((note.reason for note in config.not_read), None)
            return Depends(files or "which listeners a management server hands out", ())
        return _run(config, request, choices, admitted, given.get(DRAIN))

    return explore(run)


def _unread(config: Config, version: str | None, given: Mapping[str, str], choices: Choices) -> Invalid | None:
    """What Envoy cannot read in its bootstrap. A name that it does not know may be one of version 2, or a newer one."""
    fault = config.fault
    if fault is None:
        return None
    if fault.unknown and _UNKNOWN in given:
        return None
    if fault.unknown and version is not None:
        return None if before(version, _VERSION_3) or before(known(), version) else fault.invalid
    options = (f"Envoy {_VERSION_3} or newer", "an older Envoy")
    if fault.old and choices.ask("envoy.version", f"the version of Envoy: {fault.invalid.reason}", options, "envoy.version"):
        return None
    return fault.invalid


def _run(config: Config, request: Request, choices: Choices, admitted: bool, drain: str | None) -> Outcome:
    moves: list[Move] = []
    chosen = choose(config, request)
    if chosen is None:
        if "listeners" in config.unseen:
            return Depends("which listeners a management server hands out", ())
        return Answer(None, "no filter chain takes the connection", Place(config.main))
    outcome = _chained(config, request, chosen, choices, moves, admitted)
    if isinstance(outcome, Forward) and chosen.chain.watched:
        outcome = _drained(outcome, chosen.chain, drain)
    return replace(outcome, moves=tuple(moves))


def _drained(forward: Forward, chain: Chain, drain: str | None) -> Forward:
    """Behind a listener that Envoy reads again: the old one is drained, and its sockets are closed after that time."""
    own = (Setting(DRAIN, drain, chain.place, float(drain), FORMAT),) if drain is not None and _SECONDS.fullmatch(drain) else ()
    conditions = (*forward.conditions, ("listeners", "dynamic"))
    return replace(forward, settings=(*forward.settings, *own), conditions=conditions)


def _chained(config: Config, request: Request, chosen: Chosen, choices: Choices, moves: list[Move], admitted: bool) -> Outcome:
    chain = chosen.chain
    where = f"listener on port {chain.port}" if chain.port else "listener"
    moves.append(Move(where, "takes the connection", chain.place))
    if chosen.exact and chain.tls is not (request.scheme == "https"):
        speaks = ("TLS", "plain HTTP") if chain.tls else ("plain HTTP", "TLS")
        return Answer(None, f"the listener speaks {speaks[0]} and gets {speaks[1]}", chain.place)
    if chain.conditional:
        options = ("it takes them", "it does not")
        if choices.ask("chain", f"whether the filter chain at {chain.place} takes the client's connection", options):
            return Answer(None, "the filter chain does not take the client's connection", chain.place)
    if chain.manager is None:
        return _tunnel(config, request, chain.tcp or chain.node, moves)
    manager = chain.manager
    if text_of(manager, "codec_type") in ("HTTP2", "HTTP3"):
        return Answer(None, f"the listener takes {text_of(manager, 'codec_type')} alone", manager.place)
    if request.http_version.startswith(("2", "3")):
        return Answer(400, "the handshake is one for HTTP/1.1", manager.place)
    table = route_table(config, manager)
    if table is None:
        return Depends("which routes a management server hands out", ())
    return _routed(config, _tidied(manager, request), manager, table, choices, moves, admitted)


def _tunnel(config: Config, request: Request, proxy: Node, moves: list[Move]) -> Outcome:
    """A TCP proxy hands every byte on."""
    name = text_of(proxy, "cluster")
    written = config.clusters.get(name or "")
    if name is None or written is None:
        return Depends("where the TCP proxy leads, which no file shows", ())
    found = upstream(name, written)
    address = found.address or Address(name)
    moves.append(Move("tcp_proxy", f"passes every byte to {address}", proxy.place))
    return Forward(
        address, request, proxy.place, settings=tcp_settings(proxy), upstreams=max(found.hosts, 1), conditions=(("mode", "tcp"),)
    )


def _tidied(manager: Node, request: Request) -> Request:
    """Host without its port and the path in order, where the manager says so."""
    host = request.header("Host") or request.host
    bare, colon, port = host.rpartition(":")
    numbered = bool(colon) and port.isdigit()
    if numbered and (
        flag_of(manager, "strip_any_host_port") or (flag_of(manager, "strip_matching_host_port") and int(port) == request.port)
    ):
        host = bare
    path = request.path
    if flag_of(manager, "normalize_path"):
        path = _resolved(path)
    if flag_of(manager, "merge_slashes"):
        path = re.sub("/{2,}", "/", path)
    headers = tuple((key, host if key.lower() == "host" else value) for key, value in request.headers)
    return request.at(path=path, headers=headers)


def _resolved(path: str) -> str:
    """RFC 3986 section 5.2.4, as Envoy normalises it."""
    kept: list[str] = []
    pieces = path.split("/")[1:]
    for piece in pieces:
        if piece == "..":
            kept = kept[:-1]
        elif piece != ".":
            kept.append(piece)
    return "/" + "/".join([*kept, ""] if pieces[-1:] in (["."], [".."]) else kept)


def _routed(
    config: Config, request: Request, manager: Node, table: Node, choices: Choices, moves: list[Move], admitted: bool
) -> Outcome:
    host = host_for(each(table, "virtual_hosts"), request.header("Host") or request.host)
    if host is None:
        return Answer(404, f"no virtual host takes {request.header('Host')}", table.place)
    moves.append(Move(f"virtual host {text_of(host, 'name') or ''}".strip(), "takes the request", host.place))
    if get(host, "matcher") is not None:
        return Depends(f"what the matcher at {host.place} decides", ())
    required = _tls_required(host, request, choices)
    if required is not None:
        return required
    route = None
    for candidate in each(host, "routes"):
        found = holds(candidate, request)
        if isinstance(found, str):
            options = ("it does not", "it does")
            found = bool(choices.ask(f"route {candidate.place}", f"{found} ({candidate.place})", options))
        if found:
            route = candidate
            break
    if route is None:
        return Answer(404, f"no route takes {request.path}", host.place)
    moves.append(Move("route", f"takes {target(request)}: the first that matches", route.place))
    return _upgraded(Taken(config, manager, table, host, route, request), choices, moves, admitted)


def _tls_required(host: Node, request: Request, choices: Choices) -> Outcome | None:
    wanted = text_of(host, "require_tls") or "NONE"
    came = request.header("X-Forwarded-Proto") or request.scheme
    if wanted not in ("ALL", "EXTERNAL_ONLY") or came == "https":
        return None
    options = ("it counts as external", "it counts as internal")
    if wanted == "EXTERNAL_ONLY" and choices.ask("internal", "whether the client's address counts as internal", options):
        return None
    place = get(host, "require_tls")
    location = f"https://{_without_port(request, 80)}{target(request)}"
    return Answer(301, "the virtual host requires TLS", place.place if place else host.place, location)


def _without_port(request: Request, port: int) -> str:
    return (request.header("Host") or request.host).removesuffix(f":{port}")


def _upgraded(taken: Taken, choices: Choices, moves: list[Move], admitted: bool) -> Outcome:
    """The upgrade is judged before the filters run, by the route's own entry, else by the connection manager's."""
    if taken.request.header("Upgrade") is not None:
        entry = _entry(get(taken.route, "route"), taken.request) or _entry(taken.manager, taken.request)
        if entry is None or text_of(entry, "enabled") == "false":
            decided = entry.place if entry is not None else taken.route.place
            why = "switches the upgrade off" if entry is not None else "lists this upgrade type, nor does the connection manager"
            where = "upgrade_configs" if entry is not None else "no upgrade_configs of the route"
            return Answer(403, f"{where} {why}", decided, cause="upgrade_lost")
        moves.append(Move("upgrade_configs", "lets the upgrade through", entry.place))
        levels = (taken.route, taken.host)
        for name, on, status in () if admitted else asking(taken.manager, entry, levels):
            if choices.ask(f"filter {name}", f"whether {on}", (on, f"{name} refuses it")):
                return Answer(status, f"{name} refuses the handshake", taken.manager.place)
        if not is_routed(taken.manager, entry):
            return Answer(None, "no router ends the HTTP filters, so nobody answers", taken.manager.place)
    return _acted(taken, choices, moves)


def _entry(holder: Node | None, request: Request) -> Node | None:
    wanted = (request.header("Upgrade") or "").lower()
    return next((one for one in each(holder, "upgrade_configs") if (text_of(one, "upgrade_type") or "").lower() == wanted), None)


def _acted(taken: Taken, choices: Choices, moves: list[Move]) -> Outcome:
    route = taken.route
    if (redirect := get(route, "redirect")) is not None:
        status = _CODES.get(text_of(redirect, "response_code") or "MOVED_PERMANENTLY", 301)
        return Answer(status, "the route redirects", redirect.place, _location(redirect, taken))
    if (direct := get(route, "direct_response")) is not None:
        return Answer(number_of(direct, "status"), "the route answers itself", direct.place)
    if get(route, "route") is None:
        return Depends(f"what the route at {route.place} does", ())
    return forward(taken, choices, moves.append)


def _location(redirect: Node, taken: Taken) -> str:
    request = taken.request
    secure = flag_of(redirect, "https_redirect")
    scheme = "https" if secure else text_of(redirect, "scheme_redirect") or request.scheme
    host = text_of(redirect, "host_redirect") or (
        _without_port(request, 80) if scheme == "https" else _without_port(request, 443)
    )
    port = number_of(redirect, "port_redirect")
    if port is not None:
        host = f"{host.partition(':')[0]}:{port}"
    path, query = request.path, request.query
    written = text_of(redirect, "path_redirect")
    prefix = text_of(redirect, "prefix_rewrite")
    pattern = text_of(redirect, "regex_rewrite", "pattern", "regex")
    if written is not None:
        path, mark, own = written.partition("?")
        query = own if mark else query
    elif prefix is not None:
        match = get(taken.route, "match")
        taken_part = next(
            (text for key in ("prefix", "path", "path_separated_prefix") if (text := text_of(match, key)) is not None), path
        )
        path = prefix + path[len(taken_part) :]
    elif pattern is not None:
        path = substituted(pattern, text_of(redirect, "regex_rewrite", "substitution") or "", path)
    query = "" if flag_of(redirect, "strip_query") else query
    return f"{scheme}://{host}{path}" + (f"?{query}" if query else "")

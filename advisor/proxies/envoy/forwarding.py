"""A route that names a cluster -> the request that its hosts receive, with the settings in force.

After ``RouteEntryImplBase::finalizeRequestHeaders`` and ``ConnectionManagerUtility::mutateRequestHeaders`` (Envoy 1.40): header
names go out in lower case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from advisor.formats.document import Node
from advisor.model import Address, Depends, Forward, HeaderFate, Move, Outcome, Place, Request, Setting
from advisor.proxies.choices import Choices
from advisor.proxies.envoy.clusters import Upstream, affinity, upstream
from advisor.proxies.envoy.fields import each, flag_of, get, seconds_of, text_of
from advisor.proxies.envoy.load import Config
from advisor.proxies.envoy.matching import target

FORMAT = "envoy"
KEYS: dict[str, tuple[str, ...]] = {
    "route.idle_timeout": ("route", "idle_timeout"),
    "stream_idle_timeout": ("manager", "stream_idle_timeout"),
    "route.max_stream_duration": ("route", "max_stream_duration", "max_stream_duration"),
    "max_stream_duration": ("manager", "common_http_protocol_options", "max_stream_duration"),
    "cluster.max_stream_duration": ("cluster",),
    "route.timeout": ("route", "timeout"),
    "request_timeout": ("manager", "request_timeout"),
    "idle_timeout": ("manager", "common_http_protocol_options", "idle_timeout"),
}
"""Setting -> the message it stands in and its fields there."""
DRAIN = "--drain-time-s"
"""The option that says how long an old listener is drained."""
TCP_KEYS = {
    "tcp_proxy.idle_timeout": "idle_timeout",
    "tcp_proxy.max_downstream_connection_duration": "max_downstream_connection_duration",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """What was chosen for a request before it is forwarded."""

    config: Config
    manager: Node
    table: Node
    host: Node
    route: Node
    request: Request
    """As it arrived, with the port taken off the Host header and the path put in order where the manager says so."""


def forward(taken: Taken, choices: Choices, note: Callable[[Move], None]) -> Outcome:
    """What the route's ``route`` action does."""
    action = get(taken.route, "route")
    name = _cluster_name(action, choices)
    place = taken.route.place
    if name is None:
        return Depends(f"which cluster a header names ({place})", ())
    written = taken.config.clusters.get(name)
    if written is None:
        return Depends(f"where the cluster {name} leads, which no file shows", ())
    found = upstream(name, written)
    address = found.address or Address(name, None, "https" if found.tls else "http")
    version = _version(found, choices)
    path = _rewritten(action, taken)
    headers, removed = _headers(taken, action, path)
    bare, _, query = path.partition("?")
    note(Move("route", f"sends {bare} to {address}, cluster {name}", place))
    if version == "2":
        headers = [(key, value) for key, value in headers if key not in ("upgrade", "connection")]
    kind, kind_place = affinity(action or taken.route, found)
    scheme = "https" if found.tls else "http"
    request = taken.request.at(
        scheme=scheme,
        host=address.host,
        port=address.port or (443 if found.tls else 80),
        path=bare,
        query=query,
        headers=tuple(headers),
        http_version=version,
    )
    return Forward(
        address,
        request,
        place,
        fates=(*_fates(request), *(HeaderFate(name, None, "set", at, "request_headers_to_remove") for name, at in removed)),
        settings=settings(taken.manager, action, found),
        affinity=kind,
        affinity_place=kind_place,
        upstreams=max(found.hosts, 1),
    )


def _cluster_name(action: Node | None, choices: Choices) -> str | None:
    weighted = [one for one in each(action, "weighted_clusters", "clusters") if text_of(one, "weight") != "0"]
    names = [name for one in weighted if (name := text_of(one, "name")) is not None]
    if len(names) > 1:
        options = tuple(f"the weights choose {name}" for name in names)
        return names[choices.ask("weights", "which cluster the weights choose", options)]
    return names[0] if names else text_of(action, "cluster")


def _version(found: Upstream, choices: Choices) -> str:
    """The HTTP version spoken to the app. With TLS and ALPN the app itself decides."""
    if found.speaks != "alpn":
        return found.speaks
    if not found.tls:
        return "1.1"
    asked = choices.ask(
        "alpn", f"whether {found.name} offers HTTP/2 in its TLS handshake", ("it offers HTTP/1.1 alone", "it offers HTTP/2")
    )
    return "2" if asked else "1.1"


def _rewritten(action: Node | None, taken: Taken) -> str:
    """Path and query after the route's rewrite."""
    whole = target(taken.request)
    prefix = text_of(action, "prefix_rewrite")
    match = get(taken.route, "match")
    if prefix is not None:
        written = next(
            (text for key in ("prefix", "path", "path_separated_prefix") if (text := text_of(match, key)) is not None), None
        )
        if written is None:
            return f"{prefix}?{taken.request.query}" if taken.request.query else prefix
        return prefix + whole[len(written) :]
    pattern = text_of(action, "regex_rewrite", "pattern", "regex")
    if pattern is not None:
        path = substituted(pattern, text_of(action, "regex_rewrite", "substitution") or "", taken.request.path)
        return f"{path}?{taken.request.query}" if taken.request.query else path
    return whole


def substituted(pattern: str, substitution: str, path: str) -> str:
    """Every match replaced, as RE2's GlobalReplace; the path itself where the pattern cannot be used here."""
    import regex

    try:
        return str(regex.sub(pattern, substitution.replace("\\0", "\\g<0>"), path, timeout=0.1))
    except (regex.error, TimeoutError, IndexError, RecursionError, ValueError):
        return path


def _headers(taken: Taken, action: Node | None, path: str) -> tuple[list[tuple[str, str]], list[tuple[str, Place]]]:
    """The headers sent, and those that a line takes away with its place."""
    request, manager = taken.request, taken.manager
    headers = [(key.lower(), value) for key, value in request.headers]
    trusted = not flag_of(manager, "use_remote_address")
    known = dict(headers)
    if not trusted:
        own = "$remote_addr"
        forwarded = known.get("x-forwarded-for")
        headers = [(key, value) for key, value in headers if key not in ("x-forwarded-for", "x-forwarded-proto")]
        if not flag_of(manager, "skip_xff_append"):
            headers.append(("x-forwarded-for", f"{forwarded},{own}" if forwarded else own))
        if forwarded:
            headers.append(("x-envoy-external-address", own))
    if "x-forwarded-proto" not in dict(headers):
        headers.append(("x-forwarded-proto", request.scheme))
    if text_of(manager, "generate_request_id") != "false" and "x-request-id" not in known:
        headers.append(("x-request-id", "$request_id"))
    timeout = get(action, "timeout")
    limit = seconds_of(timeout) if timeout is not None else 15.0
    suppressed = any(flag_of(one, "typed_config", "suppress_envoy_headers") for one in each(manager, "http_filters"))
    if limit and not suppressed and get(action, "max_stream_duration") is None:
        headers.append(("x-envoy-expected-rq-timeout-ms", f"{limit * 1000:.0f}"))
    rewritten = text_of(action, "prefix_rewrite") or text_of(action, "regex_rewrite", "pattern", "regex")
    if rewritten and not suppressed:
        headers.append(("x-envoy-original-path", target(request)))
    host = text_of(action, "host_rewrite_literal")
    if host is not None:
        headers = [(key, host if key == "host" else value) for key, value in headers]
        headers.append(("x-envoy-original-host", request.header("Host") or request.host))
    return _edited(headers, taken)


def _edited(headers: list[tuple[str, str]], taken: Taken) -> tuple[list[tuple[str, str]], list[tuple[str, Place]]]:
    """With what the route, the virtual host and the table add and remove, in that order; and what they remove."""
    gone: list[tuple[str, Place]] = []
    for level in (taken.route, taken.host, taken.table):
        for added in each(level, "request_headers_to_add"):
            name, value = (text_of(added, "header", "key") or "").lower(), text_of(added, "header", "value") or ""
            replaces = (text_of(added, "append_action") or "").startswith("OVERWRITE") or text_of(added, "append") == "false"
            if replaces:
                headers = [(key, old) for key, old in headers if key != name]
            if name:
                headers.append((name, value))
        removed = {(one.text() or "").lower(): one.place for one in each(level, "request_headers_to_remove")}
        gone += [(key, removed[key]) for key, _ in headers if key in removed]
        headers = [(key, value) for key, value in headers if key not in removed]
    return headers, gone


def _fates(request: Request) -> tuple[HeaderFate, ...]:
    names = ("upgrade", "connection", "host", "origin")
    return tuple(HeaderFate(name, value, "passed") for name in names if (value := request.header(name)) is not None)


def settings(manager: Node | None, action: Node | None, found: Upstream) -> tuple[Setting, ...]:
    """The clocks in force for a socket: of the route before those of the connection manager."""
    nodes = {"route": action, "manager": manager, "cluster": found.lifetime}
    written = {key: get(nodes[at], *fields) for key, (at, *fields) in KEYS.items()}
    if written["route.max_stream_duration"] is not None:
        written["max_stream_duration"] = None
    return tuple(_setting(key, node) for key, node in written.items() if node is not None)


def _setting(key: str, node: Node) -> Setting:
    return Setting(key, node.text() or "", node.place, seconds_of(node), FORMAT)


def tcp_settings(proxy: Node) -> tuple[Setting, ...]:
    """The clocks of a TCP proxy."""
    return tuple(_setting(key, node) for key, name in TCP_KEYS.items() if (node := get(proxy, name)) is not None)

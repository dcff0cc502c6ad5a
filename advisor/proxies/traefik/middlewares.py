"""A request in front of a middleware -> the request behind it, or the answer that the middleware gives itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from advisor.formats.document import Node
from advisor.model import Answer, Quota, Request
from advisor.proxies.choices import Choices
from advisor.proxies.traefik.fields import get, text_of, texts_of, words_of

_LIMIT_S = 0.1
_ASKS = {
    "basicauth": ("the handshake carries a name and password", "it comes without", 401),
    "digestauth": ("the handshake carries a name and password", "it comes without", 401),
    "forwardauth": ("the service that forwardAuth asks lets the handshake in", "it refuses it", 401),
    "ipallowlist": ("the client's address is in the list", "it is not", 403),
    "ipwhitelist": ("the client's address is in the list", "it is not", 403),
    "ratelimit": ("the handshake is within the rate limit", "it is above the limit", 429),
    "inflightreq": ("the handshake is within the limit of open requests", "it is above the limit", 429),
    "plugin": ("the plugin lets the handshake through", "the plugin answers it", 403),
}
"""What decides at each middleware that may refuse a handshake, the other answer, and its status."""
_HARMLESS = frozenset(
    "buffering circuitbreaker compress contenttype encodedcharacters errors grpcweb passtlsclientcert retry".split()
)


@dataclass(frozen=True, slots=True)
class Passing:
    """What a middleware works on; ``old``: Traefik 2."""

    request: Request
    choices: Choices
    admitted: bool
    old: bool


def apply(kind: str, node: Node, passing: Passing) -> Request | Answer:
    """One middleware that is not a chain."""
    change = _CHANGES.get(kind)
    if change is not None:
        return change(node, passing)
    if kind in _ASKS and not passing.admitted:
        lets, refuses, status = _ASKS[kind]
        if passing.choices.ask(f"{kind} {node.place}", f"whether {lets} ({kind} at {node.place})", (lets, refuses)):
            return Answer(status, f"{kind} answers: {refuses}", node.place)
    elif kind not in _ASKS and kind not in _HARMLESS:
        lets = f"the middleware {kind}, which is not known here, lets the handshake through"
        if passing.choices.ask(f"{kind} {node.place}", f"whether {lets}", (lets, "it does not")):
            return Answer(None, f"the middleware {kind} does not let the handshake through", node.place)
    return passing.request


def in_flight(node: Node) -> Quota | None:
    """What ``inFlightReq`` allows. Without a criterion it counts by the request's host (measured with 3.7)."""
    written = text_of(node, "amount") or ""
    if not written.isdigit() or len(written) > 9:
        return None
    criterion = get(node, "sourceCriterion")
    per: Literal["peer", "address", "site", "other"] = "site"
    if get(criterion, "ipStrategy") is not None:
        deep = text_of(criterion, "ipStrategy", "depth") not in (None, "0")
        per = "address" if deep or get(criterion, "ipStrategy", "excludedIPs") else "peer"
    elif text_of(criterion, "requestHeaderName"):
        per = "other"
    key = {"site": "host", "other": "value of the header"}.get(per, "address")
    return Quota("open", int(written), per, f"{written} at once for each {key}", node.place)


def _strip(node: Node, passing: Passing) -> Request | Answer:
    request = passing.request
    for prefix in words_of(node, "prefixes"):
        if request.path.startswith(prefix):
            return _behind(request, prefix)
    return request


def _strip_pattern(node: Node, passing: Passing) -> Request | Answer:
    request = passing.request
    for pattern in texts_of(node, "regex"):
        found = _found(pattern, request.path)
        if found and request.path.startswith(found):
            return _behind(request, found)
    return request


def _behind(request: Request, prefix: str) -> Request:
    rest = request.path[len(prefix) :]
    path = rest if rest.startswith("/") else f"/{rest}"
    return _with(request.at(path=path), "X-Forwarded-Prefix", prefix)


def _found(pattern: str, text: str) -> str | None:
    import regex

    try:
        found = regex.search(pattern, text, timeout=_LIMIT_S)
    except (regex.error, TimeoutError, RecursionError, ValueError):
        return None
    return str(found[0]) if found is not None else None


def _add(node: Node, passing: Passing) -> Request | Answer:
    prefix = text_of(node, "prefix") or ""
    return passing.request.at(path=f"/{prefix.strip('/')}{passing.request.path}" if prefix.strip("/") else passing.request.path)


def _replace(node: Node, passing: Passing) -> Request | Answer:
    request = passing.request
    return _with(request.at(path=text_of(node, "path") or "/"), "X-Replaced-Path", request.path)


def _replace_pattern(node: Node, passing: Passing) -> Request | Answer:
    request = passing.request
    path = _substituted(text_of(node, "regex") or "", text_of(node, "replacement") or "", request.path)
    return request if path is None else _with(request.at(path=path), "X-Replaced-Path", request.path)


def _substituted(pattern: str, replacement: str, text: str) -> str | None:
    """Go's ReplaceAllString with ``$1`` and ``${1}``; ``None`` where the pattern does not match."""
    import regex

    template = re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda name: f"\\g<{name[1] or name[2]}>", replacement.replace("\\", "\\\\"))
    try:
        changed, count = regex.subn(pattern, template, text, timeout=_LIMIT_S)
    except (regex.error, TimeoutError, RecursionError, ValueError, IndexError):
        return None
    return str(changed) if count else None


def _redirect_scheme(node: Node, passing: Passing) -> Request | Answer:
    request = passing.request
    scheme = text_of(node, "scheme") or "https"
    came = {"ws": "http", "wss": "https"}.get(request.header("X-Forwarded-Proto") or "", request.header("X-Forwarded-Proto"))
    if (came or request.scheme) == scheme:
        return request
    port = text_of(node, "port")
    shown = f":{port}" if port and port != {"https": "443", "http": "80"}.get(scheme) else ""
    status = 301 if text_of(node, "permanent") == "true" else 302
    location = f"{scheme}://{_host(request)}{shown}{_target(request)}"
    return Answer(status, f"redirectScheme sends every {came or request.scheme} request to {scheme}", node.place, location)


def _redirect_pattern(node: Node, passing: Passing) -> Request | Answer:
    request = passing.request
    url = f"{request.scheme}://{request.header('Host') or request.host}{_target(request)}"
    location = _substituted(text_of(node, "regex") or "", text_of(node, "replacement") or "", url)
    if location is None or location == url:
        return request
    status = 301 if text_of(node, "permanent") == "true" else 302
    return Answer(status, "redirectRegex matches", node.place, location)


def _headers(node: Node, passing: Passing) -> Request | Answer:
    request = passing.request
    if passing.old and text_of(node, "sslRedirect") == "true" and request.scheme == "http":
        status = 302 if text_of(node, "sslTemporaryRedirect") == "true" else 301
        location = f"https://{text_of(node, 'sslHost') or _host(request)}{_target(request)}"
        return Answer(status, "sslRedirect sends every plain request to https", node.place, location)
    given = get(node, "customRequestHeaders")
    for name, value in given.items() if given is not None else ():
        request = _with(request, name, value.text() or "")
    return request


def _with(request: Request, name: str, value: str) -> Request:
    """The request with a header set; an empty value takes it away."""
    kept = tuple((key, old) for key, old in request.headers if key.lower() != name.lower())
    return request.at(headers=(*kept, (name, value)) if value else kept)


def _host(request: Request) -> str:
    authority = request.header("Host") or request.host
    bare, _, port = authority.rpartition(":")
    return bare if port.isdigit() and bare else authority


def _target(request: Request) -> str:
    return f"{request.path}?{request.query}" if request.query else request.path


_CHANGES: dict[str, Callable[[Node, Passing], Request | Answer]] = {
    "stripprefix": _strip,
    "stripprefixregex": _strip_pattern,
    "addprefix": _add,
    "replacepath": _replace,
    "replacepathregex": _replace_pattern,
    "redirectscheme": _redirect_scheme,
    "redirectregex": _redirect_pattern,
    "headers": _headers,
}

"""A route table and a request -> the virtual host and the route that take it, in Envoy's order.

After ``RouteMatcher::findVirtualHost`` (exact names, then the longest suffix wildcard, then the longest prefix wildcard, then
``*``) and ``VirtualHostImpl::getRouteFromEntries`` (the first route whose every condition holds).
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl

from advisor.formats.document import Node
from advisor.model import Request
from advisor.proxies.envoy.fields import each, flag_of, get, number_of, text_of
from advisor.proxies.patterns import Undecided, match

_UNSEEN = ("dynamic_metadata", "filter_state", "tls_context", "cookies", "path_match_policy")


def host_for(hosts: Iterable[Node], authority: str) -> Node | None:
    """The virtual host whose domain fits best; domains are compared with the Host header, port included."""
    name = authority.lower()
    best: tuple[int, int, Node] | None = None
    for host in hosts:
        for domain in each(host, "domains"):
            rank = _rank((domain.text() or "").lower(), name)
            if rank is not None and (best is None or rank > best[:2]):
                best = (*rank, host)
    return best[2] if best else None


def _rank(domain: str, name: str) -> tuple[int, int] | None:
    if domain == name:
        return (3, len(domain))
    if domain == "*":
        return (0, 0)
    if domain.startswith("*"):
        return (2, len(domain)) if name.endswith(domain[1:]) and len(name) > len(domain) - 1 else None
    if domain.endswith("*"):
        return (1, len(domain)) if name.startswith(domain[:-1]) and len(name) > len(domain) - 1 else None
    return None


def holds(route: Node, request: Request) -> bool | str:
    """Whether a route takes the request; a sentence about what it hangs on where no URL shows it."""
    condition = get(route, "match")
    if condition is None or not _path_fits(condition, request):
        return False
    unseen = None
    for header in each(condition, "headers"):
        fits = _header_fits(header, request)
        if fits is None:
            unseen = f"whether the condition on the header {text_of(header, 'name')} holds"
        elif not fits:
            return False
    given = dict(reversed(parse_qsl(request.query, keep_blank_values=True)))
    for wanted in each(condition, "query_parameters"):
        value = given.get(text_of(wanted, "name") or "")
        if get(wanted, "string_match") is None:
            if value is None:
                return False
        elif value is None or not string_fits(get(wanted, "string_match"), value):
            return False
    if get(condition, "grpc") is not None:
        return False
    share = get(condition, "runtime_fraction", "default_value")
    if share is not None and not _always(share):
        unseen = "whether the request is in the fraction that the route takes"
    other = next((key for key in _UNSEEN if get(condition, key) is not None), None)
    return unseen or (f"whether the route's condition on {other} holds" if other else True)


def _always(share: Node) -> bool:
    base = {"HUNDRED": 100, "TEN_THOUSAND": 10_000, "MILLION": 1_000_000}.get(text_of(share, "denominator") or "HUNDRED", 100)
    return (number_of(share, "numerator") or 0) >= base


def _path_fits(condition: Node, request: Request) -> bool:
    path = request.path
    sensitive = text_of(condition, "case_sensitive") != "false"
    fold = (lambda text: text) if sensitive else str.lower
    prefix, exact, separated = (text_of(condition, key) for key in ("prefix", "path", "path_separated_prefix"))
    if prefix is not None:
        return fold(path).startswith(fold(prefix))
    if exact is not None:
        return bool(fold(path) == fold(exact))
    if separated is not None:
        inside = fold(path).startswith(fold(separated))
        return inside and (len(path) == len(separated) or path[len(separated)] == "/")
    pattern = text_of(condition, "safe_regex", "regex") or text_of(condition, "regex")
    return pattern is not None and whole(pattern, path)


def whole(pattern: str, text: str) -> bool:
    """True where a pattern takes the whole text, as RE2's FullMatch; what cannot be said counts as no."""
    try:
        return match(rf"\A(?:{pattern})\Z", text) is not None
    except Undecided:
        return False


def _header_fits(header: Node, request: Request) -> bool | None:
    name = (text_of(header, "name") or "").lower()
    value = {":path": target(request), ":method": request.method, ":authority": request.header("Host") or request.host}.get(
        name, request.header(name)
    )
    inverted = flag_of(header, "invert_match")
    present = get(header, "present_match")
    if present is not None:
        return ((value is not None) is (present.text() != "false")) is not inverted
    wanted = get(header, "string_match")
    if wanted is None:
        old = {"exact_match": "exact", "prefix_match": "prefix", "suffix_match": "suffix", "contains_match": "contains"}
        for key, kind in old.items():
            text = text_of(header, key)
            if text is not None:
                return value is not None and _compare(kind, text, value) is not inverted
        pattern = text_of(header, "safe_regex_match", "regex")
        if pattern is not None:
            return value is not None and whole(pattern, value) is not inverted
        return None if get(header, "range_match") is not None else (value is not None) is not inverted
    if value is None:
        return inverted
    return string_fits(wanted, value) is not inverted


def string_fits(matcher: Node | None, value: str) -> bool:
    """Envoy's StringMatcher."""
    ignore = flag_of(matcher, "ignore_case")
    for kind in ("exact", "prefix", "suffix", "contains"):
        text = text_of(matcher, kind)
        if text is not None:
            return _compare(kind, text.lower(), value.lower()) if ignore else _compare(kind, text, value)
    pattern = text_of(matcher, "safe_regex", "regex")
    return pattern is not None and whole(pattern, value)


def _compare(kind: str, wanted: str, value: str) -> bool:
    if kind == "exact":
        return value == wanted
    if kind == "prefix":
        return value.startswith(wanted)
    return value.endswith(wanted) if kind == "suffix" else wanted in value


def target(request: Request) -> str:
    """Path and query as they stand in the request line."""
    return f"{request.path}?{request.query}" if request.query else request.path

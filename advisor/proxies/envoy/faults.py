"""An Envoy configuration, its messages read -> what Envoy refuses when it builds listeners and route tables from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from advisor.formats.document import Node
from advisor.model import Invalid
from advisor.proxies.envoy.fields import each, get, number_of, text_of

_NOT_RE2 = re.compile(r"\(\?(?:[=!]|<[=!]|>|\()|\\[1-9]|(?<!\\)[*+?}]\+")
"""What Perl's patterns have and RE2's have not: looking around, atoms, conditions, references back, possession."""


def refused(listeners: tuple[Node, ...], clusters: Mapping[str, Node], unseen: frozenset[str]) -> Invalid | None:
    """The first fault; clusters that come from elsewhere (``unseen``) are not missed."""
    for listener in listeners:
        found = _listener(listener) or next(_tables(listener, clusters, unseen), None)
        if found is not None:
            return found
    return None


def _listener(listener: Node) -> Invalid | None:
    name = text_of(listener, "name") or _address(listener)
    if get(listener, "address") is None and get(listener, "api_listener") is None and get(listener, "internal_listener") is None:
        return Invalid(f"error adding listener named '{name}': address is necessary", listener.place)
    own = get(listener, "filter_chains") or get(listener, "default_filter_chain") or get(listener, "filter_chain_matcher")
    udp = get(listener, "udp_listener_config") or get(listener, "api_listener") or get(listener, "listener_filters")
    if own is None and udp is None and text_of(listener, "address", "socket_address", "protocol") != "UDP":
        return Invalid(f"error adding listener '{_address(listener)}': no filter chains specified", listener.place)
    return None


def _address(listener: Node) -> str:
    socket = get(listener, "address", "socket_address")
    return f"{text_of(socket, 'address') or ''}:{number_of(socket, 'port_value') or 0}"


def _tables(listener: Node, clusters: Mapping[str, Node], unseen: frozenset[str]) -> Iterator[Invalid]:
    for chain in (*each(listener, "filter_chains"), *each(listener, "default_filter_chain")):
        for one in each(chain, "filters"):
            table = get(one, "typed_config", "route_config")
            if table is not None:
                yield from _table(table, clusters, unseen)


def _table(table: Node, clusters: Mapping[str, Node], unseen: frozenset[str]) -> Iterator[Invalid]:
    """A table of a listener that stands in the file must name clusters that do, unless it says that this is not checked."""
    checks = "clusters" not in unseen and text_of(table, "validate_clusters") != "false"
    name = text_of(table, "name") or ""
    seen: set[str] = set()
    for host in each(table, "virtual_hosts"):
        for route in each(host, "routes"):
            yield from _route(route, clusters if checks else None)
        for domain in each(host, "domains"):
            text = (domain.text() or "").lower()
            if text in seen:
                wild = "Only a single wildcard domain is permitted in route"
                twice = f"Only unique values for domains are permitted. Duplicate entry of domain {text} in route"
                yield Invalid(f"{wild if text == '*' else twice} {name}", domain.place)
            seen.add(text)


def _route(route: Node, clusters: Mapping[str, Node] | None) -> Iterator[Invalid]:
    pattern = get(route, "match", "safe_regex", "regex")
    if pattern is not None and not _is_re2(pattern.text() or ""):
        yield Invalid("a pattern is not one of RE2", pattern.place)
    name = get(route, "route", "cluster")
    if name is not None and clusters is not None and name.text() is not None and name.text() not in clusters:
        yield Invalid(f"route: unknown cluster '{name.text()}'", name.place)


def _is_re2(pattern: str) -> bool:
    """False for what RE2 surely refuses."""
    import regex

    if _NOT_RE2.search(pattern):
        return False
    try:
        regex.compile(pattern)
    except regex.error as problem:
        return not str(problem).startswith(
            ("missing )", "unbalanced parenthesis", "unterminated character set", "nothing to repeat")
        )
    except (RecursionError, OverflowError, ValueError):
        return True
    return True

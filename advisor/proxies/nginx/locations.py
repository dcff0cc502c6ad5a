"""Which location takes a URI: after ``ngx_http_core_find_location`` (nginx 1.31, src/http/ngx_http_core_module.c).

Exact match, else the longest prefix; then, unless that prefix says ``^~``, the first pattern in the order written; the same
again inside the location found. A prefix that ends in a slash answers its own name without the slash with a redirect.
"""

from __future__ import annotations

from typing import Literal

from advisor.proxies import patterns
from advisor.proxies.nginx.blocks import Block, LocationIndex
from advisor.proxies.nginx.exchange import Exchange
from advisor.proxies.nginx.variables import keep

Found = Literal["exact", "prefix", "slash", "pattern", "none"]


def index(block: Block) -> LocationIndex:
    """The locations of a server or location, as they are searched; sorted once."""
    if block.index is None:
        made = LocationIndex({}, {}, [], {})
        for location in block.locations:
            if location.modifier == "@" or location.pattern.startswith("@"):
                made.named.setdefault(location.pattern, location)
            elif location.modifier in ("~", "~*"):
                made.patterns.append(location)
            elif location.modifier == "=":
                made.exact.setdefault(location.pattern, location)
            else:
                made.prefix.setdefault(location.pattern, location)
        block.index = made
    return block.index


def find(exchange: Exchange) -> Found:
    """Moves the exchange into the location that takes its URI, and says how it was found."""
    return _search(exchange, exchange.block)


def _search(exchange: Exchange, block: Block) -> Found:
    table = index(block)
    uri = exchange.uri
    found: Found = "none"
    without_patterns = False
    if uri in table.exact:
        exchange.block = table.exact[uri]
        return "exact"
    prefix = _longest(table, uri)
    if prefix is None or prefix.pattern != uri:
        slash = table.exact.get(uri + "/") or table.prefix.get(uri + "/")
        if slash is not None and (
            slash.redirects_to_slash() or (uri + "/" in table.prefix and table.prefix[uri + "/"].redirects_to_slash())
        ):
            exchange.block = slash
            return "slash"
    if prefix is not None:
        exchange.block = prefix
        without_patterns = prefix.modifier == "^~"
        inner = _search(exchange, prefix)
        if inner in ("exact", "slash", "pattern"):
            return inner
        found = "prefix"
    if not without_patterns:
        for location in table.patterns:
            match = _matches(exchange, location)
            if match is not None:
                keep(exchange, match)
                exchange.block = location
                _search(exchange, location)
                return "pattern"
    return found


def _longest(table: LocationIndex, uri: str) -> Block | None:
    for end in range(len(uri), 0, -1):
        if (location := table.prefix.get(uri[:end])) is not None:
            return location
    return table.prefix.get("")


def _matches(exchange: Exchange, location: Block) -> patterns.Match | None:
    """A pattern that cannot be judged is asked about, like everything else that no file shows."""
    try:
        return patterns.match(location.pattern, exchange.uri, location.modifier == "~*")
    except patterns.Undecided:
        asked = exchange.choices.ask(
            f"pattern {location.pattern} {exchange.uri}",
            f"whether the pattern of {location.label} matches {exchange.uri}",
            ("it does not match", "it matches"),
        )
        return patterns.Match((), ()) if asked else None

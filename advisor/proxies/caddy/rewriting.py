"""The ``rewrite`` handler: method, URI, prefixes and texts of the request, as every ``rewrite``, ``uri`` and ``method`` makes it.

After ``modules/caddyhttp/rewrite/rewrite.go`` (Caddy 2.11).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from advisor.model import Depends
from advisor.proxies.caddy.exchange import Exchange, Stop

_KEPT = "/:@!$&'()*+,;=-._~%"


def rewrite(exchange: Exchange, data: Mapping[str, Any]) -> None:
    """Changes the exchange's URI and method."""
    if data.get("method"):
        exchange.method = exchange.fill(str(data["method"])).upper()
    if data.get("uri"):
        exchange.raw, exchange.query = rewritten(exchange, str(data["uri"]))
    if prefix := data.get("strip_path_prefix"):
        _strip(exchange, exchange.fill(str(prefix)))
    if suffix := data.get("strip_path_suffix"):
        suffix = exchange.fill(str(suffix))
        if exchange.path.lower().endswith(suffix.lower()):
            exchange.raw = exchange.raw[: len(exchange.raw) - len(suffix)]
    for each in data.get("uri_substring") or ():
        limit = int(each.get("limit") or 0) or -1
        find, by = exchange.fill(each.get("find", "")), exchange.fill(each.get("replace", ""))
        if find:
            exchange.raw = exchange.raw.replace(find, by, limit)
            exchange.query = exchange.query.replace(find, by, limit)
    for each in data.get("path_regexp") or ():
        exchange.raw = quote(_replaced(each.get("find", ""), each.get("replace", ""), exchange.path), safe=_KEPT)


def rewritten(exchange: Exchange, template: str) -> tuple[str, str]:
    """Path and query that a URI template gives; the query stays where the template has none."""
    path, mark, query = template.partition("?")
    fragment = query.partition("#")[0]
    if not exchange.is_filled(template):
        raise Stop(Depends(f"what {template} becomes", ()))
    raw, query_now = exchange.raw, exchange.query
    if path:
        full = _escaped(exchange, path)
        raw, injected, inner = full.partition("?")
        if injected:
            query_now = inner
        if not raw.startswith("/"):
            raw = f"/{raw}"
    if mark:
        query_now = "&".join(part for part in exchange.fill(fragment).split("&") if part)
    return raw, query_now


def _escaped(exchange: Exchange, text: str) -> str:
    """A template's path, in which ``{path}`` and ``{uri}`` keep their escapes."""
    text = text.replace("{path}", exchange.raw).replace("{http.request.uri.path}", exchange.raw)
    return exchange.fill(text)


def _strip(exchange: Exchange, prefix: str) -> None:
    """Takes a prefix off, compared without case and without escapes."""
    prefix = prefix if prefix.startswith("/") else f"/{prefix}"
    raw, at = exchange.raw, 0
    for sign in prefix:
        piece = raw[at : at + 3] if raw[at : at + 1] == "%" and sign != "%" else raw[at : at + 1]
        if unquote(piece).lower() != sign.lower():
            return
        at += len(piece)
    rest = raw[at:]
    exchange.raw = rest if rest.startswith("/") else f"/{rest}"


def _replaced(pattern: str, by: str, text: str) -> str:
    import regex

    try:
        template = re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", by.replace("\\", "\\\\"))
        return str(regex.sub(pattern, template, text, timeout=0.1))
    except (regex.error, TimeoutError, IndexError, ValueError, RecursionError):
        raise Stop(Depends(f"what the pattern {pattern} makes of {text}", ())) from None

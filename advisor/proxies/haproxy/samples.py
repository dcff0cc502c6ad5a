"""A sample expression (``req.hdr(host),lower``) and a request -> its values, as far as the request and the files tell them.

After ``sample.c``, ``http_fetch.c`` and ``acl.c`` of HAProxy 2.8.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from advisor.proxies import patterns
from advisor.proxies.haproxy.exchange import Exchange
from advisor.proxies.haproxy.grammar import ACL_SUFFIXES, expression_parts

Kind = Literal["str", "int", "bool", "ip"]


@dataclass(frozen=True, slots=True)
class Sample:
    """``values`` is ``None`` where they are not known, and empty where there is nothing to fetch."""

    kind: Kind
    values: tuple[str, ...] | None

    @property
    def first(self) -> str | None:
        return self.values[0] if self.values else None


UNKNOWN = Sample("str", None)


def sample(exchange: Exchange, expression: str) -> Sample:
    """The sample that an expression gives."""
    (name, args), converters = expression_parts(expression)
    name = ACL_SUFFIXES.get(name, (name, ""))[0]
    fetch = _FETCHES.get(name)
    found = fetch(exchange, args) if fetch is not None else UNKNOWN
    for converter, given in converters:
        found = _converted(found, converter, given)
    return found


def formatted(exchange: Exchange, text: str) -> tuple[str, bool]:
    """A log-format text with its ``%[...]`` filled in, and whether all of it is known."""
    known = True
    parts: list[str] = []
    at = 0
    while at < len(text):
        if text.startswith("%%", at):
            parts.append("%")
            at += 2
        elif text.startswith("%[", at) and (end := text.find("]", at)) > 0:
            end = _closing(text, at + 1)
            found = sample(exchange, text[at + 2 : end])
            if found.values is None:
                known = False
                parts.append(text[at : end + 1])
            else:
                parts.append(found.values[-1] if found.values else "")
            at = end + 1
        else:
            parts.append(text[at])
            at += 1
    return "".join(parts), known


def _closing(text: str, start: int) -> int:
    """Where the bracket that opens at ``start`` closes."""
    depth = 0
    for position in range(start, len(text)):
        depth += {"[": 1, "]": -1}.get(text[position], 0)
        if depth == 0:
            return position
    return len(text) - 1


def _headers(exchange: Exchange, args: tuple[str, ...], whole: bool) -> Sample:
    if not exchange.http:
        return UNKNOWN
    name = args[0].lower() if args else ""
    lines = [value for key, value in exchange.request.headers if key.lower() == name]
    split = not whole and name not in ("user-agent", "cookie", "set-cookie", "authorization", "date")
    values = tuple(part.strip() for line in lines for part in (line.split(",") if split else [line]))
    if len(args) > 1 and re.fullmatch(r"-?\d+", args[1]) and values:
        index = int(args[1])
        chosen = values[index - 1 if index > 0 else index : index or None] if index else values
        values = chosen[:1] if index else values
    return Sample("str", values)


def _count(exchange: Exchange, args: tuple[str, ...]) -> Sample:
    found = _headers(exchange, args[:1], whole=False)
    return Sample("int", None if found.values is None else (str(len(found.values)),))


def _cookies(exchange: Exchange, args: tuple[str, ...]) -> Sample:
    if not exchange.http:
        return UNKNOWN
    text = "; ".join(value for key, value in exchange.request.headers if key.lower() == "cookie")
    pairs = [part.strip().partition("=") for part in text.split(";") if part.strip()]
    return Sample("str", tuple(value for key, _, value in pairs if not args or key == args[0]))


def _parameters(exchange: Exchange, args: tuple[str, ...]) -> Sample:
    if not exchange.http:
        return UNKNOWN
    pairs = [part.partition("=") for part in exchange.request.query.split("&") if part]
    return Sample("str", tuple(value for key, _, value in pairs if not args or key == args[0])[:1])


def _variable(exchange: Exchange, args: tuple[str, ...]) -> Sample:
    name = args[0] if args else ""
    if name not in exchange.variables:
        return Sample("str", (args[1],) if len(args) > 1 else ())
    value = exchange.variables[name]
    return UNKNOWN if value is None else Sample("str", (value,))


def _password(exchange: Exchange, args: tuple[str, ...]) -> Sample:
    return Sample("bool", None if exchange.request.header("Authorization") else ("0",))


def _servers_up(exchange: Exchange, args: tuple[str, ...]) -> Sample:
    from advisor.proxies.haproxy.backends import members

    proxy = exchange.config.backend(args[0]) if args else exchange.frontend
    return Sample("int", None if proxy is None else (str(sum(1 for each in members(proxy) if not each.disabled)),))


def _sni(exchange: Exchange, args: tuple[str, ...]) -> Sample:
    """The name in the TLS hello that passes through or ended here."""
    host = exchange.original.host
    is_name = exchange.original.scheme == "https" and not re.fullmatch(r"[\d.]+|\[.*\]", host)
    return Sample("str", (host,) if is_name else ())


def _text(get: Callable[[Exchange], str], kind: Kind = "str", anywhere: bool = False) -> Callable[..., Sample]:
    def fetch(exchange: Exchange, args: tuple[str, ...]) -> Sample:
        return Sample(kind, (get(exchange),)) if exchange.http or anywhere else Sample(kind, None)

    return fetch


def _flag(get: Callable[[Exchange], bool], anywhere: bool = False) -> Callable[..., Sample]:
    return _text(lambda exchange: "1" if get(exchange) else "0", "bool", anywhere)


def _one(number: int) -> Callable[..., Sample]:
    """A counter, as the first handshake of a client meets it."""
    return lambda exchange, args: Sample("int", (str(number),))


def _host(exchange: Exchange) -> str:
    return exchange.request.header("Host") or ""


_FETCHES: dict[str, Callable[[Exchange, tuple[str, ...]], Sample]] = {
    "path": _text(lambda exchange: exchange.request.path),
    "pathq": _text(lambda exchange: exchange.pathq),
    "url": _text(lambda exchange: exchange.pathq),
    "capture.req.uri": _text(
        lambda exchange: (
            f"{exchange.original.path}?{exchange.original.query}" if exchange.original.query else exchange.original.path
        )
    ),
    "query": _text(lambda exchange: exchange.request.query),
    "base": _text(lambda exchange: _host(exchange) + exchange.request.path),
    "method": _text(lambda exchange: exchange.original.method),
    "capture.req.method": _text(lambda exchange: exchange.original.method),
    "req.ver": _text(lambda exchange: exchange.request.http_version),
    "req.hdr": lambda exchange, args: _headers(exchange, args, whole=False),
    "req.fhdr": lambda exchange, args: _headers(exchange, args, whole=True),
    "req.hdr_cnt": _count,
    "req.fhdr_cnt": _count,
    "req.cook": _cookies,
    "urlp": _parameters,
    "url_param": _parameters,
    "var": _variable,
    "ssl_fc": _flag(lambda exchange: exchange.bind.tls, anywhere=True),
    "ssl_fc_sni": _sni,
    "req.ssl_sni": _sni,
    "req.ssl_hello_type": _text(lambda exchange: "1" if exchange.original.scheme == "https" else "0", "int", True),
    "dst_port": _text(lambda exchange: str(exchange.bind.address.port or exchange.original.port), "int", True),
    "fc_http_major": _text(lambda exchange: "1", "int"),
    "req.proto_http": _flag(lambda exchange: exchange.original.scheme == "http" or exchange.bind.tls, anywhere=True),
    "http_first_req": _flag(lambda exchange: True),
    "always_true": _flag(lambda exchange: True, anywhere=True),
    "always_false": _flag(lambda exchange: False, anywhere=True),
    "wait_end": _flag(lambda exchange: True, anywhere=True),
    "http_auth": _password,
    "nbsrv": _servers_up,
    "str": lambda exchange, args: Sample("str", (args[0] if args else "",)),
    "int": lambda exchange, args: Sample("int", (args[0] if args else "0",)),
    "bool": lambda exchange, args: Sample("bool", ("1" if args and args[0].lower() in ("1", "true", "yes", "on") else "0",)),
    "fe_name": _text(lambda exchange: exchange.frontend.name, "str", True),
    **{name: _one(0) for name in ("be_conn", "queue", "avg_queue", "be_sess_rate", "srv_conn", "srv_queue")},
    **{name: _one(1) for name in ("fe_conn", "fe_sess_rate", "fe_req_rate")},
    **{
        f"{prefix}_{name}": _one(number)
        for prefix in ("src", *(f"sc{place}" for place in ("", "0", "1", "2")))
        for name, number in (
            ("conn_cnt", 1),
            ("conn_cur", 1),
            ("conn_rate", 1),
            ("http_req_cnt", 1),
            ("http_req_rate", 1),
            ("sess_cnt", 1),
            ("sess_rate", 1),
            ("http_err_cnt", 0),
            ("http_err_rate", 0),
            ("bytes_in_rate", 0),
            ("bytes_out_rate", 0),
        )
    },
    "src": lambda exchange, args: Sample("ip", None),
}
_ALIASES = {"req.ver": ("req_ver",), "req.ssl_sni": ("req_ssl_sni",), "req.ssl_hello_type": ("req_ssl_hello_type",)}
_FETCHES |= {other: _FETCHES[name] for name, others in _ALIASES.items() for other in others}
_FETCHES |= {"hdr": _FETCHES["req.hdr"], "hdr_cnt": _count, "cook": _cookies, "req_proto_http": _FETCHES["req.proto_http"]}


def _converted(found: Sample, name: str, args: tuple[str, ...]) -> Sample:
    if found.values is None:
        return UNKNOWN
    values = found.values
    if name == "lower":
        return Sample("str", tuple(value.lower() for value in values))
    if name == "upper":
        return Sample("str", tuple(value.upper() for value in values))
    if name == "length":
        return Sample("int", tuple(str(len(value)) for value in values))
    if name in ("field", "word") and args and re.fullmatch(r"-?\d+", args[0]):
        picked = (_field(value, int(args[0]), args[1] if len(args) > 1 else "", name == "word") for value in values)
        return Sample("str", tuple(value for value in picked if value is not None))
    if name == "url_dec":
        return Sample("str", tuple(unquote(value) for value in values))
    if name == "host_only":
        return Sample("str", tuple(re.sub(r":\d*$", "", value) for value in values))
    if name == "ltrim" and args:
        return Sample("str", tuple(value.lstrip(args[0]) for value in values))
    if name == "rtrim" and args:
        return Sample("str", tuple(value.rstrip(args[0]) for value in values))
    if name == "not":
        return Sample("bool", tuple("0" if value not in ("", "0") else "1" for value in values))
    if name == "regsub" and len(args) > 1:
        return _substituted(values, args)
    return UNKNOWN


def _field(value: str, index: int, delimiters: str, words: bool) -> str | None:
    """Field or word ``index`` (from 1; negative: from the end) between any of the delimiters."""
    parts = re.split(f"[{re.escape(delimiters)}]", value) if delimiters else [value]
    parts = [part for part in parts if part] if words else parts
    place = index - 1 if index > 0 else index
    return parts[place] if -len(parts) <= place < len(parts) else None


def _substituted(values: tuple[str, ...], args: tuple[str, ...]) -> Sample:
    flags = args[2] if len(args) > 2 else ""
    try:
        return Sample("str", tuple(substitute(args[0], args[1], value, "i" in flags, "g" in flags) for value in values))
    except patterns.Undecided:
        return UNKNOWN


def substitute(pattern: str, replacement: str, text: str, ignore_case: bool = False, every: bool = False) -> str:
    """``text`` with the first match (or all) replaced; ``\\1`` in the replacement is a group. Raises ``Undecided``."""
    found = patterns.match(pattern, text, ignore_case)
    if found is None:
        return text
    import regex

    compiled = regex.compile(pattern, regex.IGNORECASE if ignore_case else 0)

    def filled(match: regex.Match[str]) -> str:
        return re.sub(r"\\(\d)", lambda number: _group(match, int(number[1])), replacement)

    try:
        return str(compiled.sub(filled, text, count=0 if every else 1, timeout=0.1))
    except TimeoutError as slow:
        raise patterns.Undecided(pattern) from slow


def _group(match: object, number: int) -> str:
    try:
        return str(match.group(number) or "")  # type: ignore[attr-defined]
    except IndexError:
        return ""

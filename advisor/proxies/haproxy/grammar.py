"""The words of HAProxy's language: keywords with their sections, sample expressions, and conditions taken apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from advisor.formats.haproxy import Line
from advisor.model import Place

_METHODS = ("str", "beg", "dir", "dom", "end", "len", "reg", "sub")
_FULL = {"hdr": "req.hdr", "shdr": "res.hdr", "cook": "req.cook", "scook": "res.cook"}
_SUFFIXED = ("path", "url", "base", "hdr", "shdr", "cook", "scook", "urlp", "ssl_fc_sni")
ACL_SUFFIXES = {
    name: (_FULL.get(base, base), method)
    for base in _SUFFIXED
    for name, method in ((base, ""), *((f"{base}_{method}", method) for method in _METHODS))
}
"""``path_beg`` -> the sample it fetches, and the method of comparison it stands for."""
CONVERTERS = frozenset(
    (
        "add add_item aes_gcm_dec aes_gcm_enc aes_cbc_dec aes_cbc_enc and b64dec base64 base2 be2dec be2hex bool bytes "
        "capture-req capture-res concat cpl crc32 crc32c cut_crlf debug digest div djb2 even field fix_is_valid fix_tag_value "
        "hex hex2i hmac host_only htonl http_date iif in_table ipmask json json_query jwt_decrypt jwt_decrypt_alg "
        "jwt_decrypt_cert jwt_decrypt_secret jwt_decrypt_jwk jwt_header_query jwt_payload_query jwt_verify jwt_verify_cert "
        "language le2dec length lower ltime ltrim map mod mqtt_field_value mqtt_is_valid ms_ltime ms_utime mul nbsrv neg not "
        "odd or param port_only protobuf regsub reverse reverse_dom rfc7239_field rfc7239_is_valid rfc7239_n2nn rfc7239_n2np "
        "rfc7239_nn rfc7239_np rtrim sdbm secure_memcmp set-var sha1 sha2 srv_is_up srv_queue strcmp sub ub64dec ub64enc "
        "ungrpc unset-var upper url_dec url_enc us_ltime us_utime utime when word wt6 x509_v_err_str xor xxh3 xxh32 xxh64 "
    ).split()
)
PREDEFINED = {
    "TRUE": "always_true",
    "FALSE": "always_false",
    "HTTP": "req.proto_http",
    "HTTP_1.0": "req.ver 1.0",
    "HTTP_1.1": "req.ver 1.1",
    "HTTP_2.0": "req.ver 2.0",
    "HTTP_3.0": "req.ver 3.0",
    "HTTP_CONTENT": "req.hdr(content-length) -m found",
    "HTTP_URL_ABS": "url_reg ^[^/:]*://",
    "HTTP_URL_SLASH": "url_beg /",
    "HTTP_URL_STAR": "url *",
    "LOCALHOST": "src 127.0.0.1/8",
    "METH_CONNECT": "method CONNECT",
    "METH_DELETE": "method DELETE",
    "METH_GET": "method GET HEAD",
    "METH_HEAD": "method HEAD",
    "METH_OPTIONS": "method OPTIONS",
    "METH_POST": "method POST",
    "METH_PUT": "method PUT",
    "METH_TRACE": "method TRACE",
    "RDP_COOKIE": "req_rdp_cookie_cnt gt 0",
    "REQ_CONTENT": "req.len gt 0",
    "WAIT_END": "wait_end",
}


@cache
def table() -> dict[str, dict[str, int]]:
    """Kind (``proxy``, ``global``, ``option``, ``server``, ``bind``, ``fetch``) -> name -> how many words follow it."""
    found: dict[str, dict[str, int]] = {}
    text = (files("advisor.proxies.haproxy") / "keywords.txt").read_text(encoding="utf-8")
    for row in text.splitlines():
        kind, name, *count = row.split()
        found.setdefault(kind, {})[name] = int(count[0]) if count else 0
    return found


def is_converter(name: str) -> bool:
    return name in CONVERTERS or name.startswith(("map_", "table_", "lua."))


def is_fetch(name: str) -> bool:
    known = table()["fetch"]
    return name in known or name in ACL_SUFFIXES or name.startswith("lua.") or f"req.{name}" in known


Call = tuple[str, tuple[str, ...]]


def expression_parts(expression: str) -> tuple[Call, tuple[Call, ...]]:
    """``req.hdr(host),field(1,:),lower`` -> the fetch and its converters, each with its arguments."""
    calls: list[Call] = []
    at = 0
    while at < len(expression):
        name = re.compile(r"[^,(]*").match(expression, at)
        end = name.end() if name else at
        word = expression[at:end].strip()
        args: tuple[str, ...] = ()
        if expression[end : end + 1] == "(":
            close = _close(expression, end)
            args = _arguments(expression[end + 1 : close])
            end = close + 1
        calls.append((word, args))
        at = end + 1 if expression[end : end + 1] == "," else max(end, at + 1)
    return (calls[0], tuple(calls[1:])) if calls else (("", ()), ())


def _close(text: str, start: int) -> int:
    depth, quote = 0, ""
    for position in range(start, len(text)):
        sign = text[position]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "()":
            depth += 1 if sign == "(" else -1
            if depth == 0:
                return position
    return len(text)


def _arguments(text: str) -> tuple[str, ...]:
    """Arguments between commas; quotes keep theirs."""
    if not text:
        return ()
    parts: list[str] = [""]
    quote = ""
    for sign in text:
        if quote:
            quote, add = ("", "") if sign == quote else (quote, sign)
            parts[-1] += add
        elif sign in "\"'":
            quote = sign
        elif sign == ",":
            parts.append("")
        else:
            parts[-1] += sign
    return tuple(part.strip(" ") if part != " " else part for part in parts)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One test: a sample expression, its flags and patterns. ``text`` is as written."""

    words: tuple[str, ...]
    place: Place

    @property
    def text(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Term:
    """A named ACL, or an anonymous criterion, perhaps negated."""

    negated: bool
    name: str | None = None
    criterion: Criterion | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Groups of terms: one group whose terms all hold is enough. ``negated``: it was written with ``unless``."""

    groups: tuple[tuple[Term, ...], ...]
    negated: bool
    fault: str | None = None


def split_condition(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a rule and those of its condition, which begin with ``if`` or ``unless``."""
    at = next((index for index, word in enumerate(words) if word in ("if", "unless")), len(words))
    return tuple(words[:at]), tuple(words[at:])


def condition(words: Sequence[str], place: Place) -> Condition:
    """``if a !b or { path_beg /ws }`` taken apart; without words it always holds."""
    groups: list[list[Term]] = [[]]
    negate = False
    at = 1
    while at < len(words):
        word = words[at]
        at += 1
        if word in ("or", "||"):
            groups.append([])
            continue
        while word.startswith("!"):
            negate, word = not negate, word[1:]
        if not word:
            continue
        if word == "{":
            end = next((index for index in range(at, len(words)) if words[index] == "}"), None)
            if end is None:
                return Condition((), False, "missing closing '}' in condition")
            groups[-1].append(Term(negate, criterion=Criterion(tuple(words[at:end]), place)))
            at = end + 1
        else:
            groups[-1].append(Term(negate, name=word))
        negate = False
    return Condition(tuple(tuple(group) for group in groups if group), bool(words) and words[0] == "unless")


def acls(lines: Sequence[Line]) -> dict[str, list[Criterion]]:
    """Name -> its criteria, any of which is enough."""
    found: dict[str, list[Criterion]] = {}
    for line in lines:
        if line.name == "acl" and len(line.args) >= 2:
            found.setdefault(line.args[0], []).append(Criterion(line.args[1:], line.place))
    return found

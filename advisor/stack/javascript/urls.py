"""The values of an expression -> the URLs a client opens: scheme, host, port and path, as far as they are known."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from advisor.model import Place, Url
from advisor.stack.javascript import syntax
from advisor.stack.javascript.branches import DEVELOPMENT_TEST
from advisor.stack.javascript.names import Script
from advisor.stack.javascript.parts import Part, Value
from advisor.stack.javascript.values import Evaluator

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DERIVED = frozenset({"scheme", "host", "hostname", "origin", "port"})
_MARK = {
    "scheme": "\x01",
    "host": "\x02",
    "hostname": "\x02",
    "origin": "\x03",
    "port": "\x04",
    "path": "\x05",
    "unknown": "\x06",
}
_SHAPE = re.compile(
    r"^(?:(?P<scheme>\x01|(?i:wss?|https?)(?=:)|\w+(?=:?//)):?)?(?://)?"
    r"(?P<host>\[[^\]]*\]|[^/:?#]*)(?::(?P<port>[^/?#]*))?(?P<path>/[^?#]*)?"
)
_SCHEMES: dict[str, Literal["ws", "wss", "http", "https"]] = {"ws": "ws", "wss": "wss", "http": "http", "https": "https"}
_SECRET = re.compile(r"([?&](?:[\w-]*(?:token|key|secret|password|auth|sig|signature|jwt)[\w-]*)=)[^&{]+", re.IGNORECASE)


_LOCAL = re.compile(r"localhost|127\.0\.0\.1|0\.0\.0\.0|::1")
"""Hosts that stand beside a variable as what developers get without it."""
_CUT_SCHEME = re.compile("^(?:wss?|https?)?[\x05\x06](?=:?//[\x02\x03])")
"""``"ws" + location.protocol.slice(4) + "//" + location.host``: what is put together before the page's host is its scheme."""


def urls_of(script: Script, node: SgNode, path: str | None = None) -> tuple[Url, ...]:
    """Every URL that an expression can be. ``path``: what the client appends or takes by itself (``/socket.io/``)."""
    place = syntax.place(script.path, node)
    values = Evaluator(script).values(node)
    found = [url_of(value, place) for value in values if value.literal != "" or len(values) == 1]
    guarded = _development_branch(node)
    if path is not None:
        found = [replace(url, path=path) for url in found]
    if any(url.environment for url in found):
        found = [replace(url, guarded=True) if _LOCAL.fullmatch(url.host or "") else url for url in found]
    return _schemes_joined(tuple(dict.fromkeys(replace(url, guarded=url.guarded or guarded) for url in found)))


def _schemes_joined(urls: tuple[Url, ...]) -> tuple[Url, ...]:
    """``ws`` on one branch and ``wss`` on the other, to one address: the scheme follows the page, or a switch of the build."""
    either: dict[tuple[object, ...], set[str | None]] = {}
    for url in urls:
        either.setdefault((url.host, url.port, url.path, url.derived), set()).add(url.scheme)
    joined = []
    for url in urls:
        both = {"ws", "wss"} <= either[(url.host, url.port, url.path, url.derived)]
        text = url.text.replace(f"{url.scheme}:", "{scheme}:", 1) if both else url.text
        joined.append(replace(url, scheme=None, text=text) if both else url)
    return tuple(dict.fromkeys(joined))


def same_origin(place: Place, path: str | None) -> Url:
    """The URL of a client that is given none: the page's own address."""
    return Url(path or "/", place, path=path, derived=True)


def url_of(value: Value, place: Place) -> Url:
    """One value as a URL. A relative one is taken against the page's address, as browsers do."""
    parts = _scheme_and_origin(value.parts)
    text = _SECRET.sub(r"\1{secret}", "".join(_shown(part) for part in value.parts))
    url = Url(text, place, guarded=value.guarded, environment=value.environment)
    kinds = {part.kind for part in parts}
    if not kinds - {"unknown"}:
        return url
    marked = "".join(part.text if part.kind == "literal" else _MARK[part.kind] for part in parts)
    unknowns = [part.text for part in parts if part.kind in ("unknown", "path")]
    if marked.startswith("/") and not marked.startswith("//"):
        return replace(url, path=_path(marked, unknowns), derived=True)
    return _absolute(url, marked, unknowns, bool(kinds & {"host", "hostname", "origin"}))


def _absolute(url: Url, marked: str, unknowns: list[str], derived: bool) -> Url:
    if re.match(r"[\w.-]+:\d", marked):
        marked = f"//{marked}"
    marked = _CUT_SCHEME.sub("\x01", marked)
    match = None
    if marked.startswith("\x03"):
        path = marked[1:]
        scheme = None
        host, port = None, None
    else:
        match = _SHAPE.match(marked)
        if match is None:
            return url
        scheme_text, path = match["scheme"] or "", match["path"] or ""
        written = scheme_text and marked[match.end("scheme") :].startswith(":")
        scheme = _SCHEMES.get(scheme_text.lower()) if written else None
        host = match["host"] if match["host"] and not any(sign in match["host"] for sign in "\x01\x02\x03\x04\x05\x06") else None
        port = int(match["port"]) if match["port"] and match["port"].isdecimal() and len(match["port"]) < 6 else None
        if scheme is None and scheme_text != "\x01" and not derived:
            host = host if "." in (host or "") or host == "localhost" else None
    head = marked[: match.start("path")] if match is not None and path else marked if not path else marked[:1]
    used = sum(head.count(sign) for sign in "\x05\x06")
    behind_host = bool(re.search("[\x02\x03][\x05\x06]", head))
    return replace(
        url,
        scheme=scheme,
        host=host.strip("[]").lower() if host else None,
        port=port,
        path=_path(path, unknowns[used:]) if path or ((host or derived) and not behind_host) else None,
        derived=derived,
    )


def _scheme_and_origin(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """``location.protocol + "//" + location.host`` keeps its scheme as one part."""
    return tuple(part for part in parts if part.kind != "literal" or part.text)


def _path(marked: str, unknowns: list[str]) -> str | None:
    """The path without query, computed pieces as ``{name}``; ``None`` where it begins with one."""
    path = re.split(r"[?#]", marked, maxsplit=1)[0]
    if path.lstrip("/")[:1] == "\x05":
        return None
    if path[:2] in ("\x06", "/\x06") and len(path) <= 2:
        return None
    names = iter(unknowns)
    path = _without_query(path, unknowns)
    shown = re.sub("[\x05\x06]", lambda _: "{" + next(names, "...") + "}", path)
    shown = re.sub("[\x01-\x04]", "", shown)
    if path[:1] == "\x06":
        return None
    return shown or "/"


def _without_query(path: str, unknowns: list[str]) -> str:
    """``/chat{params}``: a computed piece behind a name is a query where it is called one."""
    for index, match in enumerate(re.finditer("[\x05\x06]", path)):
        called = unknowns[index] if index < len(unknowns) else ""
        if match.start() and path[match.start() - 1] != "/" and re.search(r"param|query|search|qs|token", called, re.IGNORECASE):
            return path[: match.start()]
    return path


def _shown(part: Part) -> str:
    match part.kind:
        case "literal":
            return part.text
        case "scheme":
            return "{scheme}"
        case "unknown":
            return "{" + part.text + "}"
        case _:
            return "{" + ("host" if part.kind == "hostname" else part.kind) + "}"


def _development_branch(node: SgNode) -> bool:
    """True inside ``if (import.meta.env.DEV)`` and the like."""
    for above in node.ancestors():
        if above.kind() == "if_statement":
            condition, yes = above.field("condition"), above.field("consequence")
            if condition and yes and syntax.within(node, yes) and DEVELOPMENT_TEST.search(condition.text()):
                return True
        if above.kind() in syntax.FUNCTIONS:
            return False
    return False

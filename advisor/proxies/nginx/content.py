"""``try_files``, ``index``, plain files and ``error_page``: what nginx does where no handler takes the request.

No file shows what lies below ``root``. A handshake's own path is taken to be no file there; the directory itself and the
pages that a configuration names as its fallback are taken to exist.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from advisor.formats.nginx import Directive
from advisor.proxies.nginx.exchange import Exchange
from advisor.proxies.nginx.rewriting import REDIRECTS, Reply, absolute
from advisor.proxies.nginx.variables import evaluate


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The request goes on inside nginx: at another URI, or in a named location."""

    uri: str | None = None
    args: str = ""
    named: str | None = None
    by: Directive | None = None


def try_files(exchange: Exchange) -> Reply | Elsewhere | None:
    """What ``try_files`` of the current block leads to; ``None`` where there is none or a file of that name is served.

    It is not inherited, not even by an ``if`` of the same location.
    """
    own = exchange.block.own.get("try_files")
    if not own or len(own[0].args) < 2:
        return None
    directive = own[0]
    *files, last = directive.args
    found = next((name for name in files if _exists(exchange, evaluate(exchange, name).text, name.endswith("/"))), None)
    if found is not None:
        exchange.note("try_files", f"finds {found}", directive.place)
        path = re.sub("/{2,}", "/", evaluate(exchange, found).text)
        exchange.uri = path if path != "/" or exchange.uri == "/" else exchange.uri
        return None
    exchange.note("try_files", f"finds no file of that name and goes on to {last}", directive.place)
    if last.startswith("="):
        status = int(last[1:]) if last[1:].isdigit() else 500
        return Reply(status, f"try_files finds no such file and ends with {status}", directive.place)
    target = evaluate(exchange, last).text
    if target.startswith("@"):
        return Elsewhere(named=target, by=directive)
    path, _, args = target.partition("?")
    return Elsewhere(path, args, by=directive)


def _exists(exchange: Exchange, path: str, directory: bool) -> bool:
    """Whether a file or directory is there: the root itself is, and a page that nginx was sent on to.

    nginx looks for a directory only where the word as written ends in a slash.
    """
    if directory or path.endswith("/"):
        return directory and path.strip("/") == ""
    if exchange.uri == "/" and path.strip("/") and "." in path:
        options = (f"there is no {path.lstrip('/')} below the root", f"there is a {path.lstrip('/')} below the root")
        return bool(exchange.choices.ask(f"file {path}", f"whether {path.lstrip('/')} exists", options))
    return _is_page(exchange, path)


def _is_page(exchange: Exchange, path: str) -> bool:
    name = path.rpartition("/")[2]
    return name in ("index.html", "index.htm") or (exchange.internal and "." in name and path == exchange.uri)


def file(exchange: Exchange) -> Reply | Elsewhere:
    """What the modules for plain files answer."""
    block = exchange.block
    place = block.location().place
    if exchange.uri.endswith("/"):
        if exchange.uri != "/":
            return Reply(404, "nginx looks for files here, and there is no such directory", place)
        if block.value("autoindex") == "on":
            return Reply(200, "nginx lists a directory here", place, final=True)
        index = block.find("index")
        name = evaluate(exchange, index.args[0]).text if index is not None and index.args else "index.html"
        return Elsewhere(name if name.startswith("/") else f"/{name}")
    if _is_page(exchange, exchange.uri):
        return Reply(200, f"nginx answers with the file {exchange.uri}", place, final=True)
    return Reply(404, "nginx looks for a file here, and there is none of that name", place)


def error_page(exchange: Exchange, reply: Reply) -> Reply | Elsewhere | None:
    """What an ``error_page`` in force makes of a status; ``None`` where there is none for it."""
    if reply.final or reply.status < 300:
        return None
    if exchange.error_page and exchange.block.value("recursive_error_pages") != "on":
        return None
    for directive in exchange.block.list_in_force("error_page"):
        *words, target = directive.args or ("",)
        if str(reply.status) not in words:
            continue
        exchange.error_page = True
        sign = next((word for word in words if word.startswith("=")), None)
        overwrite = reply.status if sign is None else int(sign[1:]) if sign[1:].isdigit() else None
        exchange.error_status = overwrite
        exchange.note("error_page", f"answers {reply.status} with {target}", directive.place)
        value = evaluate(exchange, target).text
        if value.startswith("@"):
            return Elsewhere(named=value, by=directive)
        if value.startswith("/"):
            path, _, args = value.partition("?")
            return Elsewhere(path, args, by=directive)
        status = overwrite if sign is not None and overwrite in REDIRECTS else 302
        return Reply(status, f"error_page sends clients to {value}", directive.place, absolute(exchange, value), final=True)
    return None

"""How routes of several kinds name paths -> glob patterns, expressions and rewrites of one form."""

from __future__ import annotations

import re

from advisor.formats.document import Node
from advisor.model import Place, Rewrite

_SPECIAL = re.compile(r"[(*?\[\\^$|+{]")
_LONGEST = 500


def prefix(path: str) -> tuple[str, ...]:
    """Globs of all paths below one, by whole segments."""
    if path in ("", "/"):
        return ()
    return (path, f"{path.rstrip('/')}/*")


def start(path: str) -> tuple[str, ...]:
    """Globs of all paths that begin with these letters."""
    return () if path in ("", "/") else (f"{path}*",)


def expression(pattern: str) -> tuple[tuple[str, ...], str | None]:
    """A glob of what an expression may match, and the expression bound to the start of the path."""
    if len(pattern) > _LONGEST:
        return (), None
    literal = pattern.lstrip("^")
    special = _SPECIAL.search(literal)
    head = literal[: special.start()] if special is not None else literal
    bound = pattern if pattern.startswith("^") else f"^{pattern}"
    return (f"{head}*",) if head.startswith("/") else (), bound


def replaced_prefix(old: str, new: str, place: Place) -> Rewrite:
    """The rewrite that puts one prefix in the place of another."""
    bare = re.escape(old.rstrip("/"))
    return Rewrite(f"^{bare}/?(.*)$", f"{new.rstrip('/')}/$1", place)


def whole(new: str, place: Place) -> Rewrite:
    """The rewrite that makes every path this one."""
    return Rewrite("^.*$", new.replace("$", ""), place)


def for_sockets(headers: Node | None) -> bool:
    """True where the conditions on headers are ones that a handshake meets."""
    for condition in headers.each() if headers is not None else ():
        if isinstance(condition.get("name"), Node):
            names = [(condition.get("name") or condition).text() or ""]
        else:
            names = [key for key, _ in condition.items()]
        if any(name.lower() not in ("upgrade", "connection", "sec-websocket-version") for name in names):
            return False
    return True

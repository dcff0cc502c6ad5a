"""Paths as routers write them -> the path that a server listens on, and whether more follows below it."""

from __future__ import annotations


def joined(prefix: str, path: str) -> str:
    """A path below a prefix, with one slash between."""
    return f"{prefix.rstrip('/')}/{path.lstrip('/')}" if path.strip("/") else prefix or "/"


def template(path: str) -> tuple[str | None, bool]:
    """``/chat/{room}`` -> ``("/chat/", True)``: all below what stands before the first parameter; ``None`` for all paths."""
    cut = min((at for at in (path.find(sign) for sign in ("{", ":", "*", "<")) if at >= 0), default=-1)
    if cut < 0:
        return (path if path.startswith("/") else f"/{path}"), False
    head = path[:cut]
    return (head if head.startswith("/") else f"/{head}", True) if head.strip("/") else (None, False)

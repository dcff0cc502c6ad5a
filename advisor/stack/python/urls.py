"""An expression -> the URL a Python client opens: scheme, host, port and path as far as the code shows them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from advisor.model import Url
from advisor.stack.python.module import Module
from advisor.stack.python.project import Project
from advisor.stack.python.values import UNKNOWN, Environment, value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_SHAPE = re.compile(
    r"^(?:(?P<scheme>[a-z{}\w]+)://)?(?:[^/@?#]*@)?(?P<host>\[[^\]]*\]|[^/:?#]*)(?::(?P<port>[^/?#]*))?(?P<path>/[^?#]*)?"
)
_USER = re.compile(r"://[^/@?#]*@")
_SECRET = re.compile(r"([?&](?:[\w-]*(?:token|key|secret|password|auth|sig|signature|jwt)[\w-]*)=)[^&{]+", re.IGNORECASE)
_SCHEMES: dict[str, Literal["ws", "wss", "http", "https"]] = {"ws": "ws", "wss": "wss", "http": "http", "https": "https"}


def url_of(project: Project, module: Module, node: SgNode | None) -> Url | None:
    """``None`` where there is no expression; computed parts are ``{name}`` in ``text`` and ``None`` in the fields."""
    if node is None:
        return None
    place = module.place(node)
    found = value(project, module, node)
    if isinstance(found, Environment):
        default = found.default if isinstance(found.default, str) else ""
        return _parsed(default or f"{{{found.name}}}", Url("", place, guarded=bool(default), environment=found.name))
    if found is UNKNOWN or not isinstance(found, str):
        return Url(f"{{{node.text()[:40]}}}", place)
    return _parsed(found, Url("", place))


def _parsed(text: str, url: Url) -> Url:
    shown = _SECRET.sub(r"\1{secret}", _USER.sub("://{user}@", text))
    match = _SHAPE.match(text)
    if match is None or not (match["scheme"] or text.startswith("//")):
        return Url(shown, url.place, guarded=url.guarded, environment=url.environment)
    host = match["host"].strip("[]").lower()
    number = match["port"] or ""
    path = match["path"]
    return Url(
        shown,
        url.place,
        scheme=_SCHEMES.get((match["scheme"] or "").lower()),
        host=host if host and "{" not in host else None,
        port=int(number) if number.isdigit() and len(number) < 6 else None,
        path=path if path and not path.startswith("/{") else None if path or "{" in host else "/",
        guarded=url.guarded,
        environment=url.environment,
    )

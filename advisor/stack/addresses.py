"""The text of an address that code opens -> a URL with the parts that are known; computed parts stand there as ``{name}``."""

from __future__ import annotations

import re
from typing import Literal

from advisor.model import Place, Url

_SHAPE = re.compile(
    r"^(?:(?P<scheme>[a-z{}\w]+)://)?(?:[^/@?#]*@)?(?P<host>\[[^\]]*\]|[^/:?#]*)(?::(?P<port>[^/?#]*))?(?P<path>/[^?#]*)?"
)
_USER = re.compile(r"://[^/@?#]*@")
_SECRET = re.compile(r"([?&](?:[\w-]*(?:token|key|secret|password|auth|sig|signature|jwt)[\w-]*)=)[^&{]+", re.IGNORECASE)
_SCHEMES: dict[str, Literal["ws", "wss", "http", "https"]] = {"ws": "ws", "wss": "wss", "http": "http", "https": "https"}


def address(text: str, place: Place, *, guarded: bool = False, environment: str | None = None) -> Url:
    """``wss://{host}/ws?token=abc`` -> scheme ``wss``, host not known, path ``/ws``; secrets and users are not shown.

    ``guarded``: the text is only a fallback; ``environment``: the variable that goes before it.
    """
    shown = _SECRET.sub(r"\1{secret}", _USER.sub("://{user}@", text))
    match = _SHAPE.match(text)
    if match is None or not (match["scheme"] or text.startswith("//")):
        return Url(shown, place, guarded=guarded, environment=environment)
    host = match["host"].strip("[]").lower()
    number = match["port"] or ""
    path = match["path"]
    return Url(
        shown,
        place,
        scheme=_SCHEMES.get((match["scheme"] or "").lower()),
        host=host if host and "{" not in host else None,
        port=int(number) if number.isdigit() and len(number) < 6 else None,
        path=path if path and not path.startswith("/{") else None if path or "{" in host else "/",
        guarded=guarded,
        environment=environment,
    )

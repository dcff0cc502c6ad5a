"""The state of one virtual handshake inside Caddy: its URI, headers, placeholders, and the steps so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from advisor.model import Answer, Depends, Forward, Invalid, Move, Place, Request
from advisor.proxies.caddy.model import Adapted, Site
from advisor.proxies.choices import Choices


class Stop(Exception):
    """The request ends here."""

    def __init__(self, outcome: Answer | Depends | Invalid | Forward) -> None:
        super().__init__()
        self.outcome = outcome


@dataclass(slots=True, eq=False)
class Exchange:
    """What ``http.Request`` and the replacer hold, as far as they decide where a handshake goes."""

    servers: Adapted
    request: Request
    choices: Choices
    version: str | None
    site: Site
    scheme: str
    """``http`` or ``https``, as Caddy itself is spoken to."""
    raw: str
    """The path, escaped as it was sent."""
    query: str
    headers: list[tuple[str, str]]
    method: str = "GET"
    captures: dict[str, str] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    depth: int = 0
    new_arguments: bool = False

    @property
    def path(self) -> str:
        return unquote(self.raw)

    @property
    def uri(self) -> str:
        return f"{self.raw}?{self.query}" if self.query else self.raw

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def note(self, at: str, does: str, place: Place | None = None) -> None:
        """Adds a step to what the reader is told."""
        if len(self.moves) < 60:
            self.moves.append(Move(at, does, place))

    def placeholder(self, name: str) -> str | None:
        """The value of ``{name}``; ``None`` where no file shows it."""
        name = name.removeprefix("http.request.").removeprefix("http.")
        name = name.removeprefix("orig_")
        host = self.header("Host") or self.request.host
        port = re.search(r":(\d+)$", host)
        bare = re.sub(r":\d+$", "", host)
        known = {
            "host": bare, "hostport": host, "port": port[1] if port else "", "path": self.path, "uri.path": self.path,
            "uri": self.uri, "query": self.query, "uri.query": self.query, "scheme": self.scheme, "method": self.method,
            "remote_host": "$remote_addr", "remote.host": "$remote_addr", "client_ip": "$remote_addr",
            "remote": "$remote_addr:$remote_port",
        }  # fmt: skip
        if name in known:
            return known[name]
        if (found := re.fullmatch(r"(?:header\.|>)([\w-]+)", name)) is not None:
            return self.header(found[1]) or ""
        if (found := re.fullmatch(r"(?:re|regexp)\.(.+)", name)) is not None:
            return self.captures.get(found[1])
        return None

    def fill(self, text: str) -> str:
        """A text with its placeholders filled in; what is not known stays as written."""
        return re.sub(r"\{([a-zA-Z_>][^{}\s]*)\}", lambda name: _or(self.placeholder(name[1]), name[0]), text)

    def is_filled(self, text: str) -> bool:
        return all(self.placeholder(name) is not None for name in re.findall(r"\{([a-zA-Z_>][^{}\s]*)\}", text))


def _or(value: str | None, written: str) -> str:
    return written if value is None else value

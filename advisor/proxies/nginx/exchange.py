"""The state of one virtual handshake inside nginx: its URI, variables, captures, current block and the steps so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from advisor.model import Move, Place, Request
from advisor.proxies.choices import Choices
from advisor.proxies.nginx.blocks import Block, Compiled
from advisor.proxies.nginx.servers import Chosen


@dataclass(slots=True, eq=False)
class Exchange:
    """What ``ngx_http_request_t`` holds, as far as it decides where a handshake goes."""

    blocks: Compiled
    request: Request
    choices: Choices
    version: str | None
    chosen: Chosen
    block: Block
    uri: str
    """Decoded and normalised, as locations see it."""
    args: str
    scheme: str
    unparsed: str
    """Path and query as the client sent them."""
    unparsed_valid: bool = True
    """False once the URI was changed, so that it has to be written anew for the upstream."""
    location_valid: bool = True
    """False after ``rewrite ... break``: proxy_pass then keeps the whole URI."""
    internal: bool = False
    method: str = "GET"
    error_page: bool = False
    """True once an ``error_page`` was taken; a second one is only taken with ``recursive_error_pages on``."""
    error_status: int | None = None
    """The status that the client gets instead of the upstream's, after ``error_page`` without ``=``."""
    uri_changes: int = 11
    groups: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    mapped: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """Values of maps, which are looked up once for each request unless they are ``volatile``."""
    unknown: set[str] = field(default_factory=set)
    """Names of variables that were set to something no file shows."""
    moves: list[Move] = field(default_factory=list)
    subrequest: bool = False
    admitted: bool = False
    """True where the question is where a request leads, not who may send it: access rules are passed over."""

    def note(self, at: str, does: str, place: Place | None = None) -> None:
        """Adds a step to what the reader is told."""
        if len(self.moves) < 60:
            self.moves.append(Move(at, does, place))

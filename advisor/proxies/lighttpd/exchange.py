"""One request on its way through lighttpd: which blocks hold for it, and the values that are then in force."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from advisor.model import Move, Place, Request
from advisor.proxies import patterns
from advisor.proxies.choices import Choices
from advisor.proxies.lighttpd.load import Block, Config, Known, Unknown, told


@dataclass(frozen=True, slots=True)
class Socket:
    """An address on which lighttpd listens."""

    host: str
    port: int
    place: Place
    tls: bool = False
    block: Block | None = None
    """The ``$SERVER["socket"]`` block that opens it; ``None`` for the main one."""


@dataclass(slots=True)
class Exchange:
    """The state of one run. ``path`` and ``query`` change as rewrites act on them."""

    config: Config
    request: Request
    choices: Choices
    socket: Socket
    scheme: str
    path: str
    query: str
    version: str | None = None
    moves: list[Move] = field(default_factory=list)
    groups: tuple[str, ...] = ()
    """``%0`` to ``%9``: the match of the last pattern that holds."""
    held: dict[tuple[str, str], tuple[list[Block], tuple[str, ...]]] = field(default_factory=dict)
    """The blocks that hold, by path and query."""

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    def note(self, at: str, does: str, place: Place | None = None) -> None:
        self.moves.append(Move(at, does, place))

    def holding(self) -> list[Block]:
        """The blocks whose conditions hold, in lighttpd's order."""
        state = (self.path, self.query)
        if state not in self.held:
            self.groups = ()
            self.held[state] = (self._holding(), self.groups)
        blocks, self.groups = self.held[state]
        return blocks

    def _holding(self) -> list[Block]:
        """``taken``: blocks of a chain in which one has held by then, so that no ``else`` behind it does."""
        holding: list[Block] = []
        held: set[int] = set()
        taken: set[int] = set()
        for block in self.config.blocks:
            chained = block.before is not None and id(block.before) in taken
            outer = block.parent is None or id(block.parent) in held
            if outer and not chained and self.matches(block):
                held.add(id(block))
                holding.append(block)
            if chained or id(block) in held:
                taken.add(id(block))
        return holding

    def find(self, name: str) -> tuple[Known, Place] | None:
        """The value in force: that of the last block that holds and sets it."""
        found = None
        for block in self.holding():
            if name in block.values:
                found = block.values[name]
        return found

    def where(self, name: str) -> Block | None:
        """The block that sets the value in force."""
        blocks = [block for block in self.holding() if name in block.values]
        return blocks[-1] if blocks else None

    def matches(self, block: Block) -> bool:
        """Whether a block's own condition holds."""
        if block.key is None:
            return True
        wanted = block.value
        if isinstance(wanted, Unknown):
            return self.ask(block)
        if block.key == '$SERVER["socket"]':
            fits = block is self.socket.block or _same_socket(told(wanted), self.socket)
            return fits if block.operator in ("==", "=~") else not fits
        if block.key in ('$HTTP["remote-ip"]', '$HTTP["remoteip"]'):
            return True if told(wanted) in ("0.0.0.0/0", "::/0") and block.operator == "==" else self.ask(block)
        if block.key.startswith(("$PHYSICAL", "$RESPONSE_HEADER")):
            return self.ask(block)
        return self.compare(block, self.subject(block.key), told(wanted))

    def ask(self, block: Block) -> bool:
        said = (f"{block.label} does not hold", f"{block.label} holds")
        return self.choices.ask(f"condition {block.label}", f"whether {block.label} holds ({block.place})", said) == 1

    def subject(self, key: str) -> str:
        """The text that a condition looks at."""
        name = key[key.index('"') + 1 : key.rindex('"')]
        if key.startswith("$REQUEST_HEADER"):
            return self.request.header(name) or ""
        simple = {
            "url": self.path,
            "host": (self.request.header("Host") or self.request.host).lower(),
            "scheme": self.scheme,
            "querystring": self.query,
            "query-string": self.query,
            "request-method": self.request.method,
            "requestmethod": self.request.method,
        }
        headers = {"useragent": "User-Agent", "referrer": "Referer", "language": "Accept-Language"}
        return simple[name] if name in simple else self.request.header(headers.get(name, name)) or ""

    def compare(self, block: Block, text: str, wanted: str) -> bool:
        operator = block.operator
        if operator in ("=~", "!~"):
            try:
                found = patterns.match(wanted, text)
            except patterns.Undecided:
                return self.ask(block)
            if found is not None and operator == "=~":
                self.groups = (_whole(wanted, text), *found.groups)
            return (found is not None) is (operator == "=~")
        if block.key == '$HTTP["host"]' and ":" not in wanted:
            text = re.sub(r":\d+$", "", text)
        fits = {"==": text == wanted, "!=": text == wanted, "=^": text.startswith(wanted), "=$": text.endswith(wanted)}[operator]
        return fits is not (operator == "!=")


def _whole(pattern: str, text: str) -> str:
    """What a pattern that matches takes of a text."""
    import regex

    try:
        found = regex.search(pattern, text, timeout=0.1)
    except (regex.error, TimeoutError):
        return text
    return str(found[0]) if found else text


def _same_socket(wanted: str, socket: Socket) -> bool:
    host, _, port = wanted.rpartition(":")
    if not port.isdigit() or int(port) != socket.port:
        return False
    return host in ("", "0.0.0.0", "[::]") or socket.host in ("", "0.0.0.0", "[::]", host)  # noqa: S104 - words of a configuration

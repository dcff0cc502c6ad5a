"""``cache_peer`` lines -> the servers behind Squid.

After ``parse_peer`` (squid 5.7, src/cache_cf.cc) and the selection in src/peer_select.cc and src/neighbors.cc.
"""

from __future__ import annotations

from dataclasses import dataclass

from advisor.formats.squid import Line
from advisor.model import Address, Place

GROUPS = ("sourcehash", "userhash", "carp", "round-robin", "weighted-round-robin")
"""How one of several peers is chosen, the kind that is asked first at the beginning."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One server. ``options`` are the words behind its ports."""

    name: str
    address: Address
    parent: bool
    options: tuple[str, ...]
    place: Place

    @property
    def origin(self) -> bool:
        """True where it is the web server itself and not another proxy."""
        return "originserver" in self.options

    @property
    def group(self) -> str | None:
        return next((kind for kind in GROUPS if kind in self.options), None)

    def option(self, name: str) -> str | None:
        """The value of ``name=value``."""
        return next((each[len(name) + 1 :] for each in self.options if each.startswith(f"{name}=")), None)


def peer(line: Line) -> Peer | None:
    """The server that a line names; ``None`` where Squid cannot read it."""
    if len(line.args) < 3:
        return None
    host, kind, number, *options = line.args
    secure = any(option.startswith(("ssl", "tls")) for option in options)
    given = next((option[5:] for option in options if option.startswith("name=")), host)
    port = int(number) if number.isdigit() and len(number) < 6 else {"http": 80, "https": 443}.get(number)
    address = Address(host.strip("[]"), port, "https" if secure else "http")
    return Peer(given, address, kind.lower() == "parent", tuple(options), line.place)

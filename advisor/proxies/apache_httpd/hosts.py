"""A configuration -> its virtual hosts and listeners, and the host that takes a request.

After ``server/vhost.c`` (httpd 2.4): the address narrows the hosts down, then the first whose ServerName or ServerAlias fits
takes the request, else the first of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from typing import Literal

from advisor.formats.apache import Directive
from advisor.model import Listen, Place, Request
from advisor.proxies.apache_httpd.load import Config
from advisor.proxies.choices import Choices

_ANY = ("*", "_default_", "0.0.0.0", "[::]", "")  # noqa: S104 - names of all addresses


@dataclass(frozen=True, eq=False)
class Host:
    """A virtual host, or the main server (``directive`` ``None``), with what it inherits."""

    directive: Directive | None
    own: tuple[Directive, ...]
    outer: tuple[Directive, ...]
    """The main server's directives; empty for the main server itself."""
    place: Place
    addresses: tuple[tuple[str, int | None], ...] = ()

    def find(self, name: str) -> Directive | None:
        """The directive in force: the last of the host's own, else the last of the main server's."""
        for directives in (self.own, self.outer):
            found = [one for one in directives if one.key == name]
            if found:
                return found[-1]
        return None

    def value(self, name: str) -> str:
        """Its first word in lower case; empty where it is not set."""
        found = self.find(name)
        return found.args[0].lower() if found is not None and found.args else ""

    @property
    def name(self) -> str | None:
        """The ServerName without scheme and port; that of the main server where the host has none."""
        found = self.find("servername")
        return _bare(found.args[0]) if found is not None and found.args else None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The host's own ServerName, then its aliases."""
        own = [one for one in self.own if one.key == "servername" and one.args][-1:]
        aliases = [word.lower() for one in self.own if one.key == "serveralias" for word in one.args]
        return (*(_bare(one.args[0]) for one in own), *aliases)

    @property
    def tls(self) -> bool:
        return self.value("sslengine") in ("on", "optional")

    @property
    def label(self) -> str:
        named = f" {self.names[0]}" if self.names else ""
        return f"VirtualHost{named}" if self.directive is not None else "main server"


@dataclass(frozen=True, eq=False)
class Compiled:
    """A configuration's main server, its virtual hosts in order, and where it listens (address, port, place)."""

    config: Config
    main: Host
    hosts: tuple[Host, ...]
    listens: tuple[tuple[str, int, Place], ...] = field(default=())

    groups: dict[int, Group] = field(default_factory=dict)
    """The hosts of a port, sorted once."""

    @cached_property
    def ports(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(port for _, port, _ in self.listens))

    def group(self, port: int) -> Group:
        """The virtual hosts of a port."""
        if port not in self.groups:
            hosts = [host for host in self.hosts if any(fits in (None, port) for _, fits in host.addresses)]
            self.groups[port] = Group.of(hosts, port)
        return self.groups[port]


@dataclass(frozen=True, eq=False)
class Group:
    """The hosts of one port in their order: those for any address, and those that name one."""

    hosts: tuple[Host, ...]
    anywhere: Names
    exact: tuple[Host, ...]

    @classmethod
    def of(cls, hosts: Sequence[Host], port: int) -> Group:
        reached = [any(address in _ANY for address in at(host, port)) for host in hosts]
        anywhere = [host for host, is_any in zip(hosts, reached, strict=True) if is_any]
        return cls(tuple(hosts), Names(anywhere), tuple(host for host, is_any in zip(hosts, reached, strict=True) if not is_any))


class Names:
    """Hosts by their names: which is the first that bears one, found without going through all of them."""

    def __init__(self, hosts: Sequence[Host]) -> None:
        self.hosts = tuple(hosts)
        self._plain: dict[str, tuple[int, str]] = {}
        self._patterns: list[tuple[int, str]] = []
        for position, host in enumerate(self.hosts):
            for name in host.names:
                if set(name) & set("*?["):
                    self._patterns.append((position, name))
                else:
                    self._plain.setdefault(name.rstrip("."), (position, name))

    def find(self, host: str) -> tuple[Host, str] | None:
        """The first host that bears the name, with the word that says so."""
        found = self._plain.get(host.lower().rstrip("."))
        for position, pattern in self._patterns:
            if (found is None or position < found[0]) and _fits(pattern, host):
                found = (position, pattern)
                break
        return (self.hosts[found[0]], found[1]) if found is not None else None


def at(host: Host, port: int) -> list[str]:
    """The addresses at which a host takes a port."""
    return [address for address, fits in host.addresses if fits in (None, port)]


@lru_cache(maxsize=64)
def compiled(config: Config) -> Compiled:
    """The hosts and listeners of a configuration."""
    outer = tuple(one for one in config.directives if one.key != "virtualhost")
    place = Place(config.main)
    blocks = [one for one in config.directives if one.key == "virtualhost"]
    hosts = tuple(Host(one, one.block or (), outer, one.place, tuple(_address(word) for word in one.args)) for one in blocks)
    listens = [(*_address(one.args[0]), one.place) for one in outer if one.key == "listen" and one.args]
    known = [(host, port, at) for host, port, at in listens if port is not None]
    if not known:
        known = [(host, port, each.place) for each in hosts for host, port in each.addresses if port is not None]
    if not known:
        known = [("", 80, hosts[0].place if hosts else outer[0].place if outer else place)]
    return Compiled(config, Host(None, outer, (), place), hosts, tuple(dict.fromkeys(known)))


def _address(text: str) -> tuple[str, int | None]:
    """``*:80``, ``10.0.0.1:443``, ``[::1]:80``, ``80`` -> address and port; no port stands for any."""
    if text.isdigit():
        return "", int(text)
    host, colon, port = text.rpartition(":")
    if colon and (port.isdigit() or port == "*") and not (host.startswith("[") and not host.endswith("]")):
        return host.lower(), int(port) if port.isdigit() else None
    return text.lower(), None


def _bare(name: str) -> str:
    return re.sub(r":\d+$", "", re.sub(r"^https?://", "", name.lower()))


@dataclass(frozen=True, slots=True)
class Chosen:
    """The host that takes a request, why, and the port it came in by (``None``: only the scheme decided)."""

    host: Host
    why: str
    port: int | None


def choose(blocks: Compiled, request: Request, choices: Choices) -> Chosen:
    """Picks the virtual host. Where nothing listens on the request's port, something in front leads to another one."""
    port = request.port if request.port in blocks.ports else None
    wanted = [port] if port is not None else _likely(blocks, request)
    for number in wanted:
        group = blocks.group(number)
        if group.hosts:
            return Chosen(*_named(_addressed(group, number, request, choices), request), port)
    return Chosen(blocks.main, "no virtual host is for this port", port)


def _likely(blocks: Compiled, request: Request) -> list[int]:
    """The ports in the order in which something in front would lead to them."""

    def rank(number: int) -> tuple[bool, bool]:
        group = blocks.group(number)
        named = group.anywhere.find(request.host) is not None or Names(group.exact).find(request.host) is not None
        tls = any(host.tls for host in group.hosts)
        return tls != (request.scheme == "https"), not named

    return sorted(blocks.ports, key=rank)


def _addressed(group: Group, port: int, request: Request, choices: Choices) -> Names:
    """The hosts for the address that the connection came in by: those that name it before those that name none."""
    bare = request.host.lower().strip("[]")
    exact = group.exact
    reached = [host for host in exact if bare in [address.strip("[]") for address in at(host, port)]]
    if not exact or reached:
        return Names(reached) if reached else group.anywhere
    if not group.anywhere.hosts:
        return Names(exact)
    listed = ", ".join(dict.fromkeys(address for host in exact for address in at(host, port)))
    asked = choices.ask(
        f"address {exact[0].place}",
        f"by which address the connection comes in: {listed} has virtual hosts of its own",
        ("it comes in by another address", f"it comes in by {listed}"),
    )
    return Names(exact) if asked else group.anywhere


def _named(group: Names, request: Request) -> tuple[Host, str]:
    found = group.find(request.host)
    if found is not None:
        host, name = found
        return host, f"its name {name} fits {request.host}" if "*" in name or "?" in name else f"its name is {name}"
    return group.hosts[0], "it is the only one" if len(group.hosts) == 1 else "it is the first, so the default"


def _fits(pattern: str, host: str) -> bool:
    return fnmatchcase(host.lower().rstrip("."), pattern.rstrip("."))


def servers(config: Config) -> tuple[Listen, ...]:
    """Every public side of a configuration: scheme, port, host names, and whether it only sends clients to https."""
    blocks = compiled(config)
    found: list[Listen] = []
    for _, port, place in blocks.listens:
        for host in blocks.group(port).hosts or (blocks.main,):
            scheme: Literal["http", "https"] = "https" if host.tls else "http"
            redirect = "https" if not host.tls and _only_redirects(host) else None
            at = host.place if host.directive is not None else place
            found.append(Listen(scheme, port, at, host.names, redirect))
    return tuple(dict.fromkeys(found))


def _only_redirects(host: Host) -> bool:
    """True where a host hands nothing on and sends every ordinary path to https."""
    lines = list(_inside(host.own))
    proxies = any(
        one.key in ("proxypass", "proxypassmatch") or (one.key == "rewriterule" and "P" in _flags(one)) for one in lines
    )
    sends = any(
        any(word.startswith("https://") for word in one.args)
        for one in lines
        if one.key in ("redirect", "redirectpermanent", "redirectmatch", "rewriterule")
    )
    return sends and not proxies


def _flags(rule: Directive) -> set[str]:
    flags = rule.args[2] if len(rule.args) > 2 else ""
    return {flag.split("=")[0].strip().upper().replace("PROXY", "P") for flag in flags.strip("[]").split(",")}


def _inside(directives: tuple[Directive, ...]) -> Iterator[Directive]:
    waiting = list(directives)
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(one.block or ())

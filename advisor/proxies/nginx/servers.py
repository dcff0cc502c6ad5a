"""Which server block takes a request, and on which listener: ``listen``, ``server_name``, ``default_server``, order.

After ``ngx_http_find_virtual_server`` and ``ngx_http_add_server``: the address and port pick a group of servers, the Host
header one of the group, and without a match the group's default.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal

from advisor.model import Listen, Place, Request
from advisor.proxies import patterns
from advisor.proxies.nginx.blocks import Block, Compiled, compiled
from advisor.proxies.nginx.load import Config

_ADDRESS = re.compile(r"(?:(?P<host>\[[0-9a-fA-F:.]*\]|[^:\[\]]*):)?(?P<port>\d+)(?:-(?P<last>\d+))?$")
_ANY = ("*", "0.0.0.0", "")  # noqa: S104 - words of a configuration
_HOST = re.compile(r"^[^\s/\\\x00-\x20]+$")


@dataclass(frozen=True, slots=True)
class Listener:
    """One ``listen`` directive. ``host`` is ``*``, ``[::]``, an address or a name; ``unix`` a socket's path."""

    host: str
    port: int | None
    options: tuple[str, ...]
    place: Place
    unix: str | None = None
    last_port: int | None = None

    @property
    def default(self) -> bool:
        return "default_server" in self.options or "default" in self.options

    @property
    def tls(self) -> bool:
        return "ssl" in self.options

    @property
    def quic(self) -> bool:
        return "quic" in self.options or "udp" in self.options

    @property
    def any_host(self) -> bool:
        return self.host in (*_ANY, "[::]")

    def has_port(self, port: int) -> bool:
        return self.port is not None and self.port <= port <= (self.last_port or self.port)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The server that takes a request, the listener it came in by, and why."""

    server: Block
    listener: Listener
    why: str
    exact_port: bool
    tls: bool
    named: tuple[tuple[str, str], ...] = ()
    """Named groups of a server_name pattern."""
    groups: tuple[str, ...] = ()
    reads: Block | None = None
    """The server whose settings hold while the request line is read, before the Host header names one."""


def listeners(server: Block, part: Literal["http", "stream"] = "http") -> list[Listener]:
    """A server's listeners; port 80 where it names none."""
    found = [
        listener for directive in server.own.get("listen", []) if (listener := parse_listen(directive.args, directive.place))
    ]
    if not found and not server.own.get("listen") and part == "http":
        return [Listener("*", 80, (), server.place)]
    if server.value("ssl") == "on":
        return [Listener(one.host, one.port, (*one.options, "ssl"), one.place, one.unix, one.last_port) for one in found]
    return found


def parse_listen(args: tuple[str, ...], place: Place) -> Listener | None:
    """``None`` where the address holds something that is only filled in later, or that nginx would refuse."""
    if not args:
        return None
    word, options = args[0], args[1:]
    if word.startswith("unix:"):
        return Listener("", None, options, place, unix=word[5:])
    if found := _ADDRESS.match(word):
        last = int(found["last"]) if found["last"] else None
        return Listener(found["host"] or "*", int(found["port"]), options, place, last_port=last)
    if "$" in word or "{{" in word or "<%" in word:
        return Listener("*", None, options, place)
    return Listener(word, 80, options, place) if re.match(r"[\w.*-]+$|\[[0-9a-fA-F:.]+\]$", word) else None


def host_of(request: Request) -> str:
    """The Host header as nginx compares it: lower case, without port and final dot."""
    host = (request.header("Host") if request.header("Host") is not None else request.host) or ""
    host = host.strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].removesuffix(".")


def valid_host(request: Request) -> bool:
    """False for a Host header that nginx answers with 400."""
    host = request.header("Host")
    return host is None or bool(_HOST.match(host))


def choose(blocks: Compiled, request: Request) -> Chosen | None:
    """The server for a request; ``None`` where there is none at all."""
    candidates = [(server, listener) for server in blocks.servers for listener in listeners(server) if not listener.quic]
    if not candidates:
        return None
    group, exact = _group(candidates, request)
    secure = any(listener.tls for _, listener in group)
    server, why, match = _by_name([server for server, _ in group], host_of(request), group)
    listener = next(listener for candidate, listener in group if candidate is server)
    named = match.named if match else ()
    groups = match.groups if match else ()
    usual = [(candidate, one) for candidate, one in group if one.port == listener.port] or group
    default = next((candidate for candidate, one in usual if one.default), usual[0][0])
    return Chosen(server, listener, why, exact, secure, named, groups, server if secure else default)


def _group(candidates: list[tuple[Block, Listener]], request: Request) -> tuple[list[tuple[Block, Listener]], bool]:
    """The servers that share the address and port the request comes in by, and whether that port is really written.

    Where nothing listens on the request's port, whatever stands in front reaches nginx by another one: then the listeners
    that speak the request's scheme are taken.
    """
    on_port = [(server, listener) for server, listener in candidates if listener.has_port(request.port)]
    exact = bool(on_port)
    if not on_port:
        secure = request.scheme == "https"
        fitting = [(server, listener) for server, listener in candidates if listener.tls == secure] or candidates
        ports = [listener.port for _, listener in fitting]
        on_port = [pair for pair in fitting if pair[1].port == ports[0]] if _same_names(fitting, request) else fitting
    return _on_address(on_port, request.host), exact


def _same_names(fitting: list[tuple[Block, Listener]], request: Request) -> bool:
    """True where choosing among all ports by name would not single out a server."""
    host = host_of(request)
    return not any(host in server_names(server) for server, _ in fitting)


def _on_address(group: list[tuple[Block, Listener]], host: str) -> list[tuple[Block, Listener]]:
    """nginx lets the most exact address win; from outside a public name leads to the wildcard where there is one."""
    specific = [pair for pair in group if not pair[1].any_host and _is_address(pair[1].host, host)]
    if specific:
        return specific
    for wildcard in (_ANY, ("[::]",)):
        chosen = [pair for pair in group if pair[1].host in wildcard and pair[1].unix is None]
        if chosen:
            return chosen
    first = group[0][1]
    public = next((listener for _, listener in group if not _is_loopback(listener.host)), first)
    return [pair for pair in group if (pair[1].host, pair[1].unix) == (public.host, public.unix)]


def _is_address(listened: str, host: str) -> bool:
    return listened.strip("[]").lower() == ("127.0.0.1" if host == "localhost" else host.strip("[]").lower())


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def server_names(server: Block) -> tuple[str, ...]:
    """All names of a server, in order; ``("",)`` where it has none."""
    names = tuple(word for directive in server.own.get("server_name", []) for word in directive.args)
    return tuple(name if name.startswith("~") else name.lower() for name in names) or ("",)


def _by_name(servers: list[Block], host: str, group: list[tuple[Block, Listener]]) -> tuple[Block, str, patterns.Match | None]:
    """Exact name, longest ``*.name``, longest ``name.*``, first pattern, then the group's default."""
    exact: Block | None = None
    leading: tuple[int, Block, str] | None = None
    trailing: tuple[int, Block, str] | None = None
    for server in servers:
        for name in server_names(server):
            if name.startswith("~") or (name == "" and host == "" and exact):
                continue
            if exact is None and (name == host or (name.startswith(".") and name[1:] == host)):
                exact = server
            elif name.startswith(("*.", ".")) and host.endswith(tail := name.lstrip("*")) and len(host) > len(tail):
                leading = max(leading or (0, server, ""), (len(tail), server, name), key=lambda found: found[0])
            elif name.endswith(".*") and host.startswith(head := name[:-1]) and len(host) > len(head):
                trailing = max(trailing or (0, server, ""), (len(head), server, name), key=lambda found: found[0])
    if exact is not None:
        return exact, f"its server_name is {host}" if host else "it takes requests without a host name", None
    for found in (leading, trailing):
        if found is not None:
            return found[1], f"its server_name {found[2]} fits {host}", None
    for server in servers:
        for name in server_names(server):
            if name.startswith("~") and host:
                try:
                    match = patterns.match(name[1:], host, ignore_case=True)
                except patterns.Undecided:
                    continue
                if match:
                    return server, f"its server_name {name} fits {host}", match
    default = next((server for server, listener in group if listener.default), None)
    if default is not None:
        return default, "it is the default_server", None
    return servers[0], "it is the only server" if len(set(map(id, servers))) == 1 else "it is the first, so the default", None


def servers(config: Config) -> tuple[Listen, ...]:
    """Every public side of a configuration: scheme, port, host names, and whether it only sends clients to https."""
    blocks = compiled(config)
    found: list[Listen] = []
    for server in blocks.servers:
        names = tuple(name for name in server_names(server) if name not in ("", "_") and not name.startswith("~"))
        for listener in listeners(server):
            if listener.unix is None and not listener.quic:
                redirect = "https" if not listener.tls and only_redirects(server) else None
                scheme: Literal["http", "https"] = "https" if listener.tls else "http"
                found.append(Listen(scheme, listener.port, listener.place, names, redirect))
    for server in blocks.stream_servers:
        for listener in listeners(server, "stream"):
            if listener.unix is None and not listener.quic:
                found.append(Listen("tcp", listener.port, listener.place))
    return tuple(dict.fromkeys(found))


def only_redirects(server: Block) -> bool:
    """True where a server hands nothing on and returns or rewrites every ordinary path to https."""

    def passes(block: Block) -> bool:
        return block.handler() is not None or any(passes(inner) for inner in (*block.locations, *block.inner.values()))

    def redirects(block: Block) -> bool:
        targets = [word for name in ("return", "rewrite") for one in block.own.get(name, []) for word in one.args]
        return any(word.startswith("https://") for word in targets) or any(
            redirects(inner) for inner in (*block.locations, *block.inner.values())
        )

    return not passes(server) and redirects(server)


def upstream_names(config: Config) -> dict[str, tuple[str, ...]]:
    """Upstream name -> the addresses of its servers as written, without those marked down."""
    blocks = compiled(config)
    return {
        upstream.name: tuple(member.address for member in upstream.members if "down" not in member.options)
        for group in (blocks.upstreams, blocks.stream_upstreams)
        for upstream in group.values()
    }

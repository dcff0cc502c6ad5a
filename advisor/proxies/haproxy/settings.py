"""A frontend and a backend -> the settings in force for a socket between them, the deciding clock first."""

from __future__ import annotations

from advisor.formats.haproxy import Line
from advisor.model import Setting
from advisor.proxies.haproxy.backends import Member
from advisor.proxies.haproxy.exchange import Exchange
from advisor.proxies.haproxy.load import Proxy
from advisor.proxies.haproxy.values import seconds

KEYS = frozenset(
    {f"timeout {name}" for name in ("client", "server", "tunnel")} | {"balance", "cookie", "hard-stop-after", "stick on"}
)
"""Keys of settings that a profile may name in ``set_by``."""
_OTHER = ("connect", "queue", "http-request", "http-keep-alive", "client-fin", "server-fin", "tarpit", "check")
_LINES = ("balance", "cookie", "maxconn", "fullconn", "hash-type", "http-reuse")


def timeout(proxy: Proxy, name: str) -> Setting | None:
    """A timeout in force in a section, in seconds."""
    line = proxy.find("timeout", name)
    if line is None or len(line.args) < 2:
        return None
    return Setting(f"timeout {name}", line.args[1], line.place, seconds(line.args[1]), "haproxy")


def idle(exchange: Exchange, backend: Proxy) -> tuple[Setting, ...]:
    """The clock of an idle socket: ``timeout tunnel``, else the shorter of client and server; nothing where none is set."""
    changed = {
        name: Setting(f"timeout {name}", written, place, amount, "haproxy")
        for name, (amount, written, place) in exchange.timeouts.items()
    }
    tunnel = changed.get("tunnel") or timeout(backend, "tunnel")
    sides = [
        found
        for found in (
            changed.get("client") or timeout(exchange.frontend, "client"),
            changed.get("server") or timeout(backend, "server"),
        )
        if found is not None and found.amount
    ]
    sides.sort(key=lambda found: found.amount if isinstance(found.amount, int | float) else 0)
    if tunnel is not None and tunnel.amount:
        return (tunnel,)
    return tuple(sides[:1])


def in_force(exchange: Exchange, backend: Proxy, member: Member) -> tuple[Setting, ...]:
    """Every setting that acts on the socket."""
    found = list(idle(exchange, backend))
    for name in _OTHER:
        owner = exchange.frontend if name in ("http-request", "http-keep-alive", "client-fin") else backend
        if (made := timeout(owner, name)) is not None:
            found.append(made)
    for name in _LINES:
        line = backend.find(name)
        if line is not None:
            found.append(_setting(name, line))
    stop = exchange.config.setting("hard-stop-after")
    if stop is not None and stop.args:
        found.append(Setting("hard-stop-after", stop.args[0], stop.place, seconds(stop.args[0]), "haproxy"))
    limit = exchange.config.setting("maxconn")
    if limit is not None:
        found.append(_setting("global.maxconn", limit))
    if "maxconn" in member.options:
        text = member.options["maxconn"]
        found.append(Setting("server.maxconn", text, member.place, int(text) if text.isdigit() else None, "haproxy"))
    return tuple(found)


def _setting(key: str, line: Line) -> Setting:
    text = " ".join(line.args)
    return Setting(key, text, line.place, int(text) if text.isdigit() else text, "haproxy")


def ineffective(exchange: Exchange, backend: Proxy) -> tuple[tuple[Setting, str], ...]:
    """Settings that are relied on for sockets and do nothing for this one."""
    found: list[tuple[Setting, str]] = []
    if not exchange.frontend.serves:
        for line in exchange.frontend.own("timeout"):
            if line.args[:1] == ("tunnel",) and len(line.args) > 1:
                made = Setting("timeout tunnel", line.args[1], line.place, seconds(line.args[1]), "haproxy")
                found.append((made, "a frontend has no servers, so HAProxy passes it over there; it acts in the backend"))
    cookie = backend.find("cookie")
    if cookie is not None and "dynamic" not in cookie.args and backend.mode != "http":
        found.append((_setting("cookie", cookie), "cookies are not looked at in mode tcp"))
    return tuple(found)

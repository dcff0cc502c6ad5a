"""A call of a Ruby server (``puma``, ``rails server``, ``unicorn``, ``thrust`` ...) -> what it runs and whether that can upgrade.

Which of them hand a connection over to Action Cable stands in the Rails guide "Action Cable Overview", section Dependencies;
Puma's flags and defaults in its ``lib/puma/cli.rb`` and ``lib/puma/configuration.rb``, Thruster's in its README.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from posixpath import basename

from advisor.model import Server
from advisor.stack.calls import Call
from advisor.stack.flags import Flags, PortFrom, address, count, flags, literal, port

_EVERYWHERE = "0.0.0.0"  # noqa: S104 - what the program binds, not something bound here
_PUMA_SHORT = {
    "b": "bind",
    "C": "config",
    "e": "environment",
    "p": "port",
    "t": "threads",
    "w": "workers",
    "S": "state",
    "I": "include",
}
_PUMA_SWITCHES = frozenset(
    {"preload", "prune-bundler", "early-hints", "quiet", "debug", "redirect-append", "control-token", "v", "q"}
)
_RAILS_SHORT = {"p": "port", "b": "binding", "e": "environment", "u": "using", "P": "pid", "c": "config", "d": "daemon"}
_UPGRADES = "Puma hands the connection over to the app (rack.hijack)"


def puma(call: Call) -> Server:
    """Flags over ``config/puma.rb`` over the defaults: port 9292, one process, as many as WEB_CONCURRENCY says."""
    told = flags(call.words, _PUMA_SHORT, _PUMA_SWITCHES)
    return _puma(call, told, 9292, next((word for word in told.rest if word.endswith(".ru")), None))


def rails(call: Call) -> Server | None:
    """``rails server``: Puma on port 3000, unless it is told to use another one."""
    words = list(call.words)
    if not words or words[0] not in ("server", "s"):
        return None
    told = flags(words[1:], _RAILS_SHORT, frozenset({"daemon", "early-hints", "dev-caching", "log-to-stdout"}))
    other = told.get("using") or next((word for word in told.rest if word in _OTHERS), None)
    if other not in (None, "puma"):
        return _other(other, call, told, 3000)
    binding = told.get("binding")
    server = _puma(call, told, 3000, None)
    return replace(server, bind=literal(binding)) if binding is not None else server


def _puma(call: Call, told: Flags, default: int, entry: str | None) -> Server:
    from advisor.stack.ruby.puma import Puma, settings

    name = told.get("config") or "config/puma.rb"
    text = call.text(name.removeprefix("./")) if name != "-" else None
    known = settings(text) if text else Puma()
    number, origin, host = _at(call, told, known.port, known.port_from, known.bind, default)
    workers, several = _workers(call, told, known.workers.value if known.workers else None, known.by_machine)
    if known.workers is not None and known.workers.value is None and not told.has("workers"):
        workers = None
    return Server("puma", "rack", True, _UPGRADES, entry, None, workers, number, origin, host, dict(told.values), several)


def _workers(call: Call, told: Flags, configured: object, by_machine: bool) -> tuple[int | None, bool]:
    """0 and 1 are both one process."""
    if told.has("workers"):
        written = told.get("workers")
        number = count(written)
        return (max(number, 1) if number is not None else None), written == "auto"
    if by_machine:
        return None, True
    if isinstance(configured, int) and not isinstance(configured, bool):
        return max(configured, 1), False
    set_here = call.environment.get("WEB_CONCURRENCY", "")
    if set_here.isdigit() and len(set_here) < 6:
        return max(int(set_here), 1), False
    return call.concurrency, False


def _at(
    call: Call, told: Flags, number: int | None, origin: PortFrom | None, host: str | None, default: int
) -> tuple[int | None, PortFrom | None, str | None]:
    """Port, where it comes from, bind: the flags, the file, PORT, the default."""
    if told.has("bind"):
        bound, given, given_from = address(told.get("bind") or "")
        return given, given_from, bound
    if told.has("port"):
        return *port(told.get("port")), host or _EVERYWHERE
    if origin == "environment":
        here = call.environment.get("PORT", "")
        return (int(here) if here.isdigit() and len(here) < 6 else number), "environment", host or _EVERYWHERE
    if number is not None or host is not None:
        return number, origin, host or _EVERYWHERE
    if call.port_variable == "PORT" and default == 3000:
        return default, "environment", _EVERYWHERE
    return default, "default", _EVERYWHERE


_OTHERS: Mapping[str, tuple[bool | None, str]] = {
    "unicorn": (None, "unicorn hands the connection over, and each worker process serves one request at a time"),
    "unicorn_rails": (None, "unicorn hands the connection over, and each worker process serves one request at a time"),
    "passenger": (None, "Passenger upgrades in its standalone form and inside nginx, and not inside Apache"),
    "falcon": (True, "Falcon answers upgrades"),
    "iodine": (True, "Iodine answers upgrades"),
    "thin": (None, "whether Thin upgrades depends on the socket library"),
    "webrick": (False, "WEBrick cannot hand a connection over, so nothing in it can upgrade"),
}
"""Servers beside Puma: whether they upgrade, and why."""


def other(call: Call) -> Server:
    """Unicorn, Passenger, Falcon, Iodine, Thin: their port and what is known of upgrades."""
    told = flags(call.words, {"p": "port", "b": "bind", "a": "address", "c": "config-file", "w": "workers", "e": "environment"})
    return _other(
        call.program, call, told, 8080 if call.program.startswith("unicorn") else 9292 if call.program == "falcon" else 3000
    )


def rackup(call: Call) -> Server:
    """``rackup -s puma -p 9292``: the server that is named, else whichever is installed."""
    told = flags(call.words, {"p": "port", "o": "host", "s": "server", "E": "env"})
    named = told.get("server") or ""
    if named in _OTHERS:
        return _other(named, call, told, 9292)
    number, origin = port(told.get("port")) if told.has("port") else (9292, "default")
    reason = _UPGRADES if named == "puma" else "rackup takes the server that is installed"
    host = literal(told.get("host"))
    return Server(
        "rackup", "rack", True if named == "puma" else None, reason, None, None, 1, number, origin, host, dict(told.values)
    )


def _other(name: str | None, call: Call, told: Flags, default: int) -> Server:
    program = basename(name or call.program)
    can, reason = _OTHERS.get(program, (None, f"what {program} does with an upgrade is not known"))
    number, origin = port(told.get("port")) if told.has("port") else (default, "default")
    host = literal(told.get("address", "host", "binding"))
    workers = count(told.get("workers")) if told.has("workers") else None
    return Server(program, "rack", can, reason, None, None, workers, number, origin, host, dict(told.values))


PROGRAMS: Mapping[str, Callable[[Call], Server | None]] = {
    "puma": puma,
    "pumactl": lambda call: puma(call) if "start" in call.words else None,
    "rails": rails,
    "rackup": rackup,
    **dict.fromkeys(("unicorn", "unicorn_rails", "passenger", "falcon", "iodine", "thin"), other),
}

"""Blocks to paste and commands to verify, shared by the rules and fitted to the user's own file.

A block for a proxy's file is written by the proxy's own module in ``advisor.proxies``; what stands here names no program.
"""

from __future__ import annotations

from types import ModuleType

from advisor import proxies
from advisor.attempts import PARAMETER, sample
from advisor.deployment.parts import ProxyFiles
from advisor.model import Answer, Forward, Path, Place, Step
from advisor.rules.scan import Scan, branches
from advisor.stack.library import Library, libraries
from advisor.stack.server_limits import program_library

RECONNECT = """\
let attempts = 0;
function connect() {
  const socket = new WebSocket(url);
  socket.onopen = () => { attempts = 0; /* subscribe again here */ };
  socket.onclose = () => {
    const most = Math.min(30000, 1000 * 2 ** attempts++);
    setTimeout(connect, most / 2 + Math.random() * most / 2);
  };
}
connect();"""
"""A browser client that reconnects for ever, with waits that double up to 30 s and half of them random."""


def upgrade_block(scan: Scan, step: Step, forward: Forward, path: Path) -> str:
    """A block for the hop's own file that serves the socket's path and hands the upgrade on; empty where none is known."""
    program, received = _program(step), step.received.path
    if program is None:
        return ""
    given = (scan.ways.config(step.hop), forward, received, _public(received, path.endpoint))
    runs = program_library(path.runs) if path.runs is not None else None
    narrow = getattr(program, "narrow_block", None) if runs is not None and runs.h2c == "takes" else None
    block: str = (narrow or program.upgrade_block)(*given)
    return block


def header_block(scan: Scan, step: Step, result: Forward | Answer, path: Path, place: Place) -> str:
    """A block for the hop's own file with which the socket's path keeps the headers that the line at ``place`` takes away."""
    spare = getattr(_program(step), "spare_block", None)
    if spare is not None:
        return str(spare(place, step.received.path))
    return upgrade_block(scan, step, result, path) if isinstance(result, Forward) else ""


def narrows(step: Step) -> bool:
    """True where the hop's program hands on whatever upgrade its file names, and a block is known that limits it."""
    return hasattr(_program(step), "narrow_block")


def narrow_block(scan: Scan, step: Step, forward: Forward, endpoint: str) -> str:
    """A block for the hop's own file that hands on the upgrade to WebSocket alone; empty where none is known."""
    write = getattr(_program(step), "narrow_block", None)
    received = step.received.path
    block: str = "" if write is None else write(scan.ways.config(step.hop), forward, received, _public(received, endpoint))
    return block


def curl(path: Path) -> str:
    """A command that sends the path's handshake; a working path answers 101."""
    url = path.url.replace("wss://", "https://", 1).replace("ws://", "http://", 1)
    return (
        "curl -i -N --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' "
        f"-H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' '{url}'"
    )


def route_block(scan: Scan, step: Step, path: Path, public: str | None = None) -> str:
    """A block for the hop's own file that leads the socket's path to the app; empty where none is known.

    ``public``: the path that clients ask for, where it is not the one that the app listens on.
    """
    program = _program(step)
    outcome = next((result for _, result in branches(step) if isinstance(result, Forward | Answer)), None)
    if program is None or outcome is None:
        return ""
    inner = _literal(path.endpoint)
    given = (scan.ways.config(step.hop), outcome, _public(public, path.endpoint) if public else inner, _address(step, path))
    block: str = program.route_block(*given, inner if public else "")
    return block


def define_block(step: Step, variable: str) -> str:
    """A block for the hop's own file that defines a variable for the Connection header; empty where none is known."""
    write = getattr(_program(step), "define_block", None)
    block: str = write(variable) if write is not None else ""
    return block


def affinity_block(step: Step) -> str:
    """A block for the hop's own file that keeps each client on one instance; empty where none is known."""
    write = getattr(_program(step), "affinity_block", None)
    forward = next((result for _, result in branches(step) if isinstance(result, Forward)), None)
    block: str = write(forward) if write is not None and forward is not None else ""
    return block


def module_block(step: Step, module: str, scan: Scan) -> str:
    """What loads a module of the hop's own program; empty where the program has none to load."""
    program = _program(step)
    write = getattr(program, "module_block", None)
    return str(write(scan.ways.config(step.hop), module)) if write is not None else ""


def _program(step: Step) -> ModuleType | None:
    return proxies.of(step.hop.platform) if isinstance(step.hop.config, ProxyFiles) else None


def _address(step: Step, path: Path) -> str:
    """Where the app is, as the hop would name it: this machine for a proxy beside the app, else the process's name."""
    names = path.process.names if path.process and not step.hop.local else ()
    name = next((name for name in names if ":" not in name), "127.0.0.1")
    port = app_port(path)
    return f"{name}:{port}" if port else name


def app_port(path: Path) -> int | None:
    """The port the app listens on: the platform's word, the start command's, the code's."""
    given = path.process.port_given if path.process else None
    started = path.runs.port if path.runs and path.runs.can_upgrade is not False else None
    coded = next((endpoint.port for endpoint in (path.server.endpoints if path.server else ()) if endpoint.port), None)
    told = next(iter(path.process.ports), None) if path.process and len(path.process.ports) == 1 else None
    return given or started or coded or told


def _literal(endpoint: str) -> str:
    """An endpoint's path up to its first parameter: ``/ws/{room}`` -> ``/ws/``."""
    parameter = PARAMETER.search(endpoint)
    return endpoint[: endpoint.rindex("/", 0, parameter.start() + 1) + 1] if parameter and "/" in endpoint else endpoint


def _public(received: str, endpoint: str) -> str:
    """The path of a handshake without what stands for parameters."""
    tail = sample(endpoint).removeprefix(_literal(endpoint))
    return received.removesuffix(tail) if tail and received.endswith(f"/{tail}") else received


def heartbeat_seconds(limit: float) -> int:
    """A heartbeat interval that stays in time even if one is a little late: two thirds of the limit at most, a round number."""
    most = limit * 2 / 3
    return next((nice for nice in (30, 25, 20, 15, 10, 5, 3, 2) if nice <= most), 1)


def heartbeat_block(path: Path, seconds: int) -> str:
    """Code or options for the path's own server that make it send a heartbeat; empty where it has no such thing.

    A flag of the program that ends the sockets comes first, for it needs no code.
    """
    program = program_library(path.runs) if path.runs is not None and path.server and path.server.runs_in == "asgi" else None
    flags = _block(program, seconds) if program is not None else ""
    command = path.process.command if path.process is not None else None
    if flags.startswith("--") and path.runs is not None and program is not None and path.runs.program == program.id:
        return f"{command} {flags}" if command and command.startswith(path.runs.program) else flags
    server = path.server
    return _block(libraries()[server.library], seconds) if server is not None and server.library in libraries() else ""


def _block(library: Library, seconds: int) -> str:
    template = library.heartbeat_block or ""
    return template.replace("{seconds}", str(seconds)).replace("{milliseconds}", str(seconds * 1000))


def idle_check(path: Path, seconds: float) -> str:
    """A command that holds the socket open in silence and tells how long it lived."""
    return f"time npx wscat --connect '{path.url}'  # say nothing: it closes after {seconds:g} s, and no longer once changed"

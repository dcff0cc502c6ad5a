"""Blocks for an nginx file that let a WebSocket through, fitted to the address, the path and the headers of the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from advisor.model import Answer, Forward, Move, Place
from advisor.proxies.nginx.blocks import compiled
from advisor.proxies.nginx.load import Config

_OWN = ("upgrade", "connection")
_USUAL = (("Host", "$host"), ("X-Forwarded-Proto", "$scheme"))
_PATIENCE = "3600s"


def upgrade_block(config: Config, forward: Forward, received: str, path: str) -> str:
    """A location of its own for the socket's path: other requests are treated as before, and so is the path.

    ``received`` is the path of the handshake; ``path`` its part without parameters, which names the location.
    """
    tail = received.removeprefix(path)
    passed = forward.request.path
    uri = passed.removesuffix(tail)
    if passed == received:
        uri = ""
    elif not uri or not passed.endswith(tail):
        path, uri = received, passed
    return _location(config, forward, path, f"{_target(forward)}{uri}")


def narrow_block(config: Config, forward: Forward, received: str, path: str) -> str:
    """``upgrade_block`` for a socket alone: of what a client may ask to upgrade to only WebSocket is handed on.

    Two maps do it, which stand beside the server blocks.
    """
    taken = compiled(config).maps
    upgrade = next(name for name in _names("socket_upgrade") if name not in taken)
    connection = next(name for name in _names("socket_connection") if name not in taken)
    block = upgrade_block(config, forward, received, path)
    block = block.replace("Upgrade $http_upgrade;", f"Upgrade ${upgrade};")
    block = block.replace('Connection "upgrade";', f"Connection ${connection};")
    return f"{block}\n\n# once, beside the server blocks\n{_map(upgrade, 'websocket')}\n{_map(connection, 'upgrade')}"


def _names(wanted: str) -> Iterator[str]:
    """The name, then others like it."""
    yield wanted
    yield from (f"{wanted}_{number}" for number in count(2))


def _map(name: str, value: str) -> str:
    return f"map $http_upgrade ${name} {{\n    default   '';\n    websocket {value};\n}}"


def route_block(config: Config, outcome: Forward | Answer, path: str, address: str, uri: str = "") -> str:
    """A location that leads the socket's path to the app: as it is, or as the app's own path ``uri``."""
    return _location(config, outcome, path, f"http://{address}{uri}")


def define_block(variable: str) -> str:
    """What defines a variable for the Connection header, at the level of ``http``."""
    return f"map $http_upgrade {variable} {{\n    default upgrade;\n    ''      close;\n}}"


def affinity_block(forward: Forward) -> str:
    """The line that keeps each client on one server, inside the upstream that spreads them, whose other lines stay.

    By the client's address; behind another proxy every client has that proxy's, and a cookie (``sticky``) does better.
    """
    name = _target(forward).partition("://")[2]
    return f"upstream {name} {{\n    hash $remote_addr consistent;\n    # its servers stay\n}}" if forward.upstreams > 1 else ""


def timeout_block(key: str, seconds: int, opening: str) -> str:
    """The line that raises a timeout, inside the block that decides (``location /ws {``), whose other lines stay."""
    line = f"{key} {seconds}s;"
    return f"{opening}\n    # what stands there stays\n    {line}\n}}" if opening.endswith("{") else line


def _location(config: Config, outcome: Forward | Answer, path: str, target: str) -> str:
    headers = outcome if isinstance(outcome, Forward) else None
    where, head = _heading(config, outcome.moves, path or "/")
    lines = [f"    {line}" for line in _header_lines(headers)]
    if headers is not None and any(fate.written == "proxy_pass_request_headers off" for fate in headers.fates):
        lines.insert(0, "    proxy_pass_request_headers on;")
    patience = next((each.value for each in headers.settings if each.key == "proxy_read_timeout"), "") if headers else ""
    return "\n".join(
        (
            *([where] if where else []),
            f"{head} {{",
            f"    proxy_pass {target};",
            "    proxy_http_version 1.1;",
            *lines,
            f"    proxy_read_timeout {patience or _PATIENCE};",
            "}",
        )
    )


def _heading(config: Config, moves: tuple[Move, ...], path: str) -> tuple[str, str]:
    """Where the block goes, as a comment, and its first line: a location that wins the path from the one that has it now."""
    taken = _deciding(moves)
    if taken is None or taken.place is None:
        return "", f"location {path}"
    modifier, pattern = ("", *taken.at.split()[1:])[-2:]
    matched = modifier in ("~", "~*")
    if not matched and pattern.rstrip("/") == path.rstrip("/"):
        head = taken.at if not pattern.endswith("/") or path.endswith("/") else f"location {path}"
        return f"# instead of the location at {taken.place}", head
    old = _same(config, moves, path)
    where = f"# instead of the location at {old}" if old else f"# beside the location at {taken.place}"
    return where, f"location ^~ {path}" if matched else f"location {path}"


def _same(config: Config, moves: tuple[Move, ...], path: str) -> Place | None:
    """A location of that very path in the server that takes the request: nginx refuses to have two of them."""
    servers = {move.place for move in moves if move.at.split()[0] == "server"}
    blocks = (block for server in compiled(config).servers if server.place in servers for block in server.locations)
    return next((block.place for block in blocks if block.modifier in ("", "^~") and block.pattern == path), None)


def _deciding(moves: tuple[Move, ...]) -> Move | None:
    located = [move for move in moves if move.at.startswith("location ") and not move.at.startswith("location @")]
    return located[-1] if located else None


def _header_lines(forward: Forward | None) -> list[str]:
    """The upgrade headers, then all that are in force now: a block with a header of its own inherits none."""
    fates = [fate for fate in forward.fates if fate.because == "set"] if forward else []
    kept = {
        fate.name: fate.written
        for fate in fates
        if fate.name.lower() not in _OWN and fate.written and not fate.written.startswith("proxy_")
    }
    named = {name.lower() for name in kept}
    usual = {name: value for name, value in _USUAL if name.lower() not in named}
    lines = ["proxy_set_header Upgrade $http_upgrade;", 'proxy_set_header Connection "upgrade";']
    return lines + [f"proxy_set_header {name} {_quoted(value or '')};" for name, value in {**usual, **kept}.items()]


def _quoted(value: str) -> str:
    return value if value and not any(sign in value for sign in " ;{}\"'") else '"' + value.replace('"', '\\"') + '"'


def _target(forward: Forward) -> str:
    """The ``proxy_pass`` that is in force, as written, without a path."""
    written = next((move.does for move in forward.moves if move.at == "proxy_pass"), "")
    sends = written.rpartition(" to ")[2]
    return f"{forward.address.scheme}://{sends or forward.address}"

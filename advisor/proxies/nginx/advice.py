"""Blocks for an nginx file that let a WebSocket through, fitted to the address, the path and the headers of the user's own."""

from __future__ import annotations

from advisor.model import Answer, Forward, Move

_OWN = ("upgrade", "connection")
_USUAL = (("Host", "$host"), ("X-Forwarded-Proto", "$scheme"))
_PATIENCE = "3600s"


def upgrade_block(forward: Forward, received: str, path: str) -> str:
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
    return _location(forward, path, f"{_target(forward)}{uri}", forward)


def route_block(outcome: Forward | Answer, path: str, host: str, port: int | None) -> str:
    """A location that leads the socket's path to the app, unchanged."""
    headers = outcome if isinstance(outcome, Forward) else None
    return _location(outcome, path, f"http://{host}:{port}" if port else f"http://{host}", headers)


def timeout_block(key: str, seconds: int, opening: str) -> str:
    """The line that raises a timeout, inside the block that decides (``location /ws {``), whose other lines stay."""
    line = f"{key} {seconds}s;"
    return f"{opening}\n    # what stands there stays\n    {line}\n}}" if opening.endswith("{") else line


def _location(outcome: Forward | Answer, path: str, target: str, headers: Forward | None) -> str:
    where, head = _heading(outcome, path or "/")
    lines = [f"    {line}" for line in _header_lines(headers)]
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


def _heading(outcome: Forward | Answer, path: str) -> tuple[str, str]:
    """Where the block goes, as a comment, and its first line: a location that wins the path from the one that has it now."""
    taken = _deciding(outcome.moves)
    if taken is None or taken.place is None:
        return "", f"location {path}"
    modifier, pattern = ("", *taken.at.split()[1:])[-2:]
    if modifier not in ("~", "~*") and pattern.rstrip("/") == path.rstrip("/"):
        return f"# instead of the location at {taken.place}", taken.at
    return f"# beside the location at {taken.place}", f"location ^~ {path}" if modifier in ("~", "~*") else f"location {path}"


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

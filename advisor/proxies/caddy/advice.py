"""Blocks for a Caddyfile that let a WebSocket through, fitted to the address and the path of the user's own."""

from __future__ import annotations

from advisor.model import Answer, Forward, Move, Place
from advisor.proxies.caddy.load import Config


def upgrade_block(config: Config, forward: Forward, received: str, path: str) -> str:
    """A block of its own for the socket's path that changes no header: ``reverse_proxy`` hands an upgrade on by itself."""
    tail = received.removeprefix(path)
    passed = forward.request.path
    inner = passed.removesuffix(tail)
    if not passed.endswith(tail) or not inner:
        path, inner = received, passed
    scheme = "https://" if forward.address.scheme == "https" else ""
    return _block(forward.moves, path or "/", f"{scheme}{forward.address}", inner, forward.place)


def route_block(config: Config, outcome: Forward | Answer, path: str, address: str, uri: str = "") -> str:
    """A block that leads the socket's path to the app: as it is, or as the app's own path ``uri``.

    Empty where a rule keeps somebody out: in the same site it acts before any such block.
    """
    if isinstance(outcome, Answer) and outcome.status in (401, 403):
        return ""
    return _block(outcome.moves, path or "/", address, uri or path, outcome.place)


def define_block(variable: str) -> str:
    """What gives a placeholder of the environment a value."""
    return f"{variable.strip('{$}')}=value"


def timeout_block(key: str, seconds: int, opening: str) -> str:
    """The line that raises a limit, inside the ``reverse_proxy`` that decides."""
    *outer, name = key.removeprefix("reverse_proxy.").split(".")
    line = f"{name} {seconds}s"
    for _ in outer:
        line = f"transport http {{\n    {line}\n}}"
    if not opening.endswith("{"):
        return line
    inside = "\n".join(f"    {each}" for each in line.splitlines())
    return f"{opening}\n    # what stands there stays\n{inside}\n}}"


def _block(moves: tuple[Move, ...], path: str, target: str, inner: str, place: Place | None) -> str:
    site = next((move.place for move in moves if move.place is not None), place)
    paths = f"{path}*" if path.endswith("/") else f"{path} {path}/*"
    changed = _change(path.rstrip("/"), inner.rstrip("/"))
    return "\n".join(
        (
            *([f"# in the site at {site}"] if site is not None else []),
            f"@socket path {paths}",
            "handle @socket {",
            *([f"    {changed}"] if changed else []),
            f"    reverse_proxy {target}",
            "}",
        )
    )


def _change(outer: str, own: str) -> str:
    """The one line that makes the app's own path of the public one; of several Caddy would run ``rewrite`` first."""
    if outer == own:
        return ""
    if not own:
        return f"uri strip_prefix {outer}"
    return f"uri replace {outer} {own} 1" if outer else f"rewrite * {own}{{uri}}"

"""Blocks for Traefik's dynamic file that let a WebSocket through, fitted to the path and the address of the user's own."""

from __future__ import annotations

from advisor.model import Answer, Forward
from advisor.proxies.traefik.load import Config


def upgrade_block(config: Config, forward: Forward, received: str, path: str) -> str:
    """A router of its own for the socket's path, without the middlewares of the one that takes it now."""
    return _router(f"{forward.address.scheme}://{forward.address}", path, forward)


def route_block(config: Config, outcome: Forward | Answer, path: str, address: str, uri: str = "") -> str:
    """A router that leads the socket's path to the app: as it is, or as the app's own path ``uri``."""
    rewritten = uri if uri and uri != path else ""
    return _router(f"http://{address}", path, outcome, rewritten)


def define_block(variable: str) -> str:
    """Traefik's files have no variables."""
    return ""


def timeout_block(key: str, seconds: int, opening: str) -> str:
    """The option of the entry point's transport that raises a clock."""
    table, _, name = key.rpartition(".")
    return f"transport:\n  {table}:\n    {name}: {seconds}s" if table else f"{name}: {seconds}s"


def _router(url: str, path: str, outcome: Forward | Answer, rewritten: str = "") -> str:
    where = f"# beside the router at {outcome.place}\n" if outcome.place else ""
    lines = [
        "http:",
        "  routers:",
        "    socket:",
        f"      rule: PathPrefix(`{path or '/'}`)",
        "      priority: 1000",
        "      service: socket",
    ]
    if rewritten:
        lines += [
            "      middlewares: [socket-path]",
            "  middlewares:",
            "    socket-path:",
            f"      replacePath: {{path: {rewritten}}}",
        ]
    lines += ["  services:", "    socket:", f'      loadBalancer: {{servers: [{{url: "{url}"}}]}}']
    return where + "\n".join(lines)

"""Lines for an Apache configuration that let a WebSocket through, fitted to the address, the path and the user's own lines."""

from __future__ import annotations

from advisor.model import Answer, Forward, Move, Place
from advisor.proxies.apache_httpd.load import Config


def upgrade_block(config: Config, forward: Forward, received: str, path: str) -> str:
    """A line of its own for the socket's path, in front of the one that takes it now: other requests are treated as before."""
    tail = received.removeprefix(path)
    passed = forward.request.path
    inner = passed.removesuffix(tail)
    if not passed.endswith(tail) or not inner:
        path, inner = received, passed
    scheme = forward.address.scheme
    host = f"{scheme}://{forward.address}"
    return _lines(forward.moves, path or "/", f"{host}{inner}", forward.place)


def route_block(config: Config, outcome: Forward | Answer, path: str, address: str, uri: str = "") -> str:
    """A line that leads the socket's path to the app: as it is, or as the app's own path ``uri``."""
    return _lines(outcome.moves, path or "/", f"http://{address}{uri or path}", outcome.place)


def define_block(variable: str) -> str:
    """The line that defines a variable."""
    return f"Define {variable.strip('${}')} value"


def module_block(config: Config, module: str) -> str:
    """What loads a module: a line of the main file, or Debian's command where only parts of it are in the tree."""
    return f"LoadModule {module}_module modules/mod_{module}.so" if config.whole else f"a2enmod {module}"


def timeout_block(key: str, seconds: int, opening: str) -> str:
    """The line that raises the idle clock: of the whole host, or of one ProxyPass, whose other words stay."""
    return f"timeout={seconds}  # at the end of the ProxyPass line" if key.startswith("ProxyPass.") else f"{key} {seconds}"


def _lines(moves: tuple[Move, ...], path: str, target: str, place: Place | None) -> str:
    deciding = next((move for move in reversed(moves) if move.at.startswith(("ProxyPass", "RewriteRule"))), None)
    at = deciding.place if deciding is not None else place
    if deciding is not None and deciding.at.startswith("RewriteRule"):
        where = f"# before the RewriteRule at {at} and its RewriteCond lines"
        end = "" if path.endswith("/") else "(/.*)?"
        pattern = f"^{path}(.*)$" if path.endswith("/") else f"^{path}{end}$"
        socket = "wss" + target[5:] if target.startswith("https") else "ws" + target[4:]
        return f"{where}\nRewriteCond %{{HTTP:Upgrade}} websocket [NC]\nRewriteRule {pattern} {socket}$1 [P,L]"
    line = f'ProxyPass "{path}" "{target}" upgrade=websocket'
    if deciding is not None and deciding.at.split(" ")[-1].rstrip("/") == path.rstrip("/"):
        return f"# instead of the line at {at}\n{line}"
    return f"# before the line at {at}\n{line}" if at is not None else line

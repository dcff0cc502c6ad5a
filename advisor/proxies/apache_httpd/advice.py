"""Lines for an Apache configuration that let a WebSocket through, fitted to the address, the path and the user's own lines."""

from __future__ import annotations

from advisor.model import Answer, Forward, Move, Place
from advisor.proxies.apache_httpd.hosts import compiled
from advisor.proxies.apache_httpd.load import Config
from advisor.proxies.apache_httpd.workers import table, target_url


def upgrade_block(config: Config, forward: Forward, received: str, path: str) -> str:
    """A line of its own for the socket's path, in front of the one that takes it now: other requests are treated as before."""
    tail = received.removeprefix(path)
    passed = forward.request.path
    inner = passed.removesuffix(tail)
    if not passed.endswith(tail) or not inner:
        path, inner = received, passed
    scheme = forward.address.scheme
    host = f"{scheme}://{forward.address}"
    return _lines(config, forward.moves, path or "/", f"{host}{inner}", forward.place)


def route_block(config: Config, outcome: Forward | Answer, path: str, address: str, uri: str = "") -> str:
    """A line that leads the socket's path to the app: as it is, or as the app's own path ``uri``.

    Where a rule keeps somebody out, a section that lets the socket's path through: of several the last one decides.
    """
    if isinstance(outcome, Answer) and outcome.status in (401, 403):
        return f'# behind the section at {outcome.place}\n<Location "{path or "/"}">\n    Require all granted\n</Location>'
    return _lines(config, outcome.moves, path or "/", f"http://{address}{uri or path}", outcome.place)


def define_block(variable: str) -> str:
    """The line that defines a variable."""
    return f"Define {variable.strip('${}')} value"


def module_block(config: Config, module: str) -> str:
    """What loads a module: a line of the main file, or Debian's command where only parts of it are in the tree."""
    return f"LoadModule {module}_module modules/mod_{module}.so" if config.whole else f"a2enmod {module}"


def timeout_block(key: str, seconds: int, opening: str) -> str:
    """The line that raises the idle clock: of the whole host, or of one ProxyPass, whose other words stay."""
    return f"timeout={seconds}  # at the end of the ProxyPass line" if key.startswith("ProxyPass.") else f"{key} {seconds}"


def _lines(config: Config, moves: tuple[Move, ...], path: str, target: str, place: Place | None) -> str:
    deciding = next((move for move in reversed(moves) if move.at.startswith(("ProxyPass", "RewriteRule"))), None)
    at = deciding.place if deciding is not None else place
    if deciding is not None and deciding.at.startswith("RewriteRule"):
        where = f"# before the RewriteRule at {at} and its RewriteCond lines"
        end = "" if path.endswith("/") else "(/.*)?"
        pattern = f"^{path}(.*)$" if path.endswith("/") else f"^{path}{end}$"
        socket = "wss" + target[5:] if target.startswith("https") else "ws" + target[4:]
        return f"{where}\nRewriteCond %{{HTTP:Upgrade}} websocket [NC]\nRewriteRule {pattern} {socket}$1 [P,L]"
    line = f'ProxyPass "{path}" "{target}" upgrade=websocket'
    if deciding is not None and _is_for(deciding, path) and deciding.place == _first(config, target, at):
        return f"# instead of the line at {at}\n{line}"
    first = _first(config, target, at)
    return f"# before the line at {first}\n{line}" if first is not None else line


def _is_for(move: Move, path: str) -> bool:
    return move.at.split(" ")[-1].rstrip("/") == path.rstrip("/")


def _first(config: Config, target: str, deciding: Place | None) -> Place | None:
    """The first line, at latest the deciding one, that sets this address up: a later line's parameters would not count."""
    hosts = (compiled(config).main, *compiled(config).hosts)
    lines = [one.directive.place for host in hosts for one in table(host).passes if target.startswith(target_url(one.real))]
    before_it = [place for place in lines if deciding is not None and place.file == deciding.file and place.line < deciding.line]
    same = [place for place in before_it if _host_of(config, place) == _host_of(config, deciding)]
    return min(same, key=lambda place: place.line, default=deciding)


def _host_of(config: Config, place: Place | None) -> Place | None:
    """The virtual host that a line stands in."""
    for host in compiled(config).hosts:
        at = host.place
        if place is not None and at.file == place.file and at.line <= place.line <= (at.end_line or at.line):
            return at
    return None

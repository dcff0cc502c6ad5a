"""Lines for a VCL that let a WebSocket through."""

from __future__ import annotations

from advisor.model import Answer, Forward
from advisor.proxies.varnish.load import Config

_PIPE = """sub vcl_recv {{
    if ({condition}) {{{backend}
        return (pipe);
    }}
}}
sub vcl_pipe {{
    if (req.http.upgrade) {{
        set bereq.http.upgrade = req.http.upgrade;
        set bereq.http.connection = req.http.connection;
    }}
}}"""
_UPGRADE = 'req.http.Upgrade ~ "(?i)websocket"'


def upgrade_block(config: Config, forward: Forward, received: str, path: str) -> str:
    """What pipes sockets, at the top of the file: subroutines of one name run one after the other."""
    return f"# before the other subroutines of {config.main}\n" + _PIPE.format(condition=_UPGRADE, backend="")


def route_block(config: Config, outcome: Forward | Answer, path: str, address: str, uri: str = "") -> str:
    """A backend for the app and a pipe that leads the socket's path to it."""
    host, _, port = address.rpartition(":")
    backend = f'backend socket {{ .host = "{host or address}"; .port = "{port if host else "80"}"; }}\n'
    lead = "\n        set req.backend_hint = socket;"
    lead += f'\n        set req.url = regsub(req.url, "^{path}", "{uri}");' if uri and uri != path else ""
    return backend + _PIPE.format(condition=f'{_UPGRADE} && req.url ~ "^{path}"', backend=lead)


def define_block(variable: str) -> str:
    """A VCL has no variables of this kind."""
    return ""


def timeout_block(key: str, seconds: int, opening: str) -> str:
    """The argument of varnishd that raises a clock."""
    return f"-p {key}={seconds}"

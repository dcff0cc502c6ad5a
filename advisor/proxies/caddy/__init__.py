"""Caddy: a configuration and a virtual handshake -> what the real program does with it.

``load`` reads a Caddyfile with its imports, or Caddy's JSON; ``trace`` sends a request through it; ``servers`` tells where it
listens.
"""

from advisor.formats.caddyfile import looks_like_caddyfile
from advisor.proxies import Layout
from advisor.proxies.caddy.advice import define_block, route_block, timeout_block, upgrade_block
from advisor.proxies.caddy.load import ROOTS, Config, load
from advisor.proxies.caddy.routes import routes
from advisor.proxies.caddy.sites import servers
from advisor.proxies.caddy.trace import trace

LAYOUT = Layout(
    "caddy",
    ROOTS,
    ("caddyfile", "caddy.json", "caddyfile.*", "*.caddyfile", "*.caddy"),
    ("sites/*.caddy", "sites-enabled/*", "conf.d/*.caddy"),
    frozenset({"sites", "sites-enabled", "conf.d", "snippets"}),
    looks_like_caddyfile,
)

__all__ = [
    "LAYOUT",
    "Config",
    "define_block",
    "load",
    "route_block",
    "routes",
    "servers",
    "timeout_block",
    "trace",
    "upgrade_block",
]

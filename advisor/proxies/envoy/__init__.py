"""Envoy: a bootstrap and a virtual handshake -> what the real program does with it.

``load`` reads a file with those it names, ``trace`` sends a request through it; ``servers`` and ``routes`` tell where it listens
and where it leads.
"""

from advisor.proxies import Layout
from advisor.proxies.envoy.advice import define_block, route_block, timeout_block, upgrade_block
from advisor.proxies.envoy.listeners import servers
from advisor.proxies.envoy.load import Config, load, looks_like_envoy
from advisor.proxies.envoy.routes import routes
from advisor.proxies.envoy.trace import trace

LAYOUT = Layout(
    "envoy",
    ("/etc/envoy",),
    ("envoy.yaml", "envoy.yml", "envoy.json", "envoy*.yaml", "envoy*.yml"),
    recognises=looks_like_envoy,
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

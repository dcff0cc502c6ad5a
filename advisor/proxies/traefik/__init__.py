"""Traefik: static and dynamic files, arguments, labels and a virtual handshake -> what the real program does with it.

``load`` reads them, ``trace`` sends a request through; ``servers`` and ``routes`` tell where it listens and where it leads.
"""

from advisor.proxies import Layout
from advisor.proxies.traefik.advice import define_block, route_block, timeout_block, upgrade_block
from advisor.proxies.traefik.entry_points import servers
from advisor.proxies.traefik.load import Config, load, looks_like_traefik
from advisor.proxies.traefik.routes import routes
from advisor.proxies.traefik.trace import trace

LAYOUT = Layout(
    "traefik",
    ("/etc/traefik",),
    ("traefik.yml", "traefik.yaml", "traefik.toml", "traefik*.yml", "traefik*.yaml", "traefik*.toml"),
    recognises=looks_like_traefik,
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

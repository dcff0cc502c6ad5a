"""Varnish: a VCL and a virtual handshake -> what the real program does with it.

``load`` reads a file with its includes, ``trace`` sends a request through it; ``servers`` and ``routes`` tell where it leads.
"""

from advisor.proxies import Layout
from advisor.proxies.varnish.advice import define_block, route_block, timeout_block, upgrade_block
from advisor.proxies.varnish.load import Config, load, looks_like_vcl
from advisor.proxies.varnish.routes import routes, servers
from advisor.proxies.varnish.trace import trace

LAYOUT = Layout("varnish", ("/etc/varnish",), ("default.vcl", "*.vcl"), recognises=looks_like_vcl)

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

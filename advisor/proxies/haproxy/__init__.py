"""HAProxy: a configuration and a virtual handshake -> what the real program does with it.

``load`` reads one or several files, ``trace`` sends a request through them; ``servers`` and ``upstream_names`` tell where it
listens and whom it knows.
"""

from advisor.formats.haproxy import looks_like_haproxy
from advisor.proxies import Layout
from advisor.proxies.haproxy.advice import route_block, spare_block, timeout_block, upgrade_block
from advisor.proxies.haproxy.load import Config, load
from advisor.proxies.haproxy.routes import routes
from advisor.proxies.haproxy.servers import servers, upstream_names
from advisor.proxies.haproxy.trace import trace

LAYOUT = Layout(
    "haproxy",
    ("/etc/haproxy", "/usr/local/etc/haproxy"),
    ("haproxy.cfg", "haproxy.conf", "haproxy*.cfg", "*.haproxy.cfg", "haproxy.cfg.*"),
    ("conf.d/*.cfg",),
    frozenset({"conf.d"}),
    looks_like_haproxy,
)

__all__ = [
    "LAYOUT",
    "Config",
    "load",
    "route_block",
    "routes",
    "servers",
    "spare_block",
    "timeout_block",
    "trace",
    "upgrade_block",
    "upstream_names",
]

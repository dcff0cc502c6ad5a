"""Squid as a reverse proxy: a configuration and a virtual handshake -> what the real program does with it.

``load`` reads a main file with its includes, ``trace`` sends a request through it; ``servers`` and ``routes`` tell where it
listens and where it leads. A forward proxy's configuration has no public side of the app.
"""

from advisor.formats.squid import looks_like_squid
from advisor.proxies import Layout
from advisor.proxies.squid.advice import route_block, timeout_block, upgrade_block
from advisor.proxies.squid.load import FOLDERS, Config, load
from advisor.proxies.squid.routes import routes
from advisor.proxies.squid.trace import servers, trace

LAYOUT = Layout(
    "squid",
    ("/etc/squid", "/etc/squid3", "/usr/local/squid/etc"),
    ("squid.conf", "squid*.conf", "*.squid.conf"),
    ("conf.d/*.conf",),
    FOLDERS,
    looks_like_squid,
)

__all__ = ["LAYOUT", "Config", "load", "route_block", "routes", "servers", "timeout_block", "trace", "upgrade_block"]

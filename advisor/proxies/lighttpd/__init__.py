"""lighttpd: a configuration and a virtual handshake -> what the real program does with it.

``load`` reads a main file with its includes, ``trace`` sends a request through it; ``servers`` and ``upstream_names`` tell
where it listens and whom it knows.
"""

from advisor.formats.lighttpd import looks_like_lighttpd
from advisor.proxies import Layout
from advisor.proxies.lighttpd.advice import route_block, timeout_block, upgrade_block
from advisor.proxies.lighttpd.load import FOLDERS, Config, load
from advisor.proxies.lighttpd.routes import routes
from advisor.proxies.lighttpd.trace import servers, trace, upstream_names

LAYOUT = Layout(
    "lighttpd",
    ("/etc/lighttpd", "/usr/local/etc/lighttpd"),
    ("lighttpd.conf", "lighttpd*.conf", "*.lighttpd.conf"),
    ("conf-enabled/*.conf", "conf.d/*.conf"),
    FOLDERS,
    looks_like_lighttpd,
)

__all__ = [
    "LAYOUT",
    "Config",
    "load",
    "route_block",
    "routes",
    "servers",
    "timeout_block",
    "trace",
    "upgrade_block",
    "upstream_names",
]

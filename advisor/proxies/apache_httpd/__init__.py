"""Apache httpd: a configuration and a virtual handshake -> what the real program does with it.

``load`` reads a main file with its includes, ``trace`` sends a request through it; ``servers`` tells where it listens.
"""

from advisor.formats.apache import looks_like_apache
from advisor.proxies import Layout
from advisor.proxies.apache_httpd.advice import define_block, module_block, route_block, timeout_block, upgrade_block
from advisor.proxies.apache_httpd.hosts import servers
from advisor.proxies.apache_httpd.load import PARTS, ROOTS, Config, load
from advisor.proxies.apache_httpd.routes import routes
from advisor.proxies.apache_httpd.trace import trace

LAYOUT = Layout(
    "apache",
    ROOTS,
    ("apache2.conf", "httpd.conf", "conf/httpd.conf"),
    ("sites-enabled/*", "conf.d/*.conf", "conf-enabled/*.conf", "sites-available/*.conf"),
    PARTS,
    looks_like_apache,
)

__all__ = [
    "LAYOUT",
    "Config",
    "define_block",
    "load",
    "module_block",
    "route_block",
    "routes",
    "servers",
    "timeout_block",
    "trace",
    "upgrade_block",
]

"""nginx: a configuration and a virtual handshake -> what the real program does with it.

``load`` reads a main file with its includes, ``trace`` sends a request through it; ``servers`` and ``upstream_names`` tell
where it listens and whom it knows.
"""

from advisor.formats.nginx import looks_like_nginx
from advisor.proxies import Layout
from advisor.proxies.nginx.advice import affinity_block, define_block, narrow_block, route_block, timeout_block, upgrade_block
from advisor.proxies.nginx.load import Config, is_server_level, load
from advisor.proxies.nginx.routes import gateways, routes
from advisor.proxies.nginx.servers import servers, upstream_names
from advisor.proxies.nginx.trace import trace

LAYOUT = Layout(
    "nginx",
    ("/etc/nginx", "/usr/local/etc/nginx", "/usr/local/nginx/conf", "/usr/local/openresty/nginx/conf", "/opt/nginx/conf"),
    ("nginx.conf", "nginx.conf.template", "nginx*.conf", "*.nginx.conf", "*.nginx"),
    ("conf.d/*.conf", "http.d/*.conf", "sites-enabled/*", "templates/*.template"),
    frozenset({"conf.d", "http.d", "sites-enabled", "sites-available", "snippets", "templates"}),
    looks_like_nginx,
)

__all__ = [
    "LAYOUT",
    "Config",
    "affinity_block",
    "define_block",
    "gateways",
    "is_server_level",
    "load",
    "narrow_block",
    "route_block",
    "routes",
    "servers",
    "timeout_block",
    "trace",
    "upgrade_block",
    "upstream_names",
]

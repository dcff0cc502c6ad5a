"""nginx: a configuration and a virtual handshake -> what the real program does with it.

``load`` reads a main file with its includes, ``trace`` sends a request through it; ``servers`` and ``upstream_names`` tell
where it listens and whom it knows.
"""

from advisor.proxies.nginx.advice import route_block, timeout_block, upgrade_block
from advisor.proxies.nginx.load import Config, is_server_level, load
from advisor.proxies.nginx.routes import routes
from advisor.proxies.nginx.servers import servers, upstream_names
from advisor.proxies.nginx.trace import trace

__all__ = [
    "Config",
    "is_server_level",
    "load",
    "route_block",
    "routes",
    "servers",
    "timeout_block",
    "trace",
    "upgrade_block",
    "upstream_names",
]

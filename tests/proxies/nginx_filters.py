"""nginx cases about headers that a handshake needs and that a line takes away, and about which upgrades are handed on."""

from __future__ import annotations

from tests.proxies.nginx_headers import UP, location
from tests.proxies.nginx_program import Case

WS = f"proxy_http_version 1.1; {UP}"
ONLY = (
    "map $http_upgrade $socket_upgrade { default ''; ~*^websocket$ $http_upgrade; }\n"
    "map $socket_upgrade $socket_connection { default upgrade; '' ''; }\n"
)
SELECT = "proxy_http_version 1.1; proxy_set_header Upgrade $socket_upgrade; proxy_set_header Connection $socket_connection;"

CASES = (
    Case("the key is emptied", location(f'{WS} proxy_set_header Sec-WebSocket-Key "";')),
    Case("the version is emptied", location(f'{WS} proxy_set_header Sec-WebSocket-Version "";')),
    Case("the cookie is emptied", location(f'{WS} proxy_set_header Cookie "";'), headers=(("Cookie", "sid=1"),)),
    Case("headers passed on inside again", location(f"{WS} proxy_pass_request_headers on;", "proxy_pass_request_headers off;\n")),
    Case("only websocket is handed on", location(SELECT, ONLY)),
)

"""nginx cases that configurations made up at random brought to light: captures, escapes, maps, servers without locations."""

# ruff: noqa: E501 - one configuration per case, in one piece

from __future__ import annotations

from tests.proxies.nginx_headers import UP, server
from tests.proxies.nginx_program import Case

WS = f"proxy_http_version 1.1; {UP}"
A = f"proxy_pass http://127.0.0.1:@APP@; {WS}"
TO_CAPTURE = f"proxy_pass http://127.0.0.1:@APP@/s/$1; {WS}"
TWO_SERVERS = "server {{ listen @PORT@ default_server; {first} location / {{ {a} }} }}\nserver {{ listen @PORT@; server_name app.example.com; {second} location / {{ {a} }} }}\n"

CASES = (
    Case("captures are lost where a later rewrite does not match", server(f"location ~ ^/(w)s {{ rewrite ^/live /x last; {TO_CAPTURE} }}")),
    Case("captures are lost where a later condition does not match", server(f"location ~ ^/(w)s {{ if ($args ~ token) {{ set $a b; }} {TO_CAPTURE} }}")),
    Case("captures of a condition that matches", server(f"location ~ ^/(w)s {{ if ($args ~ token=(.)) {{ set $a b; }} {TO_CAPTURE} }}"), path="/ws?token=7"),
    Case("captures of a server name are lost", f"server {{ listen @PORT@; server_name ~^(\\w+)\\.; location / {{ rewrite ^/live /x; {TO_CAPTURE} }} }}"),
    Case("captures are escaped in a rewritten query", server(f"rewrite ^/ws/(.+)$ /x?r=$1?; location / {{ {A} }}"), path="/ws/a%3Fb"),
    Case("captures stay as they are in a rewritten query", server(f"rewrite ^/ws/(.+)$ /x?r=$1?; location / {{ {A} }}"), path="/ws/a:b"),
    Case("a plus has captures escaped", server(f"rewrite ^/ws/(.+)$ /x?r=$1?; location / {{ {A} }}"), path="/ws/a+b&c"),
    Case("captures in a redirect's path", server("rewrite ^/ws(.*)$ /live$1 redirect;"), path="/ws/a%3Fb%20c"),
    Case("captures in a redirect's query", server("rewrite ^/ws/(.*)$ /live?r=$1 redirect;"), path="/ws/a%3Fb%20c"),
    Case("the proxy's host and port as variables", server(f"location / {{ {A} proxy_set_header X-Back $proxy_host; proxy_set_header X-Port $proxy_port; }}")),
    Case("the name of an upstream as a variable", "upstream group { server 127.0.0.1:@APP@; }\n" + server(f"location / {{ proxy_pass http://group; {WS} proxy_set_header X-Back $proxy_host; proxy_set_header X-Port $proxy_port; }}")),
    Case("alias in a named location", server(f"location / {{ {A} }} location @named {{ alias html/; }}")),
    Case("empty map in proxy_pass", "map $args $backend { token 127.0.0.1:@APP@; }\n" + server(f"location / {{ proxy_pass http://$backend; {WS} }}")),
    Case("empty map in proxy_pass with a path", "map $args $backend { token 127.0.0.1:@APP@; }\n" + server(f"location / {{ proxy_pass http://$backend/x; {WS} }}")),
    Case("rewrite to itself without a location", server("rewrite ^(.*)$ $1;")),
    Case("rewrite of a server without a location", server("rewrite ^/ws(.*)$ /live$1 last; return 418;")),
    Case("internal holds for nested locations", server(f"location /w {{ internal; location /ws {{ {A} }} }}")),
    Case("a map is looked up once", "map $uri $seen { /ws first; default second; }\n" + server(f"if ($seen = x) {{ return 403; }} rewrite ^ /live break; location / {{ {A} proxy_set_header X-Seen $seen; }}")),
    Case("a volatile map is looked up again", "map $uri $seen { volatile; /ws first; default second; }\n" + server(f"if ($seen = x) {{ return 403; }} rewrite ^ /live break; location / {{ {A} proxy_set_header X-Seen $seen; }}")),
    Case("slashes are merged as the default server says", TWO_SERVERS.format(first="", second="merge_slashes off;", a=f"return 418; location /ws/a {{ {A} }}"), path="//ws//a", host="app.example.com"),
    Case("slashes stay as the default server says", TWO_SERVERS.format(first="merge_slashes off;", second="", a=f"return 418; location /ws/a {{ {A} }}"), path="//ws//a", host="app.example.com"),
    Case("underscores count as the server says that the host names", TWO_SERVERS.format(first="underscores_in_headers on;", second="", a=A), host="app.example.com", headers=(("X_Room", "1"),)),
)  # fmt: skip

"""nginx cases about where the handshake goes: servers, locations, rewrites, fallbacks, upstreams, answers of nginx itself."""

# ruff: noqa: E501 - one configuration per case, in one piece

from __future__ import annotations

from tests.proxies.nginx_headers import UP, server
from tests.proxies.nginx_program import Case

WS = f"proxy_http_version 1.1; {UP}"
A = f"proxy_pass http://127.0.0.1:@APP@; {WS}"
B = f"proxy_pass http://127.0.0.1:@APP2@; {WS}"


def two(first: str, second: str) -> str:
    return server(f"location {first} {{ {A} }}\nlocation {second} {{ {B} }}")


CASES = (
    Case("longest prefix", two("/", "/ws/chat"), path="/ws/chat/1"),
    Case("prefix is not a path segment", two("/ws", "/"), path="/wsx"),
    Case("exact before prefix", two("= /ws", "/ws")),
    Case("exact does not cover below", two("= /ws", "/"), path="/ws/"),
    Case("pattern before prefix", two("/ws", "~ ^/w")),
    Case("caret keeps patterns out", two("^~ /ws", "~ ^/w")),
    Case("first pattern wins", two("~ s$", "~ ^/ws")),
    Case("pattern without case", two("~* ^/WS", "/")),
    Case("pattern with case", two("~ ^/WS", "/")),
    Case("prefix with case", two("/WS", "/")),
    Case("modifier glued to its pattern", two("=/ws", "/")),
    Case("nested prefix", server(f"location / {{ {B} location /ws {{ {A} }} }}")),
    Case("nested pattern inside caret", server(f"location ^~ /ws {{ {B} location ~ x$ {{ {A} }} }}"), path="/ws/x"),
    Case("outer pattern after nested prefix", server(f"location /w {{ location /ws {{ {B} }} }} location ~ ^/ws {{ {A} }}")),
    Case("encoded path is decoded for locations", two("/ws", "/"), path="/%77s/a%20b"),
    Case("double slashes are merged", two("/ws/a", "/"), path="//ws//a"),
    Case("dots are resolved", two("/ws", "/"), path="/x/../ws/."),
    Case("slash is added by a redirect", server(f"location /ws/ {{ {A} }}")),
    Case("slash redirect keeps the query", server(f"location /ws/ {{ {A} }}"), path="/ws?token=1"),
    Case("slash redirect not with an exact location", server(f"location /ws/ {{ {B} }} location = /ws {{ {A} }}")),
    Case("slash redirect before a pattern", server(f"location /ws/ {{ {A} }} location ~ ^/ws$ {{ {B} }}")),
    Case("slash redirect not without a pass", server(f"location /ws/ {{ root html; }} location / {{ {A} }}")),
    Case("slash redirect relative", server(f"absolute_redirect off; location /ws/ {{ {A} }}")),
    Case("slash redirect without port", server(f"port_in_redirect off; location /ws/ {{ {A} }}")),
    Case("no location at all", server("")),
    Case("a plain file", server("root html; location / { }"), path="/index.html"),
    Case("root directory", server("root html; location / { }"), path="/"),
    # the address of proxy_pass
    Case("pass without URI keeps the path", server(f"location /ws/ {{ {A} }}"), path="/ws/a%2Fb?x=%20y"),
    Case("pass with slash strips the prefix", server(f"location /ws/ {{ proxy_pass http://127.0.0.1:@APP@/; {WS} }}"), path="/ws/a?q=1"),
    Case("pass with slash and no slash before", server(f"location /ws {{ proxy_pass http://127.0.0.1:@APP@/; {WS} }}"), path="/ws/a"),
    Case("pass with another path", server(f"location /ws {{ proxy_pass http://127.0.0.1:@APP@/socket; {WS} }}"), path="/ws/a%20b?q=1"),
    Case("pass with a query", server(f"location /ws {{ proxy_pass http://127.0.0.1:@APP@/s?k=v; {WS} }}"), path="/ws?q=1"),
    Case("pass with a path in an exact location", server(f"location = /ws {{ proxy_pass http://127.0.0.1:@APP@/socket; {WS} }}"), path="/ws?q=1"),
    Case("pass from variables with a path", server(f"location ~ ^/ws/(.*)$ {{ proxy_pass http://127.0.0.1:@APP@/s/$1; {WS} }}"), path="/ws/a?q=1"),
    Case("pass from variables with path and query", server(
        f"location ~ ^/ws/(.*)$ {{ proxy_pass http://127.0.0.1:@APP@/s/$1$is_args$args; {WS} }}"), path="/ws/a?q=1"),
    Case("pass from a variable without a path", server(f"set $up 127.0.0.1:@APP@; location /ws/ {{ proxy_pass http://$up; {WS} }}"), path="/ws/a?q=1"),
    Case("pass from a variable with a slash", server(f"set $up 127.0.0.1:@APP@; location /ws/ {{ proxy_pass http://$up/; {WS} }}"), path="/ws/a?q=1"),
    Case("pass with request_uri", server(f"location /ws/ {{ proxy_pass http://127.0.0.1:@APP@$request_uri; {WS} }}"), path="/ws/a%20b?q=1"),
    Case("pass in a pattern without a path", server(f"location ~ ^/ws {{ {A} }}"), path="/ws/a?q=1"),
    Case("pass to a named group", server(f"location ~ ^/(?<service>ws|api)/ {{ proxy_pass http://127.0.0.1:@APP@/$service-x; {WS} }}"), path="/ws/1"),
    Case("map chooses the upstream", "map $uri $up { default 127.0.0.1:@APP2@; ~^/ws 127.0.0.1:@APP@; }\n"
         + server(f"location / {{ proxy_pass http://$up; {WS} }}")),
    # rewrites
    Case("rewrite break", server(f"location /ws/ {{ rewrite ^/ws/(.*)$ /$1 break; {A} }}"), path="/ws/a%20b?q=1"),
    Case("rewrite break ignores the URI of the pass", server(
        f"location /ws/ {{ rewrite ^/ws/(.*)$ /in/$1 break; proxy_pass http://127.0.0.1:@APP@/out/; {WS} }}"), path="/ws/a"),
    Case("rewrite last", server(f"location /ws {{ rewrite ^/ws(.*)$ /socket$1 last; {B} }} location /socket {{ {A} }}"), path="/ws/1?q=1"),
    Case("rewrite without a flag", server(f"location /ws {{ rewrite ^/ws(.*)$ /socket$1; {B} }} location /socket {{ {A} }}")),
    Case("rewrite without a flag, then break", server(f"location /ws {{ rewrite ^/ws(.*)$ /socket$1; break; {A} }} location /socket {{ {B} }}")),
    Case("rewrite at server level", server(f"rewrite ^/ws$ /socket; location /socket {{ {A} }} location / {{ {B} }}")),
    Case("rewrite at server level, break", server(
        f"rewrite ^/ws/(.*)$ /socket/$1 break; location /socket/ {{ proxy_pass http://127.0.0.1:@APP@/x/; {WS} }}"), path="/ws/a"),
    Case("rewrite adds a query", server(f"location /ws {{ rewrite ^/ws/(\\w+)$ /socket?room=$1 break; {A} }}"), path="/ws/blue?q=1"),
    Case("rewrite drops the query", server(f"location /ws {{ rewrite ^ /socket? break; {A} }}"), path="/ws?q=1"),
    Case("rewrite redirect", server(f"location /ws {{ rewrite ^/ws(.*)$ /socket$1 redirect; {A} }}"), path="/ws/1?q=1"),
    Case("rewrite permanent", server(f"location /ws {{ rewrite ^ https://$host$uri permanent; {A} }}"), path="/ws?q=1"),
    Case("rewrite circle", server(f"location / {{ rewrite ^(.*)$ $1x last; {A} }}")),
    Case("rewrite that does not match", server(f"location /ws {{ rewrite ^/api /x break; {A} }}")),
    Case("two rewrites, the second sees the first", server(f"location /ws {{ rewrite ^/ws /b; rewrite ^/b$ /c break; {A} }}")),
    # return and if
    Case("return 301 to https", server("return 301 https://$host$request_uri;"), path="/ws?q=1"),
    Case("return 308", server("location / { return 308 https://$server_name$request_uri; }")),
    Case("return relative", server("location / { return 302 /socket; }")),
    Case("return a URL", server("location / { return https://x.example.com/; }")),
    Case("return 426", server("location / { return 426; }")),
    Case("return text", server("location / { return 404 'no'; } error_page 404 = @app; location @app { " + A + " }")),
    Case("return 444", server("location / { return 444; }")),
    Case("if no upgrade return", server(f"location /ws {{ if ($http_upgrade = '') {{ return 400; }} {A} }}")),
    Case("if upgrade is not websocket", server(f"location /ws {{ if ($http_upgrade != 'websocket') {{ return 426; }} {A} }}")),
    Case("if scheme is http", server(f"if ($scheme = http) {{ return 301 https://$host$request_uri; }} location / {{ {A} }}")),
    Case("if host differs", server(f"if ($host != 'example.com') {{ return 301 https://example.com$request_uri; }} location / {{ {A} }}")),
    Case("if host fits", server(f"if ($host ~* ^app\\.) {{ rewrite ^/ws /socket break; }} location / {{ {A} }}")),
    Case("if forwarded proto is http", server(
        f"if ($http_x_forwarded_proto = 'http') {{ return 301 https://$host$request_uri; }} location / {{ {A} }}"),
        headers=(("X-Forwarded-Proto", "https"),)),
    Case("if file is missing", server(
        f"root html; location / {{ if (!-f $request_filename) {{ proxy_pass http://127.0.0.1:@APP@; }} {WS} }}")),
    Case("if captures", server(f"location / {{ if ($uri ~ ^/ws/(\\d+)) {{ set $room $1; }} proxy_set_header X-Room $room; {A} }}"), path="/ws/42"),
    # fallbacks
    Case("try_files to a named location", server(f"root html; location / {{ try_files $uri $uri/ @app; }} location @app {{ {A} }}")),
    Case("try_files to the page", server("root html; location / { try_files $uri $uri/ /index.html; }")),
    Case("try_files root", server(f"root html; location / {{ try_files $uri $uri/ @app; }} location @app {{ {A} }}"), path="/"),
    Case("try_files root, file only", server(f"root html; location / {{ try_files $uri @app; }} location @app {{ {A} }}"), path="/"),
    Case("try_files root, index named", server(f"root html; location / {{ try_files $uri/index.html $uri @app; }} location @app {{ {A} }}"), path="/", branch="there is a"),
    Case("try_files 404", server("root html; location / { try_files $uri =404; }")),
    Case("try_files to a path", server(f"root html; location /ws {{ try_files $uri /socket?x=$uri; }} location /socket {{ {A} }}"), path="/ws?q=1"),
    Case("try_files at server level without locations", server(f"root html; try_files $uri @app; location @app {{ {A} }}")),
    Case("try_files at server level, a location takes it", server(f"root html; try_files $uri @app; location / {{ }} location @app {{ {A} }}")),
    Case("try_files beside a pass", server(f"root html; location / {{ try_files $uri @app; {B} }} location @app {{ {A} }}")),
    Case("named location with a rewrite", server(
        f"root html; location / {{ try_files $uri @app; }} location @app {{ rewrite ^/ws(.*) /in$1 break; {A} }}"), path="/ws/1"),
    Case("error_page to a named location", server(f"root html; error_page 404 = @app; location / {{ }} location @app {{ {A} }}")),
    Case("error_page keeps its status", server(f"root html; error_page 404 @app; location / {{ }} location @app {{ {A} }}")),
    Case("error_page trick with 418", server(
        f"location / {{ error_page 418 = @socket; if ($http_upgrade) {{ return 418; }} {B} }} location @socket {{ {A} }}")),
    Case("error_page redirect", server("error_page 404 https://x.example.com/; root html;")),
    Case("error_page to a page", server("root html; error_page 404 /index.html; location / { }")),
    Case("error_page with a status of its own", server("root html; error_page 404 =200 /index.html; location / { }")),
    Case("error_page missing name", server("root html; error_page 404 = @nowhere; location / { }")),
    Case("internal location", server(f"location /ws {{ internal; {A} }}")),
    # access
    Case("deny all", server(f"location /ws {{ deny all; {A} }}")),
    Case("allow loopback", server(f"location /ws {{ allow 127.0.0.1; deny all; {A} }}"), branch="allowed"),
    Case("allow another", server(f"location /ws {{ allow 192.0.2.0/24; deny all; {A} }}"), branch="denied"),
    Case("deny one address", server(f"location /ws {{ deny 192.0.2.1; {A} }}")),
    Case("deny at server level, own allow", server(f"deny all; location /ws {{ allow all; {A} }}")),
    Case("password", server(f"auth_basic 'x'; auth_basic_user_file users; location /ws {{ {A} }}"), files=(("users", "a:{PLAIN}b\n"),)),
    Case("password off here", server(f"auth_basic 'x'; auth_basic_user_file users; location /ws {{ auth_basic off; {A} }}"),
         files=(("users", "a:{PLAIN}b\n"),)),
    Case("password or address", server(
        f"location /ws {{ satisfy any; allow all; auth_basic 'x'; auth_basic_user_file users; {A} }}"), files=(("users", "a:{PLAIN}b\n"),)),
    Case("password given", server(f"auth_basic 'x'; auth_basic_user_file users; location /ws {{ {A} }}"),
         files=(("users", "a:{PLAIN}b\n"),), headers=(("Authorization", "Basic YTpi"),), branch="right"),
    Case("auth_request passes", server(f"location /ws {{ auth_request /auth; {A} }} location = /auth {{ internal; return 204; }}")),
    Case("auth_request refuses", server(f"location /ws {{ auth_request /auth; {A} }} location = /auth {{ internal; return 403; }}")),
    Case("auth_request to nowhere", server(f"root html; location /ws {{ auth_request /auth; {A} }}")),
    Case("limit_except does not touch GET", server(f"location /ws {{ limit_except GET {{ deny all; }} {A} }}")),
    Case("limit_req", "limit_req_zone $binary_remote_addr zone=one:1m rate=1r/s;\n" + server(f"location /ws {{ limit_req zone=one; {A} }}")),
    Case("limit_conn", "limit_conn_zone $binary_remote_addr zone=two:1m;\n" + server(f"location /ws {{ limit_conn two 5; {A} }}")),
)  # fmt: skip

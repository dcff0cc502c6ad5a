"""nginx cases found by doubting the model: less usual directives, combinations and version-bound behaviour."""

from __future__ import annotations

from tests.proxies.nginx_headers import UP, location, server
from tests.proxies.nginx_program import Case
from tests.proxies.nginx_routing import WS, A, B
from tests.proxies.nginx_servers import TLS

# ruff: noqa: E501 - one configuration per case, in one piece

CASES = (
    Case("header line twice", location("proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection close; proxy_set_header Connection upgrade;")),
    Case("plain listener with http2", f"server {{ listen @PORT@ http2; location / {{ {A} }} }}"),
    Case("http2 to the upstream", location(f"proxy_http_version 2; {UP}")),
    Case("handshake refused by TLS", f"server {{ listen @TLS@ ssl; ssl_reject_handshake on; location / {{ {A} }} }}", port="TLS", secure=True),
    Case("client certificate wanted", f"server {{ listen @TLS@ ssl; {TLS} ssl_client_certificate @CERT@; ssl_verify_client on; location / {{ {A} }} }}",
         port="TLS", secure=True, branch="presents none"),
    Case("client certificate optional", f"server {{ listen @TLS@ ssl; {TLS} ssl_client_certificate @CERT@; ssl_verify_client optional; location / {{ {A} }} }}",
         port="TLS", secure=True),
    Case("name in a variable without a resolver", f"events {{}}\nhttp {{\n server {{ listen @PORT@; set $up localhost:@APP@; location / {{ proxy_pass http://$up; {WS} }} }}\n}}"),
    Case("name in a variable, named literally elsewhere", server(
        f"set $up localhost:@APP@; location / {{ proxy_pass http://$up; {WS} }} location /other {{ proxy_pass http://localhost:@APP@; }}")),
    Case("name in a variable, only a part shown", server(f"set $up localhost; location / {{ proxy_pass http://$up:@APP@; {WS} }}"), branch="no resolver"),
    Case("slashes are not merged", server(f"merge_slashes off; location /ws {{ {A} }} location / {{ {B} }}"), path="//ws"),
    Case("scheme in a variable", server(f"location / {{ proxy_pass $scheme://127.0.0.1:@APP@; {WS} }}")),
    Case("host and port in variables", server(f"set $h 127.0.0.1; set $p @APP@; location / {{ proxy_pass http://$h:$p; {WS} }}")),
    Case("map with host names", "map $host $up { hostnames; default 127.0.0.1:@APP2@; *.example.com 127.0.0.1:@APP@; }\n"
         + server(f"location / {{ proxy_pass http://$up; {WS} }}")),
    Case("map default that uses a variable", "map $http_x_none $c { default $http_connection; }\n" + location(
        "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $c;")),
    Case("map value joined", "map $uri $x { default a-$host-b; }\n" + location(f"{WS} proxy_set_header X-M $x;")),
    Case("map with captures", "map $uri $room { ~^/ws/(?<name>.+)$ room-$name; }\n" + location(f"{WS} proxy_set_header X-Room $room;"), path="/ws/blue"),
    Case("map with escaped key", "map $http_x $x { \\default yes; default no; }\n" + location(f"{WS} proxy_set_header X-M $x;"), headers=(("X", "default"),)),
    Case("map from an included file", "map $uri $c { default close; include upgrade.map; }\n" + location(
        "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $c;"), files=(("upgrade.map", "/ws upgrade;\n"),)),
    Case("geo closes", "geo $c { default close; 127.0.0.1 upgrade; }\n" + server(
        "location / { if ($c = close) { return 403; } " + A + " }"), branch="does not hold"),
    Case("set at server level, used in a location", server(f"set $c $http_connection; location / {{ {A} proxy_set_header X-C $c; }}")),
    Case("set in a location runs before the server's is gone", server(f"set $c a; location / {{ set $c b; {A} proxy_set_header X-C $c; }}")),
    Case("upgrade is sent to its own path", server(
        f"if ($http_upgrade = websocket) {{ rewrite ^ /sockets$uri last; }} location /sockets/ {{ {A} }} location / {{ {B} }}")),
    Case("if with break", server(f"location / {{ if ($http_upgrade) {{ break; }} return 400; {A} }}")),
    Case("if with rewrite break", server(f"location / {{ if ($http_upgrade) {{ rewrite ^/ws(.*)$ /s$1 break; proxy_pass http://127.0.0.1:@APP@; }} {WS} }}"), path="/ws/1"),
    Case("if sets a header of its own", server(
        f"location / {{ {WS} if ($http_upgrade) {{ proxy_pass http://127.0.0.1:@APP@; }} proxy_pass http://127.0.0.1:@APP2@; proxy_read_timeout 5s; }}")),
    Case("if negative match", server(f"location / {{ if ($http_upgrade !~* ^websocket$) {{ return 400; }} {A} }}")),
    Case("if empty string", server(f"location / {{ if ($http_x_none) {{ return 400; }} {A} }}")),
    Case("if zero", server(f"set $off 0; location / {{ if ($off) {{ return 400; }} {A} }}")),
    Case("if quoted with a parenthesis after", server(f'location / {{ if ($http_upgrade = "websocket") {{ set $x "1"; }} {A} proxy_set_header X-X $x; }}')),
    Case("if with blanks inside", server(f"location / {{ if ( $http_upgrade = websocket ) {{ set $x 1; }} {A} proxy_set_header X-X $x; }}")),
    Case("if a file test with blanks", server(f"location / {{ if ( !-d /nowhere/at/all ) {{ set $x 1; }} {A} proxy_set_header X-X $x; }}"), branch="does not exist"),
    Case("if equals nothing", server(f"location / {{ if ($http_x_none = '') {{ set $x 1; }} {A} proxy_set_header X-X $x; }}")),
    Case("if one word with blanks", server(f"location / {{ if ( $http_upgrade ) {{ set $x 1; }} {A} proxy_set_header X-X $x; }}")),
    Case("if origin is not ours", server(f"location / {{ if ($http_origin !~ ^https?://app\\.example\\.com) {{ return 403; }} {A} }}")),
    Case("if on an argument", server(f"location / {{ if ($arg_token = '') {{ return 401; }} {A} }}"), path="/ws?token=t"),
    Case("if on a missing argument", server(f"location / {{ if ($arg_token = '') {{ return 401; }} {A} }}")),
    Case("if on a method", server(f"location / {{ if ($request_method !~ ^(GET|HEAD)$) {{ return 405; }} {A} }}")),
    Case("maintenance page", server(f"root html; location / {{ if (-f $document_root/maintenance.html) {{ return 503; }} {A} }}"), branch="does not exist"),
    Case("error page for 503 that redirects", server("location / { return 503; } error_page 503 =307 https://status.example.com/;")),
    Case("error pages that recurse", server(
        f"recursive_error_pages on; location / {{ error_page 404 = @a; return 404; }} location @a {{ error_page 405 = @b; return 405; }} location @b {{ {A} }}")),
    Case("error pages that do not recurse", server(
        f"location / {{ error_page 404 = @a; return 404; }} location @a {{ error_page 405 = @b; return 405; }} location @b {{ {A} }}")),
    Case("error page to a proxied path", server(f"location / {{ error_page 404 = /sockets; return 404; }} location /sockets {{ {A} }}"), path="/ws?q=1"),
    Case("error page of the server for a password", server(f"error_page 401 = @login; auth_basic x; auth_basic_user_file users; location / {{ {A} }} location @login {{ return 302 /login; }}"),
         files=(("users", "a:{PLAIN}b\n"),)),
    Case("nested location inherits the access list", server(f"location / {{ deny all; location /ws {{ {A} }} }}")),
    Case("nested location replaces the access list", server(f"location / {{ deny all; location /ws {{ allow all; {A} }} }}")),
    Case("alias of a directory that is not there", server("location /ws/ { alias nowhere/; }")),
    Case("trailing dot segments", server(f"location /ws/ {{ {A} }} location / {{ {B} }}"), path="/ws/a/.."),
    Case("percent slash", server(f"location /ws/a {{ {A} }} location / {{ {B} }}"), path="/ws%2Fa"),
    Case("percent question mark", server(f"location /ws {{ proxy_pass http://127.0.0.1:@APP@/x; {WS} }}"), path="/ws%3Fa"),
    Case("unicode path", server(f"location /ws {{ proxy_pass http://127.0.0.1:@APP@/x; {WS} }}"), path="/ws/%C3%A9"),
    Case("plus and semicolon", server(f"location /ws/ {{ proxy_pass http://127.0.0.1:@APP@/x/; {WS} }}"), path="/ws/a+b;c=d,e@f"),
    Case("socket.io default", server(f"location /socket.io/ {{ {A} }} location / {{ {B} }}"), path="/socket.io/?EIO=4&transport=websocket"),
    Case("socket.io without its slash", server(f"location /socket.io {{ {A} }}"), path="/socket.io/?EIO=4&transport=websocket"),
    Case("hash by cookie", "upstream app { hash $cookie_sid; server 127.0.0.1:@APP@; }\n" + server(f"location / {{ proxy_pass http://app; {WS} }}")),
    Case("hash with ip_hash", "upstream app { ip_hash; hash $remote_addr; server 127.0.0.1:@APP@; }\n" + server(f"location / {{ proxy_pass http://app; {WS} }}")),
    Case("balancer behind keepalive", "upstream app { server 127.0.0.1:@APP@; keepalive 4; least_conn; }\n" + server(f"location / {{ proxy_pass http://app; {WS} }}")),
    Case("port in the Host by default", location(WS, path="/")),
    Case("https default port in the Host", server(f"location / {{ proxy_pass http://app; {WS} }}") + "upstream app { server 127.0.0.1:@APP@; }"),
    Case("template that is not filled in", server(f"location / {{ proxy_pass http://${{BACKEND}}; {WS} }}"), branch="nothing defines"),
    Case("log format defined later", server(f"access_log /dev/null later; location / {{ {A} }}") + "log_format later '$remote_addr';\n"),
    Case("limit_rate and sendfile", server(f"limit_rate 100k; sendfile on; tcp_nopush on; location / {{ {A} client_max_body_size 10m; }}")),
    Case("cache does not touch the tunnel", "proxy_cache_path @DIR@/cache keys_zone=c:1m;\n" + location(f"{WS} proxy_cache c;")),
    Case("gzip and sub_filter types", location(f"{WS} gzip on; gzip_types text/plain;")),
    Case("post only", server(f"location / {{ limit_except POST {{ deny all; }} {A} }}")),
    Case("post only by address", server(f"location / {{ limit_except POST {{ allow 127.0.0.1; deny all; }} {A} }}"), branch="allowed"),
)  # fmt: skip

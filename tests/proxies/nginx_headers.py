"""nginx cases about what the upstream receives: headers, versions, methods, timers."""

# ruff: noqa: E501 - one configuration per case, in one piece

from __future__ import annotations

from tests.proxies.nginx_program import Case

MAP = "map $http_upgrade $connection_upgrade { default upgrade; '' close; }\n"
UP = "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"


def server(body: str, before: str = "") -> str:
    return f"{before}server {{ listen @PORT@;\n{body}\n}}\n"


def location(body: str, before: str = "", path: str = "/ws") -> str:
    return server(f"location {path} {{ proxy_pass http://127.0.0.1:@APP@; {body} }}", before)


CASES = (
    Case("nothing set", location("")),
    Case("only http version", location("proxy_http_version 1.1;")),
    Case("upgrade headers, default version", location(UP)),
    Case("the documented three lines", location(f"proxy_http_version 1.1; {UP}")),
    Case("version 1.0 written", location(f"proxy_http_version 1.0; {UP}")),
    Case("only Upgrade", location("proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;")),
    Case("only Connection", location("proxy_http_version 1.1; proxy_set_header Connection upgrade;")),
    Case("Connection empty", location('proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "";')),
    Case("Connection close", location("proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection close;")),
    Case("Connection keep-alive", location("proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection keep-alive;")),
    Case("Connection handed on", location("proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection;")),
    Case("Connection list", location('proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "keep-alive, Upgrade";')),
    Case("Upgrade constant", location("proxy_http_version 1.1; proxy_set_header Upgrade websocket; proxy_set_header Connection Upgrade;")),
    Case("Upgrade in capitals", location("proxy_http_version 1.1; proxy_set_header UPGRADE $http_upgrade; proxy_set_header CONNECTION $http_connection;")),
    Case("map", location("proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;", MAP)),
    Case("map with a pattern", location(
        "proxy_http_version 1.1; proxy_set_header Upgrade $up; proxy_set_header Connection $conn;",
        "map $http_upgrade $up { default ''; ~*^websocket$ websocket; }\nmap $up $conn { default upgrade; '' ''; }\n")),
    Case("map ignores case", location(
        "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $conn;",
        "map $http_upgrade $conn { default close; WebSocket upgrade; }\n")),
    Case("map over two variables", location(
        "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $conn;",
        'map "$request_method:$uri" $conn { default close; "GET:/ws" upgrade; }\n')),
    Case("map without default", location(
        "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $conn;",
        "map $http_upgrade $conn { h2c upgrade; }\n")),
    Case("headers at server level", server(
        f"proxy_http_version 1.1; {UP}\nlocation /ws {{ proxy_pass http://127.0.0.1:@APP@; }}")),
    Case("headers at http level", f"proxy_http_version 1.1; {UP}\n" + location("")),
    Case("headers lost to one of its own", server(
        f"proxy_http_version 1.1; {UP}\nlocation /ws {{ proxy_pass http://127.0.0.1:@APP@; proxy_set_header Host $host; }}")),
    Case("headers repeated inside", server(
        f"proxy_set_header Host $host;\nlocation /ws {{ proxy_pass http://127.0.0.1:@APP@; proxy_http_version 1.1; {UP} }}")),
    Case("nested location keeps headers", server(
        f"location / {{ proxy_http_version 1.1; {UP} location /ws {{ proxy_pass http://127.0.0.1:@APP@; }} }}")),
    Case("nested location discards headers", server(
        f"location / {{ proxy_http_version 1.1; {UP} location /ws {{ proxy_pass http://127.0.0.1:@APP@; proxy_set_header X-A b; }} }}")),
    Case("nested location without a pass of its own", server(
        f"location / {{ proxy_pass http://127.0.0.1:@APP@; {UP} location /ws {{ proxy_http_version 1.1; }} }}")),
    Case("if with a pass of its own", server(
        "location / { proxy_pass http://127.0.0.1:@APP2@; proxy_http_version 1.1;\n"
        f"  if ($http_upgrade) {{ proxy_pass http://127.0.0.1:@APP@; }} {UP} }}")),
    Case("if websocket", server(
        "location / { proxy_pass http://127.0.0.1:@APP2@;\n"
        f'  proxy_http_version 1.1; {UP} if ($http_upgrade = "websocket") {{ proxy_pass http://127.0.0.1:@APP@; }} }}')),
    Case("if that sets a variable", server(
        'set $c close; if ($http_upgrade ~* websocket) { set $c upgrade; }\n'
        "location / { proxy_pass http://127.0.0.1:@APP@; proxy_http_version 1.1;\n"
        "  proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $c; }")),
    Case("if inherits the pass", server(
        f"location / {{ proxy_pass http://127.0.0.1:@APP@; proxy_http_version 1.1; {UP} if ($http_upgrade) {{ set $x 1; }} }}")),
    Case("two ifs hold", server(
        f"proxy_http_version 1.1; {UP} location / {{ if ($http_upgrade) {{ proxy_pass http://127.0.0.1:@APP@; }}\n"
        "if ($request_method = GET) { proxy_pass http://127.0.0.1:@APP2@; } }")),
    Case("Host and forwarded headers", location(
        f"proxy_http_version 1.1; {UP} proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr;"
        " proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;"
        " proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Port $server_port; proxy_set_header X-Uri $request_uri;")),
    Case("forwarded headers of a hop in front", location(
        f"proxy_http_version 1.1; {UP} proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"),
        headers=(("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", "https"), ("Cookie", "a=1; b=2"))),
    Case("a header is dropped", location(f"proxy_http_version 1.1; {UP} proxy_set_header Origin '';")),
    Case("request headers are not passed", location(f"proxy_http_version 1.1; {UP} proxy_pass_request_headers off;")),
    Case("underscores are dropped", location(f"proxy_http_version 1.1; {UP}"), headers=(("X_Token", "t"), ("X-Token", "u"))),
    Case("underscores are kept", server(
        f"underscores_in_headers on; location /ws {{ proxy_pass http://127.0.0.1:@APP@; proxy_http_version 1.1; {UP} }}"),
        headers=(("X_Token", "t"),)),
    Case("method is changed", location(f"proxy_http_version 1.1; {UP} proxy_method POST;")),
    Case("subprotocol and extensions pass", location(f"proxy_http_version 1.1; {UP}"),
         headers=(("Sec-WebSocket-Protocol", "chat, superchat"), ("Sec-WebSocket-Extensions", "permessage-deflate"))),
    Case("buffering does not matter", location(f"proxy_http_version 1.1; {UP} proxy_buffering on; gzip on;")),
    Case("Debian's proxy_params discards", server(
        f"proxy_http_version 1.1; {UP}\nlocation /ws {{ proxy_pass http://127.0.0.1:@APP@; include proxy_params; }}"),
        files=(("proxy_params", "proxy_set_header Host $http_host;\nproxy_set_header X-Real-IP $remote_addr;\n"),)),
    Case("headers from an included file", location("include snippets/websocket.conf;"),
         files=(("snippets/websocket.conf", f"proxy_http_version 1.1;\n{UP}\n"),)),
    Case("glob of includes", "include parts/*.conf;\n",
         files=(("parts/10-a.conf", "proxy_http_version 1.1;\n"), ("parts/20-b.conf", location(UP)))),
    Case("idle a second", location(f"proxy_http_version 1.1; {UP} proxy_read_timeout 1s;"), idle=True),
    Case("idle inherited in milliseconds", server(
        f"proxy_read_timeout 1000ms; location /ws {{ proxy_pass http://127.0.0.1:@APP@; proxy_http_version 1.1; {UP} }}"), idle=True),
    Case("idle inner wins", server(
        f"proxy_read_timeout 9s; location /ws {{ proxy_pass http://127.0.0.1:@APP@; proxy_http_version 1.1; {UP} proxy_read_timeout 1; }}"),
        idle=True),
    Case("idle despite other timers", location(
        f"proxy_http_version 1.1; {UP} proxy_read_timeout 2s; proxy_send_timeout 1s; send_timeout 1s; keepalive_timeout 1s;"), idle=True),
    Case("backend pings keep it", location(f"proxy_http_version 1.1; {UP} proxy_read_timeout 1s;"), idle=True, backend_ping=True),
    Case("header from a cookie and an argument", location(
        f"proxy_http_version 1.1; {UP} proxy_set_header X-C $cookie_sid; proxy_set_header X-A $arg_token; proxy_set_header X-N $arg_none;"),
        path="/ws?token=abc&x=1", headers=(("Cookie", "q=2; sid=s1"),)),
    Case("braces in a value", location(f'proxy_http_version 1.1; {UP} proxy_set_header X-V "a${{scheme}}b$host:c";')),
    Case("a server's names as Host", server(
        f"server_name shop.example.com; location / {{ proxy_pass http://127.0.0.1:@APP@; proxy_set_header Host $server_name; {UP} }}")),
    Case("HTTP/2 to the upstream refused as a value", location(f"proxy_http_version 3; {UP}")),
)  # fmt: skip

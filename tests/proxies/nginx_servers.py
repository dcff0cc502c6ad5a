"""nginx cases about servers, listeners, TLS, upstream blocks and stream."""

# ruff: noqa: E501 - one configuration per case, in one piece

from __future__ import annotations

from tests.proxies.nginx_headers import UP, server
from tests.proxies.nginx_program import Case
from tests.proxies.nginx_routing import WS, A, B

TLS = "ssl_certificate @CERT@; ssl_certificate_key @KEY@;"


def named(*servers: tuple[str, str]) -> str:
    """Servers on one port: words of the listen line or names, and what the location does."""
    return "\n".join(f"server {{ {head} location / {{ {body} }} }}" for head, body in servers)


L = "listen @PORT@;"
CASES = (
    Case("first server is the default", named((f"{L} server_name a.example.com;", A), (f"{L} server_name b.example.com;", B))),
    Case("default_server", named((f"{L} server_name a.example.com;", B), ("listen @PORT@ default_server; server_name b.example.com;", A))),
    Case("exact name", named((f"{L}", B), (f"{L} server_name app.example.com;", A))),
    Case("exact before wildcard", named((f"{L} server_name *.example.com;", B), (f"{L} server_name app.example.com;", A))),
    Case("longest leading wildcard", named((f"{L} server_name *.com;", B), (f"{L} server_name *.example.com;", A))),
    Case("leading before trailing wildcard", named((f"{L} server_name app.*;", B), (f"{L} server_name *.example.com;", A))),
    Case("trailing before pattern", named((f"{L} server_name ~^app;", B), (f"{L} server_name app.*;", A))),
    Case("first pattern of names", named((f"{L} server_name x.org;", B), (f"{L} server_name ~^a ~^app;", A), (f"{L} server_name ~^app;", B))),
    Case("dot name covers itself", named((f"{L}", B), (f"{L} server_name .app.example.com;", A))),
    Case("dot name covers below", named((f"{L}", B), (f"{L} server_name .example.com;", A))),
    Case("wildcard does not cover itself", named((f"{L}", A), (f"{L} server_name *.app.example.com;", B))),
    Case("host in capitals", named((f"{L}", B), (f"{L} server_name App.Example.com;", A)), host="APP.example.COM"),
    Case("host with a final dot", named((f"{L}", B), (f"{L} server_name app.example.com;", A)), host="app.example.com."),
    Case("underscore is just a name", named((f"{L}", A), (f"{L} server_name _;", B))),
    Case("same name twice", named((f"{L} server_name app.example.com;", A), (f"{L} server_name app.example.com;", B))),
    Case("empty Host header", named((f"{L} server_name x.org;", B), (f"{L} server_name '';", A)), host=""),
    Case("invalid host", named((f"{L}", A),), host="a/b"),
    Case("address before wildcard", named((f"{L} server_name app.example.com;", B), ("listen 127.0.0.1:@PORT@;", A)), host="127.0.0.1:@PORT@"),
    Case("named group of a server_name", server(
        f"server_name ~^(?<sub>\\w+)\\.example\\.com$; location / {{ {A} proxy_set_header X-Sub $sub; }}")),
    Case("number group of a server_name", server(f"server_name ~^(\\w+)\\.example\\.com$; location / {{ {A} proxy_set_header X-Sub $1; }}")),
    Case("https listener", f"server {{ listen @TLS@ ssl; {TLS} location / {{ {A} proxy_set_header X-Forwarded-Proto $scheme; }} }}",
         port="TLS", secure=True),
    Case("https listener with http2", f"server {{ listen @TLS@ ssl http2; {TLS} location / {{ {A} proxy_set_header X-S $https; }} }}",
         port="TLS", secure=True),
    Case("plain request on a TLS port", f"server {{ listen @TLS@ ssl; {TLS} location / {{ {A} }} }}", port="TLS"),
    Case("plain request on a TLS port, 497", f"server {{ listen @TLS@ ssl; {TLS} error_page 497 https://$host$request_uri; location / {{ {A} }} }}",
         port="TLS"),
    Case("plain request on a TLS port, 497 as 301", f"server {{ listen @TLS@ ssl; {TLS} error_page 497 =301 https://$host:8443$request_uri; }}",
         port="TLS"),
    Case("redirect from 80, socket on 443", f"server {{ listen @PORT@; return 301 https://$host$request_uri; }}\n"
         f"server {{ listen @TLS@ ssl; {TLS} location / {{ {A} }} }}", port="TLS", secure=True),
    Case("redirect from 80", f"server {{ listen @PORT@; return 301 https://$host$request_uri; }}\n"
         f"server {{ listen @TLS@ ssl; {TLS} location / {{ {A} }} }}"),
    Case("one server, both schemes", f"server {{ listen @PORT@; listen @TLS@ ssl; {TLS} if ($scheme = http) {{ return 301 https://$host$request_uri; }}"
         f" location / {{ {A} }} }}", port="TLS", secure=True),
    Case("slash redirect over https", f"server {{ listen @TLS@ ssl; {TLS} location /ws/ {{ {A} }} }}", port="TLS", secure=True),
    Case("two ports", f"server {{ listen @OTHER@; location / {{ {B} }} }} server {{ listen @PORT@; location / {{ {A} }} }}"),
    Case("proxy_protocol expected", named(("listen @PORT@ proxy_protocol;", A)), branch="does not"),
    # upstream blocks
    Case("upstream", "upstream app { server 127.0.0.1:@APP@; }\n" + server(f"location / {{ proxy_pass http://app; {WS} }}")),
    Case("upstream with a path", "upstream app { server 127.0.0.1:@APP@; }\n" + server(f"location /ws {{ proxy_pass http://app/s; {WS} }}")),
    Case("upstream in capitals", "upstream App { server 127.0.0.1:@APP@; }\n" + server(f"location / {{ proxy_pass http://aPP; {WS} }}")),
    Case("upstream with keepalive", "upstream app { server 127.0.0.1:@APP@; keepalive 8; }\n"
         + server(f"location / {{ proxy_pass http://app; {WS} }}")),
    Case("upstream from a variable", "upstream app { server 127.0.0.1:@APP@; }\n"
         + server(f"set $up app; location / {{ proxy_pass http://$up; {WS} }}")),
    Case("upstream server marked down", "upstream app { server 127.0.0.1:@APP2@ down; server 127.0.0.1:@APP@; }\n"
         + server(f"location / {{ proxy_pass http://app; {WS} }}")),
    Case("upstream all down", "upstream app { server 127.0.0.1:@APP@ down; }\n" + server(f"location / {{ proxy_pass http://app; {WS} }}")),
    Case("upstream backup", "upstream app { server 127.0.0.1:@APP2@ backup; server 127.0.0.1:@APP@; }\n"
         + server(f"location / {{ proxy_pass http://app; {WS} }}")),
    Case("upstream ip_hash", "upstream app { ip_hash; server 127.0.0.1:@APP@; }\n" + server(f"location / {{ proxy_pass http://app; {WS} }}")),
    Case("upstream hash", "upstream app { hash $remote_addr consistent; server 127.0.0.1:@APP@; }\n"
         + server(f"location / {{ proxy_pass http://app; {WS} }}")),
    Case("upstream defined below", server(f"location / {{ proxy_pass http://app; {WS} }}") + "upstream app { server 127.0.0.1:@APP@; }\n"),
    Case("pass with port 80 written", server(f"location / {{ proxy_pass http://app:80; {WS} }}") + "upstream app { server 127.0.0.1:@APP@; }"),
    # other protocols
    Case("fastcgi", server("location / { fastcgi_pass 127.0.0.1:@DEAD@; }")),
    Case("uwsgi", server("location / { uwsgi_pass 127.0.0.1:@DEAD@; }")),
    Case("https to the upstream", server(f"location / {{ proxy_pass https://127.0.0.1:@SAFE@; {WS} proxy_set_header X-P $scheme; }}")),
    Case("https to an upstream block", "upstream app { server 127.0.0.1:@SAFE@; }\n" + server(f"location / {{ proxy_pass https://app/x; {WS} }}")),
    Case("stream", "@STREAM@\nevents {}\nstream { server { listen @PORT@; proxy_pass 127.0.0.1:@APP@; } }\n"),
    Case("stream upstream and idle", "@STREAM@\nevents {}\nstream { upstream app { server 127.0.0.1:@APP@; }\n"
         "server { listen @PORT@; proxy_timeout 1s; proxy_pass app; } }\n", idle=True),
    Case("stream ends TLS", f"@STREAM@\nevents {{}}\nstream {{ server {{ listen @TLS@ ssl; {TLS} proxy_pass 127.0.0.1:@APP@; }} }}\n",
         port="TLS", secure=True),
    Case("whole file", f"worker_processes 1;\nevents {{ worker_connections 32; }}\nhttp {{\n  include mime.types;\n"
         f"  server {{ listen @PORT@ default_server; location / {{ {A} }} }}\n}}\n", files=(("mime.types", "types { text/html html; }\n"),)),
    Case("official template", f"server {{ listen @PORT@; location / {{ proxy_pass http://${{BACKEND}}; {WS} }} }}",
         environment=(("BACKEND", "127.0.0.1:@APP@"),)),
    Case("nothing but a default page", server("root html;"), path="/"),
    Case("header Host only by default", server(f"location / {{ proxy_pass http://localhost:@APP@; {UP} }}")),
)  # fmt: skip

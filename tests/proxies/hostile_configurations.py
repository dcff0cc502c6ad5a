"""Configurations that are too large, too deep, broken or turned on themselves, one of each kind for every program."""

# ruff: noqa: E501 - one line of a configuration in one piece

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from tests.proxies.envoy_cases import envoy as bootstrap

MANY = 10_000
DEEP = 1_000
LINE = 5_000_000
"""The size of a table, and of one line, in bytes."""


@dataclass(frozen=True)
class Program:
    """How one program's files are written: main file, and a text that leads ``/ws`` to the app behind ``bulk``."""

    main: str
    lead: Callable[[str], str]
    """A working configuration with these lines in front of the one that leads on."""
    many: Callable[[int], str]
    deep: Callable[[int], str]
    include: str
    """A line that includes ``other.conf``; empty where this program's files do not, or where a cycle cannot be."""
    table: Callable[[int], str] = lambda size: ""
    """A table of so many bytes, where the program's own file holds one."""


def _nginx(bulk: str) -> str:
    return f"events {{}}\nhttp {{\n{bulk}\nserver {{ listen 80; location /ws {{ proxy_pass http://127.0.0.1:3000; }} }}\n}}\n"


def _haproxy(bulk: str) -> str:
    return f"defaults\n mode http\nfrontend web\n bind :80\n{bulk}\n default_backend app\nbackend app\n server a 127.0.0.1:3000\n"


def _apache(bulk: str) -> str:
    modules = "".join(
        f"LoadModule {name}_module modules/mod_{name}.so\n" for name in "mpm_event authz_core proxy proxy_http".split()
    )
    return f"{modules}Listen 80\n<VirtualHost *:80>\nProxyPass /ws http://127.0.0.1:3000/ws upgrade=websocket\n</VirtualHost>\n{bulk}\n"


def _caddy(bulk: str) -> str:
    return f":80 {{\n{bulk}\n\treverse_proxy /ws 127.0.0.1:3000\n}}\n"


def _lighttpd(bulk: str) -> str:
    proxied = 'proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => 3000 )) )'
    return f'server.modules = ( "mod_proxy" )\nserver.port = 80\nserver.document-root = "/srv"\n{bulk}\n{proxied}\n'


def _varnish(bulk: str) -> str:
    return f'vcl 4.1;\nbackend default {{ .host = "127.0.0.1"; .port = "3000"; }}\nsub vcl_recv {{\n{bulk}\nreturn (pipe);\n}}\n'


def _traefik(bulk: str) -> str:
    app = "http:\n  routers:\n    app: {rule: 'PathPrefix(`/ws`)', service: app}\n"
    return f"entryPoints: {{web: {{address: ':80'}}}}\n{app}{bulk}\n  services:\n    app: {{loadBalancer: {{servers: [{{url: 'http://127.0.0.1:3000'}}]}}}}\n"


def _envoy(bulk: str) -> str:
    words = {"PORT": "80", "APP": "3000", "APP2": "3001"}
    text = bootstrap(f"{bulk}{{match: {{prefix: /ws}}, route: {{cluster: app}}}}")
    for name, value in words.items():
        text = text.replace(f"@{name}@", value)
    return text


def _nested_json(depth: int) -> str:
    return json.dumps("x") if depth <= 0 else "[" * depth + "1" + "]" * depth


PROGRAMS: dict[str, Program] = {
    "nginx": Program(
        "nginx.conf",
        _nginx,
        lambda count: "server { listen 81;" + "\n".join(f"location /a{n} {{ proxy_pass http://127.0.0.1:3000; }}" for n in range(count)) + "}",
        lambda depth: "server { listen 81;" + "location / { " * depth + "}" * depth + "}",
        "include other.conf;",
        lambda size: "map $uri $x {\n" + "".join(f"/path/number/{n} {n};\n" for n in range(size // 22)) + "}",
    ),
    "haproxy": Program(
        "haproxy.cfg",
        _haproxy,
        lambda count: "\n".join(f" use_backend app if {{ path_beg /a{n} }}" for n in range(count)),
        lambda depth: " use_backend app if " + "{ path /x } " * depth,
        "",
    ),
    "apache-httpd": Program(
        "httpd.conf",
        _apache,
        lambda count: "\n".join(f"<VirtualHost *:80>\nServerName a{n}.example\nProxyPass / http://127.0.0.1:4{n % 900:03}/\n</VirtualHost>" for n in range(count)),
        lambda depth: "<IfModule proxy_module>\n" * depth + "</IfModule>\n" * depth,
        "Include other.conf",
    ),
    "caddy": Program(
        "Caddyfile",
        _caddy,
        lambda count: "\n".join(f"\treverse_proxy /a{n} 127.0.0.1:3000" for n in range(count)),
        lambda depth: "\troute {\n" * depth + "\t}\n" * depth,
        "\timport other.conf",
    ),
    "lighttpd": Program(
        "lighttpd.conf",
        _lighttpd,
        lambda count: "\n".join(f'$HTTP["url"] =~ "^/a{n}" {{ proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => 3000 )) ) }}' for n in range(count)),
        lambda depth: '$HTTP["url"] =~ "^/" { ' * depth + "}" * depth,
        'include "other.conf"',
    ),
    "varnish": Program(
        "default.vcl",
        _varnish,
        lambda count: "\n".join(f'if (req.url ~ "^/a{n}") {{ return (pass); }}' for n in range(count)),
        lambda depth: 'if (req.url ~ "/") { ' * depth + "}" * depth,
        "",
    ),
    "traefik": Program(
        "traefik.yml",
        _traefik,
        lambda count: "\n".join(f"    a{n}: {{rule: 'PathPrefix(`/a{n}`)', service: app}}" for n in range(count)),
        lambda depth: f"    deep: {_nested_json(depth)}",
        "",
    ),
    "envoy": Program(
        "envoy.yaml",
        _envoy,
        lambda count: "".join(f"{{match: {{prefix: /a{n}}}, route: {{cluster: app}}}}, " for n in range(count)),
        lambda depth: f"{{match: {_nested_json(depth)}}}, ",
        "",
    ),
}  # fmt: skip

"""Configurations that refuse a handshake are fixed, and the real program then accepts it; skipped where it is not installed."""

# ruff: noqa: E501 - one configuration per case, in one piece

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import pytest

from advisor.advise import words
from advisor.fixes.prove import fixes
from advisor.options import Options
from advisor.tree import Tree
from tests.proxies import (
    apache_program,
    caddy_program,
    envoy_program,
    haproxy_program,
    lighttpd_program,
    nginx_program,
    squid_program,
    traefik_program,
    varnish_program,
)
from tests.proxies.apache_cases import ALL, PROXY, httpd
from tests.proxies.bench import NAMED_PORTS, Case, fill
from tests.proxies.caddy_cases import one as caddy
from tests.proxies.envoy_cases import envoy
from tests.proxies.haproxy_cases import APP, HTTP, front
from tests.proxies.lighttpd_cases import A, conf
from tests.proxies.recorder import Recorder
from tests.proxies.squid_cases import squid
from tests.proxies.traefik_cases import traefik
from tests.proxies.varnish_cases import varnish
from tests.rules.test_rules import AS_OF

SERVER = """\
const { WebSocketServer } = require("ws");
const wss = new WebSocketServer({ port: 3000, path: "/ws" });
wss.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
"""
NGINX = "server {{ listen 127.0.0.1:@PORT@;\n{}\n}}\n"


HOSTS = """
            - name: all
              domains: ["*"]
              routes:
              - match: {prefix: /}
                route: {cluster: app}"""
TRAEFIK = traefik(
    "x",
    "all:\n      rule: PathPrefix(`/`)\n      service: app\n      middlewares: [m]",
    'm:\n      headers:\n        customRequestHeaders:\n          Sec-WebSocket-Version: ""',
)


@dataclass(frozen=True)
class Broken:
    """A configuration through which no handshake goes. ``unsafe``: its fix needs review."""

    name: str
    program: Any
    main: str
    config: str
    unsafe: bool = False
    files: tuple[tuple[str, str], ...] = ()
    """Further files; ``main`` may name one of them as the one to fix."""


BROKEN = (
    Broken("nginx, nothing set", nginx_program, "nginx.conf", NGINX.format("    location / {\n        proxy_pass http://127.0.0.1:@APP@;\n    }")),
    Broken(
        "nginx, its own location",
        nginx_program,
        "nginx.conf",
        NGINX.format("    location /ws {\n        proxy_pass http://127.0.0.1:@APP@;\n        proxy_set_header Host $host;\n    }"),
    ),
    Broken(
        "nginx, headers lost by inheritance",
        nginx_program,
        "nginx.conf",
        NGINX.format(
            '    proxy_http_version 1.1;\n    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection "upgrade";\n'
            "    location / {\n        proxy_set_header X-Real-IP $remote_addr;\n        proxy_pass http://127.0.0.1:@APP@;\n    }"
        ),
    ),
    Broken(
        "nginx, a pattern takes it",
        nginx_program,
        "nginx.conf",
        NGINX.format("    location ~ ^/(ws|api) {\n        proxy_pass http://127.0.0.1:@APP@;\n    }"),
    ),
    Broken("nginx, a key emptied", nginx_program, "nginx.conf", NGINX.format(
        '    location /ws {\n        proxy_pass http://127.0.0.1:@APP@;\n        proxy_http_version 1.1;\n'
        '        proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection "upgrade";\n'
        '        proxy_set_header Sec-WebSocket-Key "";\n    }'
    )),
    Broken("haproxy, version deleted", haproxy_program, "haproxy.cfg", front("http-request del-header Sec-WebSocket-Version")),
    Broken(
        "haproxy, version deleted under a condition",
        haproxy_program,
        "haproxy.cfg",
        front("http-request del-header Sec-WebSocket-Version if { method GET }"),
    ),
    Broken("haproxy, no rule leads there", haproxy_program, "haproxy.cfg", f"{HTTP}frontend web\n bind 127.0.0.1:@PORT@\n use_backend app if {{ path_beg /api }}\n{APP}"),
    Broken("apache, no upgrade", apache_program, "httpd.conf", httpd(PROXY, 'ProxyPass "/" "http://127.0.0.1:@APP@/"')),
    Broken(
        "apache, a rewrite rule takes it",
        apache_program,
        "httpd.conf",
        httpd(ALL, "RewriteEngine On\nRewriteRule ^/(.*)$ http://127.0.0.1:@APP@/$1 [P,L]"),
    ),
    Broken("caddy, connection emptied", caddy_program, "Caddyfile", caddy("", "reverse_proxy 127.0.0.1:@APP@ {\n\theader_up Connection close\n}").config),
    Broken("caddy, key deleted", caddy_program, "Caddyfile", caddy("", "reverse_proxy 127.0.0.1:@APP@ {\n\theader_up -Sec-WebSocket-Key\n}").config),
    Broken("lighttpd, upgrade off", lighttpd_program, "lighttpd.conf", conf(f"proxy.server = {A}")),
    Broken("squid, no rule for upgrades", squid_program, "squid.conf", squid(up="")),
    Broken("envoy, no upgrade", envoy_program, "envoy.yaml", envoy(manager="delayed_close_timeout: 0s", hosts=HOSTS)),
    Broken("envoy, key removed", envoy_program, "envoy.yaml", envoy(hosts=f"{HOSTS}\n                request_headers_to_remove: [sec-websocket-key]")),
    Broken("traefik, version taken away", traefik_program, "traefik.yml", TRAEFIK.config, files=TRAEFIK.files),
    Broken("varnish, nothing about pipes", varnish_program, "default.vcl", varnish("", "")),
)  # fmt: skip


PORTS = {name: str(number) for name, number in {**NAMED_PORTS, "ADMIN": 2019}.items()}


def repository(broken: Broken) -> dict[str, str]:
    """The configuration with plain ports, and an app behind it that takes sockets at /ws."""
    own = {name: fill(text, {**PORTS, "DIR": "/srv"}) for name, text in ((broken.main, broken.config), *broken.files)}
    return {**own, "server.js": SERVER, "package.json": '{"dependencies": {"ws": "8.18.0"}}'}


def fixed(broken: Broken) -> dict[str, str]:
    """The configuration's files after the fixes, with their ports open again."""
    found = fixes(Tree.of(repository(broken), words()), Options(as_of=AS_OF), unsafe=broken.unsafe)
    changed = {path: after for path, _, after in found.files}
    own = {
        name: changed.get(name, text) for name, text in repository(broken).items() if name not in ("server.js", "package.json")
    }
    assert own.keys() & changed.keys(), [f"{left.finding.rule}: {left.because}" for left in found.left]
    for name, number in PORTS.items():
        own = {path: text.replace(number, f"@{name}@") for path, text in own.items()}
    return {path: text.replace("/srv", "@DIR@") for path, text in own.items()}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_the_program_accepts_what_the_fix_wrote(broken: Broken, recorder: Recorder, certificate: tuple[str, str]) -> None:
    """Before the fix the handshake does not arrive as one; after it the program starts and answers 101."""
    programs = broken.program.programs()
    if not programs and os.environ.get("WSADVISE_PROXIES") != "require":
        pytest.skip(f"no {broken.program.__name__.rpartition('.')[2].partition('_')[0]} here")
    files = fixed(broken)
    text = files.pop(broken.main)
    for program in programs:
        bench = broken.program.Bench(program, recorder, certificate)
        before = bench.measure(Case(broken.name, broken.config, files=broken.files))
        after = bench.measure(Case(broken.name, text, files=tuple(files.items())))

        assert 101 != before.status
        assert (True, None, 101) == (after.starts, after.reason, after.status), text

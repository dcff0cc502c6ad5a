"""Traefik configurations, good and broken; each is measured on the real program."""

# ruff: noqa: E501 - a router of a configuration reads better in one piece
from __future__ import annotations

from tests.proxies.bench import Case

STATIC = """entryPoints:
  web: {address: "127.0.0.1:@PORT@"%s}
  other: {address: "127.0.0.1:@OTHER@"}
  websecure: {address: "127.0.0.1:@TLS@"}
providers: {file: {filename: "@DIR@/dynamic.yml"}}
log: {level: DEBUG, noColor: true}
global: {checkNewVersion: false, sendAnonymousUsage: false}
%s"""
SERVICES = """
    app: {loadBalancer: {servers: [{url: "http://127.0.0.1:@APP@"}]}}
    other: {loadBalancer: {servers: [{url: "http://127.0.0.1:@APP2@"}]}}
"""


def traefik(
    name: str,
    routers: str = "",
    middlewares: str = "",
    *,
    services: str = "",
    entry: str = "",
    static: str = "",
    more: str = "",
    path: str = "/ws",
    host: str | None = None,
    port: str = "PORT",
    secure: bool = False,
    headers: tuple[tuple[str, str], ...] = (),
    branch: str | None = None,
) -> Case:
    """A case: a static file with three entry points, and a dynamic one with these routers and middlewares."""
    dynamic = f"http:\n  routers:\n    {routers}\n"
    if middlewares:
        dynamic += f"  middlewares:\n    {middlewares}\n"
    dynamic += f"  services:{SERVICES}{services}\n{more}\n"
    return Case(name, STATIC % (entry, static), path, host, port, secure, headers, (("dynamic.yml", dynamic),), branch=branch)


def to_app(rule: str, extra: str = "") -> str:
    return f"r: {{rule: '{rule}', service: app{extra}}}"


def with_middleware(name: str, middleware: str, path: str = "/ws", branch: str | None = None, **rest: object) -> Case:
    return traefik(
        name, to_app("PathPrefix(`/`)", ", middlewares: [m]"), f"m: {{{middleware}}}", path=path, branch=branch, **rest
    )  # type: ignore[arg-type]


CASES = (
    traefik("everything", to_app("PathPrefix(`/`)")),
    traefik("host and path", to_app("Host(`app.example.com`) && PathPrefix(`/ws`)")),
    traefik("host in capitals", to_app("Host(`APP.example.com`)")),
    traefik("host of another", to_app("Host(`www.example.com`)")),
    traefik("several hosts", to_app("Host(`www.example.com`) || Host(`app.example.com`)")),
    traefik("several hosts in one matcher are an error", to_app("Host(`www.example.com`, `app.example.com`)")),
    traefik("the same in version 2", to_app("Host(`www.example.com`, `app.example.com`)"), static="core: {defaultRuleSyntax: v2}"),
    traefik("rule syntax of the router", to_app("PathPrefix(`/{room:w.}`)", ", ruleSyntax: v2")),
    traefik("host by pattern", to_app("HostRegexp(`^[a-z]+\\.example\\.com$`)")),
    traefik("host pattern of version 2 in version 3", to_app("HostRegexp(`{sub:[a-z]+}.example.com`)")),
    traefik("not", to_app("!PathPrefix(`/api`)")),
    traefik("parentheses", to_app("(PathPrefix(`/api`) || PathPrefix(`/ws`)) && !Host(`www.example.com`)")),
    traefik("exact path", to_app("Path(`/ws`)")),
    traefik("exact path with more", to_app("Path(`/ws`)"), path="/ws/a"),
    traefik("prefix is a prefix of text", to_app("PathPrefix(`/w`)")),
    traefik("path by pattern", to_app("PathRegexp(`^/(ws|live)`)")),
    traefik("header", to_app("Header(`Upgrade`, `websocket`)")),
    traefik("header by pattern", to_app("HeaderRegexp(`Upgrade`, `(?i)web.*`)")),
    traefik("headers of version 2 in version 3", to_app("HeadersRegexp(`Upgrade`, `web.*`)")),
    traefik("query", to_app("Query(`v`, `2`)"), path="/ws?v=2"),
    traefik("query of another value", to_app("Query(`v`, `2`)"), path="/ws?v=1"),
    traefik("method", to_app("Method(`GET`)")),
    traefik("broken rule", to_app("PathPrefix(`/ws`")),
    traefik("the longer rule wins", "a: {rule: 'PathPrefix(`/`)', service: other}\n    b: {rule: 'PathPrefix(`/ws`)', service: app}"),
    traefik("priority wins", "a: {rule: 'PathPrefix(`/`)', service: app, priority: 100}\n    b: {rule: 'PathPrefix(`/ws`)', service: other}"),
    traefik("router of another entry point", to_app("PathPrefix(`/`)", ", entryPoints: [other]")),
    traefik("router of this entry point", to_app("PathPrefix(`/`)", ", entryPoints: [web]")),
    traefik("tls router on a plain port", to_app("PathPrefix(`/`)", ", tls: {}")),
    traefik("tls router on a tls port", to_app("PathPrefix(`/`)", ", tls: {}"), port="TLS", secure=True),
    traefik("tls by the entry point", to_app("PathPrefix(`/`)"), entry=", http: {tls: {}}", secure=True),
    traefik("redirect of the entry point", to_app("PathPrefix(`/`)", ", entryPoints: [websecure], tls: {}"),
            entry=", http: {redirections: {entryPoint: {to: websecure, scheme: https}}}"),
    traefik("temporary redirect of the entry point to a port", to_app("PathPrefix(`/`)"), host="app.example.com",
            entry=', http: {redirections: {entryPoint: {to: ":443", permanent: false}}}'),
    with_middleware("strip prefix", "stripPrefix: {prefixes: [/live]}", "/live/ws?a=1"),
    with_middleware("strip prefix of all", "stripPrefix: {prefixes: [/ws]}"),
    with_middleware("strip prefix by pattern", "stripPrefixRegex: {regex: ['/v[0-9]+']}", "/v2/ws"),
    with_middleware("add prefix", "addPrefix: {prefix: /api}"),
    with_middleware("replace path", "replacePath: {path: /live}", "/ws?a=1"),
    with_middleware("replace path by pattern", "replacePathRegex: {regex: '^/api/(.*)', replacement: '/v1/$1'}", "/api/ws"),
    with_middleware("redirect scheme", "redirectScheme: {scheme: https}"),
    with_middleware("redirect scheme for good to a port", "redirectScheme: {scheme: https, permanent: true, port: '8443'}"),
    with_middleware("redirect by pattern", "redirectRegex: {regex: '^http://([^:/]+)(:[0-9]+)?/(.*)', replacement: 'https://www.$1/$3'}"),
    with_middleware("redirect by pattern that does not match", "redirectRegex: {regex: '^https://(.*)', replacement: 'http://$1'}"),
    with_middleware("headers set and removed", "headers: {customRequestHeaders: {X-Tier: edge, Origin: ''}}"),
    with_middleware("upgrade headers set by hand", "headers: {customRequestHeaders: {Upgrade: websocket, Connection: Upgrade}}"),
    with_middleware("upgrade header taken away", "headers: {customRequestHeaders: {Upgrade: ''}}"),
    with_middleware("connection header changed", "headers: {customRequestHeaders: {Connection: close}}"),
    with_middleware("host changed", "headers: {customRequestHeaders: {Host: inner.example.com}}"),
    with_middleware("ssl redirect of headers is gone", "headers: {sslRedirect: true}"),
    with_middleware("password", "basicAuth: {users: ['u:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/']}", branch="without"),
    with_middleware("addresses let in", "ipAllowList: {sourceRange: [127.0.0.1/32]}", branch="in the list"),
    with_middleware("rate limit", "rateLimit: {average: 100, burst: 50}", branch="within"),
    with_middleware("compress", "compress: {}"),
    with_middleware("retry", "retry: {attempts: 3}"),
    with_middleware("buffering", "buffering: {maxRequestBodyBytes: 1000}"),
    traefik("chain", to_app("PathPrefix(`/`)", ", middlewares: [c]"),
            "a: {addPrefix: {prefix: /a}}\n    b: {addPrefix: {prefix: /b}}\n    c: {chain: {middlewares: [a, b]}}"),
    traefik("missing middleware", to_app("PathPrefix(`/`)", ", middlewares: [gone]")),
    traefik("middleware by provider", to_app("PathPrefix(`/`)", ", middlewares: [m@file]"), "m: {addPrefix: {prefix: /a}}"),
    traefik("middlewares of the entry point", to_app("PathPrefix(`/`)", ", middlewares: [m]"),
            "m: {addPrefix: {prefix: /a}}\n    e: {addPrefix: {prefix: /e}}", entry=", http: {middlewares: [e@file]}"),
    traefik("missing service", "r: {rule: 'PathPrefix(`/`)', service: gone}"),
    traefik("missing service beside a shorter rule",
            "r: {rule: 'PathPrefix(`/ws`)', service: gone}\n    s: {rule: 'PathPrefix(`/`)', service: app}"),
    traefik("host is not passed", "r: {rule: 'PathPrefix(`/`)', service: own}",
            services='    own: {loadBalancer: {passHostHeader: false, servers: [{url: "http://127.0.0.1:@APP@"}]}}'),
    traefik("sticky cookie", "r: {rule: 'PathPrefix(`/`)', service: own}",
            services='    own: {loadBalancer: {sticky: {cookie: {name: s}}, servers: [{url: "http://127.0.0.1:@APP@"}]}}'),
    traefik("weights", "r: {rule: 'PathPrefix(`/`)', service: own}",
            services="    own: {weighted: {services: [{name: app, weight: 3}, {name: other, weight: 0}]}}"),
    traefik("https to the app, not checked", "r: {rule: 'PathPrefix(`/`)', service: own}",
            services='    own: {loadBalancer: {serversTransport: t, servers: [{url: "https://127.0.0.1:@SAFE@"}]}}\n  serversTransports: {t: {insecureSkipVerify: true}}'),
    traefik("https to the app, checked", "r: {rule: 'PathPrefix(`/`)', service: own}",
            services='    own: {loadBalancer: {servers: [{url: "https://127.0.0.1:@SAFE@"}]}}', branch="not trusted"),
    traefik("h2c to the app", "r: {rule: 'PathPrefix(`/`)', service: own}",
            services='    own: {loadBalancer: {servers: [{url: "h2c://127.0.0.1:@APP@"}]}}'),
    traefik("path of a server's url", "r: {rule: 'PathPrefix(`/`)', service: own}",
            services='    own: {loadBalancer: {servers: [{url: "http://127.0.0.1:@APP@/base"}]}}'),
    traefik("forwarded headers of a hop in front are not trusted", to_app("PathPrefix(`/`)"),
            headers=(("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", "https"))),
    traefik("forwarded headers are trusted", to_app("PathPrefix(`/`)"), entry=", forwardedHeaders: {insecure: true}",
            headers=(("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", "https"))),
    traefik("unknown key of the static file", to_app("PathPrefix(`/`)"), static="entryPoint: {web: {address: ':80'}}"),
    traefik("lingering timeout of 2.11.1", to_app("PathPrefix(`/`)"), entry=", transport: {respondingTimeouts: {tcp: {lingeringTimeout: 2s}}}"),
    traefik("the key is taken away", to_app("PathPrefix(`/`)", ", middlewares: [m]"), "m: {headers: {customRequestHeaders: {Sec-WebSocket-Key: ''}}}"),
    traefik("the version is taken away", to_app("PathPrefix(`/`)", ", middlewares: [m]"), "m: {headers: {customRequestHeaders: {Sec-WebSocket-Version: ''}}}"),
    Case("broken static file", "entryPoints: ["),
    Case("static file not resolved after a merge", "<<<<<<< HEAD\nentryPoints: {}\n=======\nentryPoints: {a: {}}\n>>>>>>> branch\n"),
    traefik("unknown key of the dynamic file", to_app("PathPrefix(`/`)", ", middleware: [a]")),
)  # fmt: skip

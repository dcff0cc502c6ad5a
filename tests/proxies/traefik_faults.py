"""Traefik files with options that Traefik does not read; each is measured on the real program."""

# ruff: noqa: E501 - a line of a configuration in one piece

from __future__ import annotations

from tests.proxies.bench import Case
from tests.proxies.traefik_cases import STATIC, to_app, traefik, with_middleware

ALL = to_app("PathPrefix(`/`)")
DYNAMIC = dict(traefik("", ALL).files)["dynamic.yml"]


def entry(name: str, extra: str) -> Case:
    return traefik(name, ALL, entry=f", {extra}")


def dynamic(name: str, old: str, new: str) -> Case:
    assert old in DYNAMIC, old
    return Case(name, STATIC % ("", ""), files=(("dynamic.yml", DYNAMIC.replace(old, new, 1)),))


def directory(name: str, second: str) -> Case:
    static = (STATIC % ("", "")).replace('filename: "@DIR@/dynamic.yml"', 'directory: "@DIR@"')
    return Case(name, static.replace('"@DIR@"', '"@DIR@/dynamic"'), files=(("dynamic/a.yml", DYNAMIC), ("dynamic/b.yml", second)))


CASES = (
    traefik("static: unknown at the top", ALL, static="entryPoint: {web: {address: ':80'}}"),
    traefik("static: unknown below", ALL, static="accessLog: {foo: 1}"),
    entry("static: unknown of an entry point", 'adress: ":81"'),
    entry("static: unknown far below", "transport: {respondingTimeouts: {readTimout: 1s}}"),
    entry("static: capitals do not count", "transport: {RespondingTimeouts: {READTIMEOUT: 5s}}"),
    entry("static: duration without a unit at the end", "transport: {respondingTimeouts: {readTimeout: 1m30}}"),
    entry("static: no duration", "transport: {respondingTimeouts: {readTimeout: foo}}"),
    entry("static: duration in seconds", "transport: {respondingTimeouts: {readTimeout: 30}}"),
    Case("static: unknown provider", (STATIC % ("", "")).replace("{file:", "{foo: {}, file:"), files=(("dynamic.yml", DYNAMIC),)),
    dynamic("dynamic: unknown at the top", "http:\n", "x-common: 1\nhttp:\n"),
    dynamic("dynamic: unknown of a router", "service: app}", "service: app, foo: 1}"),
    dynamic("dynamic: unknown of a service", "loadBalancer: {servers", "loadBalancer: {foo: 1, servers"),
    dynamic("dynamic: unknown kind of service", "app: {loadBalancer", "app: {loadbalanser"),
    dynamic("dynamic: unknown of a server", 'url: "http://127.0.0.1:@APP@"', 'uri: "http://127.0.0.1:@APP@"'),
    dynamic("dynamic: unknown below http", "  routers:", "  routes:"),
    dynamic("dynamic: priority in words", "service: app}", "service: app, priority: high}"),
    dynamic("dynamic: one entry point without a list", "service: app}", "service: app, entryPoints: web}"),
    dynamic("dynamic: capitals do not count", "service: app}", "Service: app, ENTRYPOINTS: [web]}"),
    with_middleware("dynamic: unknown middleware", "stripPrefx: {prefixes: [/a]}"),
    with_middleware("dynamic: unknown of a middleware", "stripPrefix: {prefix: [/a]}"),
    with_middleware("dynamic: list for a middleware", "stripPrefix: [/a]"),
    with_middleware("dynamic: text for a list", "stripPrefix: {prefixes: /ws}"),
    with_middleware("dynamic: neither true nor false", "redirectScheme: {scheme: https, permanent: maybe}"),
    with_middleware("dynamic: number in words", "rateLimit: {average: lots}"),
    with_middleware("dynamic: no kind of middleware", ""),
    with_middleware("dynamic: kind of middleware without options", "stripPrefix: "),
    with_middleware("dynamic: two kinds in one", "stripPrefix: {prefixes: [/a]}, addPrefix: {prefix: /b}"),
    with_middleware("dynamic: empty options of a middleware", "stripPrefix: {}"),
    with_middleware("dynamic: empty options of one that needs none", "compress: {}"),
    dynamic("dynamic: no routers in the mapping", "http:\n", "tcp: {routers: {}}\nhttp:\n"),
    dynamic("dynamic: nothing below", "http:\n", "tcp: {}\nhttp:\n"),
    dynamic("dynamic: null below", "http:\n", "tcp:\nhttp:\n"),
    dynamic("dynamic: no servers in the list", "    other: {loadBalancer", "    third: {loadBalancer: {servers: []}}\n    other: {loadBalancer"),
    directory("directory: both files are read", "http: {routers: {x: {rule: 'Path(`/x`)', service: app}}}\n"),
    directory("directory: a file with an empty mapping", "http: {routers: {}}\n"),
    directory("directory: one file is refused", "http: {routers: {x: {rule: 'Path(`/x`)', foo: 1, service: app}}}\n"),
)  # fmt: skip

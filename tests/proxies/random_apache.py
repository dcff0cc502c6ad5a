"""Small Apache configurations made up at random: the order of ProxyPass, sharing of workers, RewriteRule, Location, hosts."""

# ruff: noqa: E501 - a table of words reads better in long lines

from __future__ import annotations

from random import Random

from tests.proxies.apache_cases import loaded
from tests.proxies.bench import Case

PATHS = (
    "/",
    "/ws",
    "/ws/",
    "/ws/a",
    "/WS",
    "/api/ws",
    "/ws?token=1",
    "/live",
    "/live/7",
    "/ws/a%20b",
    "//ws",
    "/wsx",
    "/a/../ws",
)
HOSTS = (None, None, None, "other.example.com", "APP.example.com", "app.example.com")
MODULES = "mpm_event authz_core proxy proxy_http"
EXTRA = ("proxy_wstunnel", "rewrite", "headers", "alias", "setenvif")
SOURCES = ("/", "/ws", "/ws/", "/w", "/ws/a", "/api", "/live", "/WS")
TARGETS = (
    "http://127.0.0.1:@APP@/",
    "http://127.0.0.1:@APP@",
    "ws://127.0.0.1:@APP@/ws",
    "ws://127.0.0.1:@APP2@/",
    "http://127.0.0.1:@APP2@/x",
    "http://127.0.0.1:@APP2@/ws/",
    "ws://127.0.0.1:@APP@",
)
WORDS = ("", "", " upgrade=websocket", " upgrade=websocket", " upgrade=ANY", " nocanon", " upgrade=NONE", " timeout=30")
CONDITIONS = ("%{HTTP:Upgrade} websocket [NC]", "%{HTTP:Upgrade} =websocket [NC]", "%{HTTP:Connection} upgrade [NC]", "%{REQUEST_URI} ^/ws", "%{REQUEST_URI} !^/live", "%{QUERY_STRING} token=(.)", "%{HTTP_HOST} ^app [NC]",
              "%{HTTPS} off", "%{HTTP:Upgrade} ^WebSocket$", "%{REQUEST_METHOD} GET", "%{HTTP:X-None} ^$", "%{THE_REQUEST} HTTP/1.1", "%{HTTP_HOST} =other.example.com")  # fmt: skip
RULES = ("^/?(.*) ws://127.0.0.1:@APP@/$1 [P,L]", "/(.*) ws://127.0.0.1:@APP2@/$1 [P]", "^/ws(.*)$ http://127.0.0.1:@APP@/ws$1 [P]", "^/ws(.*)$ /live$1 [PT]", "^/ws /live", "^/api/(.*) /$1 [PT,L]", "^ - [L]", "^/live - [F]", "^/ws - [R=404]",
         "^/(.*) https://%{HTTP_HOST}/$1 [R=301,L]", "^/ws/?(.*) ws://127.0.0.1:@APP@/%1$1 [P,L]", "(.*) /x$1 [PT,QSA]", "^/WS - [NC,F]", "^/ws$ /ws/ [R]", "^/ws /new?a=1 [PT,QSA]", "^/(.+) ws://127.0.0.1:@APP@/$1?b=2 [P,QSA]",
         "^/api - [G]", "!^/ws - [L]", "^/live(.*) http://127.0.0.1:@APP2@$1 [P,NE]")  # fmt: skip


def case(random: Random) -> Case:
    """One configuration, and one handshake that it may or may not let through."""
    return Case("random", _Maker(random).configuration(), random.choice(PATHS), random.choice(HOSTS))


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random

    def likely(self, share: float) -> bool:
        return self.random.random() < share

    def configuration(self) -> str:
        modules = [name for name in EXTRA if name == "rewrite" or self.likely(0.5)]
        self.headers = "headers" in modules
        lines = ["Listen 127.0.0.1:@PORT@", "ServerName localhost"]
        for number in range(self.random.choice((1, 1, 1, 2))):
            lines += ["<VirtualHost *:@PORT@>"]
            if number or self.likely(0.5):
                lines.append(f"ServerName {self.random.choice(('app.example.com', 'other.example.com', 'www.example.com'))}")
            if self.likely(0.2):
                lines.append("ServerAlias *.example.com")
            lines += self.host()
            lines.append("</VirtualHost>")
        return loaded(" ".join([MODULES, *modules])) + "\n".join(lines) + "\n"

    def host(self) -> list[str]:
        groups: list[list[str]] = []
        for _ in range(self.random.choice((0, 1, 1, 2, 3))):
            groups.append([f"ProxyPass {self.random.choice(SOURCES)} {self.random.choice(TARGETS)}{self.random.choice(WORDS)}"])
        if self.likely(0.15):
            groups.append([f"ProxyPass {self.random.choice(SOURCES)} !"])
        if self.likely(0.15):
            groups.append(["ProxyPassMatch ^/ws(.*)$ ws://127.0.0.1:@APP@/ws$1"])
        if self.likely(0.5):
            groups.append(["RewriteEngine On"])
            for _ in range(self.random.choice((1, 1, 2))):
                conditions = [f"RewriteCond {self.random.choice(CONDITIONS)}" for _ in range(self.random.choice((0, 1, 2)))]
                if len(conditions) > 1 and self.likely(0.3):
                    conditions[0] = conditions[0][:-1] + ",OR]" if conditions[0].endswith("]") else conditions[0] + " [OR]"
                groups.append([*conditions, f"RewriteRule {self.random.choice(RULES)}"])
        if self.likely(0.25):
            groups.append([f"<Location {self.random.choice(SOURCES)}>", self.inside(), "</Location>"])
        if self.likely(0.2):
            groups.append(
                [
                    self.random.choice(
                        (
                            "ProxyPreserveHost On",
                            "ProxyTimeout 20",
                            "ProxyWebsocketFallbackToProxyHttp Off",
                            "Redirect /live /ws",
                            "ProxyRequests Off",
                            "AllowEncodedSlashes On",
                        )
                    )
                ]
            )
        self.random.shuffle(groups)
        lines = [line for group in groups for line in group]
        return (
            [line for line in lines if not line.startswith("ProxyWebsocketFallback") and not line.startswith("Redirect")]
            if True
            else lines
        )

    def inside(self) -> str:
        choices = [
            f"ProxyPass {self.random.choice(TARGETS)}{self.random.choice(WORDS)}",
            "Require all denied",
            "Require all granted",
            "ProxyPass !",
        ]
        if self.headers:
            choices += ["RequestHeader set X-A b", "RequestHeader unset Upgrade", "RequestHeader set Connection close"]
        return self.random.choice(choices)

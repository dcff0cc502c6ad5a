"""Small nginx configurations made up at random: locations of every kind, rewriting, conditions, maps, headers, fallbacks."""

# ruff: noqa: E501 - a table of words reads better in long lines

from __future__ import annotations

from random import Random

from tests.proxies.bench import Case

PATHS = ("/", "/ws", "/ws/", "/ws/a", "/WS", "/api/ws", "/ws/a%3Fb", "/a/../ws", "//ws//a", "/ws?token=1", "/ws/x?a=1&b=%2F", "/live", "/live/7",
         "/index.html", "/ws.php", "/wsx", "/ws/a%2Fb", "/other", "/api", "/ws/?x")  # fmt: skip
HOSTS = (None, None, None, "other.example.com", "APP.example.com:@PORT@", "x.app.example.com", "app.example.com")
NAMES = (
    "app.example.com",
    "*.example.com",
    "app.*",
    "~^app\\.",
    "_",
    "other.example.com",
    ".example.com",
    "~^(?<sub>\\w+)\\.example",
)
PREFIXES = ("/", "/ws", "/ws/", "/w", "/ws/a", "/api", "/api/", "/live", "/WS", "/index.html", "/ws.php")
PATTERNS = ("^/ws", "^/ws/(.*)$", "\\.php$", "^/(ws|live)(/.*)?$", "s$", "/a", "^/ws/(?<rest>.+)$", "^/api/?(.*)", "x")
HEADERS = (
    "Upgrade $http_upgrade", "Connection upgrade", "Connection $http_connection", "Connection $connection_upgrade", 'Connection ""',
    "Connection close", "Host $host", "Host $http_host", "Host $host:$server_port", "X-Forwarded-Proto $scheme", "X-Path $uri",
    "X-Args $args", 'Origin ""', "Upgrade websocket", "X-Request $request_uri", "X-Two $http_upgrade-$http_missing",
    "X-Mapped $mapped", "X-Set $word", "Connection $mapped", "X-Name $server_name", "X-Port $proxy_port", "X-Back $proxy_host",
)  # fmt: skip
BACKENDS = ("127.0.0.1:@APP@", "127.0.0.1:@APP2@", "group", "127.0.0.1:@APP@/", "127.0.0.1:@APP2@/x", "127.0.0.1:@APP@/x/", "127.0.0.1:@APP@$request_uri",
            "127.0.0.1:@APP2@$uri$is_args$args", "$backend", "127.0.0.1:@APP@/s/$1", "$backend/v", "group/y?k=v", "127.0.0.1:@APP@/$word")  # fmt: skip
REWRITES = ("^/ws(.*)$ /live$1", "^/api/(.*)$ /$1", "^ /ws", "^/live /ws?a=$1", "^/ws/(.+)$ /x?r=$1?", "s$ http://www.example.com/", "^/(w)s /$1?", "/a /b",
            "^(.*)$ $1", "^/ws /api/ws", "^/(.*)/$ /$1")  # fmt: skip
FLAGS = ("", " last", " break", " redirect", " permanent")
CONDITIONS = ("$http_upgrade = websocket", "$http_upgrade", "$http_upgrade != websocket", "$request_method = POST", "$args ~ token=(.)", "$uri ~* ^/WS(.*)",
              "$word", "$host = app.example.com", "$http_origin !~ example", "$mapped = b")  # fmt: skip
RETURNS = (
    "403",
    "404",
    "418",
    "301 /ws",
    "302 https://$host$request_uri",
    "200 text",
    "307 $uri",
    "http://a.example/$1",
    "444",
    "503",
    "301 $scheme://$http_host/x",
)
TRIED = (
    "$uri @named",
    "$uri $uri/ =404",
    "$uri /index.html",
    "/none /ws?x=$args",
    "$uri $uri/ @named",
    "/index.html =403",
    "/none @named",
    "$uri.html $uri/ /live",
)
PAGES = ("404 @named", "404 = @named", "403 /live", "418 = @named", "404 =200 /index.html", "403 404 /ws", "426 @named", "404 = /api", "418 =403 /none", "503 http://a.example/",
         "502 = @named")  # fmt: skip


def case(random: Random) -> Case:
    """One configuration, and one handshake that it may or may not let through."""
    maker = _Maker(random)
    return Case("random", maker.configuration(), random.choice(PATHS), random.choice(HOSTS))


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.named = False

    def likely(self, share: float) -> bool:
        return self.random.random() < share

    def configuration(self) -> str:
        servers = [line for number in range(self.random.choice((1, 1, 1, 2, 3))) for line in self.server(number)]
        before = [
            "map $http_upgrade $connection_upgrade {", "default upgrade;", "'' close;", "}",
            "map $uri $mapped {", "default a;", "/ws b;", "~^/ws/(.+) c$1;", "~*live Upgrade;", "}",
            "map $args $backend {", "default 127.0.0.1:@APP@;", "~token 127.0.0.1:@APP2@;", "}",
            "upstream group {", "server 127.0.0.1:@APP2@;", *(["keepalive 4;"] if self.likely(0.2) else []), "}",
        ]  # fmt: skip
        return "\n".join([*before, *self.settings(0.3), *servers]) + "\n"

    def server(self, number: int) -> list[str]:
        self.named = False
        body = ["listen @PORT@" + (" default_server;" if number == 1 and self.likely(0.4) else ";"), "root html;"]
        if self.likely(0.7):
            body.append(f"server_name {' '.join(self.random.sample(NAMES, self.random.choice((1, 1, 2))))};")
        body += [*self.settings(0.5), *self.rewriting(0.3, server=True)]
        places = [line for _ in range(self.random.choice((1, 2, 2, 3, 4))) for line in self.location("", 0)]
        if self.likely(0.6) and not any(line.startswith(("location / {", "location ^~ / {")) for line in places):
            places += ["location / {", *self.inside(False), "}"]
        if self.named or self.likely(0.2):
            places += ["location @named {", *self.inside(False, named=True), "}"]
        return ["server {", *(f"set $word w{number};",), *body, *places, "}"]

    def settings(self, share: float) -> list[str]:
        found: list[str] = []
        if self.likely(share):
            found += [f"proxy_set_header {each};" for each in self.random.sample(HEADERS, self.random.choice((1, 2, 3)))]
            found += (
                ["proxy_set_header Upgrade $http_upgrade;", "proxy_set_header Connection upgrade;"] if self.likely(0.6) else []
            )
        if self.likely(share):
            found.append(f"proxy_http_version {self.random.choice(('1.1', '1.1', '1.1', '1.0'))};")
        if self.likely(0.12):
            found.append(f"error_page {self.page()};")
        extra = ("merge_slashes off;", "absolute_redirect off;", "port_in_redirect off;", "proxy_pass_request_headers off;",
                 "proxy_method POST;", "server_name_in_redirect on;", "recursive_error_pages on;",
                 "proxy_buffering off;", "index index.html;")  # fmt: skip
        if self.likely(0.15):
            found.append(self.random.choice(extra))
        kept = {line.split(" ")[0]: line for line in found if not line.startswith("proxy_set_header")}
        headers = {line.split(" ")[1]: line for line in found if line.startswith("proxy_set_header")}
        return [*headers.values(), *(line for line in kept.values() if not (line.startswith("merge_slashes") and share == 0.4))]

    def page(self) -> str:
        page = self.random.choice(PAGES)
        self.named |= "@named" in page
        return page

    def location(self, prefix: str, depth: int) -> list[str]:
        kind = self.random.choice(("", "", "", "=", "~", "~*", "^~"))
        regular = kind in ("~", "~*")
        wanted = self.random.choice(PATTERNS if regular else PREFIXES)
        if prefix and not regular:
            wanted = prefix + self.random.choice(("", "/a", "a", "/"))
        nested = self.location(wanted, 1) if depth == 0 and kind in ("", "^~") and self.likely(0.25) else []
        return [f"location {kind} {wanted} {{".replace("  ", " "), *self.inside(regular), *nested, "}"]

    def inside(self, regular: bool, named: bool = False) -> list[str]:
        body = self.settings(0.4) + self.rewriting(0.35, server=False)
        choice = self.random.random()
        if choice < 0.7:
            fits = [one for one in BACKENDS if not (regular or named) or "/" not in one or "$" in one]
            body.append(f"proxy_pass http://{self.random.choice(fits)};")
            if self.likely(0.6):
                body += [
                    "proxy_http_version 1.1;",
                    "proxy_set_header Upgrade $http_upgrade;",
                    "proxy_set_header Connection upgrade;",
                ]
        elif choice < 0.8:
            body.append(f"return {self.random.choice(RETURNS)};")
        if self.likely(0.15):
            tried = self.random.choice(TRIED)
            self.named |= "@named" in tried
            body.append(f"try_files {tried};")
        if self.likely(0.05):
            body.append(self.random.choice(("internal;", "deny all;")))
        seen: set[str] = set()
        return [
            line
            for line in body
            if not (
                (line.startswith(("proxy_http_version", "try_files")) and line.split(" ")[0] in seen)
                or seen.add(line.split(" ")[0])
            )
        ]

    def rewriting(self, share: float, server: bool) -> list[str]:
        found: list[str] = []
        if self.likely(share):
            found.append(f"rewrite {self.random.choice(REWRITES)}{self.random.choice(FLAGS)};")
        if self.likely(share / 2):
            found += [f"if ({self.random.choice(CONDITIONS)}) {{", *self.conditional(server), "}"]
        if self.likely(share / 3):
            found.append(f"set $word {self.random.choice(('x$1', 'y', '$http_host', '$uri'))};")
        if self.likely(share / 4):
            found.append("break;")
        return found

    def conditional(self, server: bool) -> list[str]:
        choices = [
            f"return {self.random.choice(RETURNS)};",
            f"rewrite {self.random.choice(REWRITES)}{self.random.choice(FLAGS)};",
            "set $word in$1;",
            "break;",
        ]
        if not server:
            choices += ["proxy_pass http://127.0.0.1:@APP2@;", "proxy_pass http://$backend;"]
        return [self.random.choice(choices)]

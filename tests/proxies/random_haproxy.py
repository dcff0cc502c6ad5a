"""Small HAProxy configurations made up at random: ACLs, the order of use_backend, http-request rules, timeouts and modes."""

# ruff: noqa: E501 - a table of words reads better in long lines

from __future__ import annotations

from random import Random

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
    "/socket.io/?EIO=4&transport=websocket",
    "/ws/a%20b",
    "//ws",
    "/a/../ws",
    "/../x/./ws/..",
    "/%77s/%2f?b=2&a=1",
)
HOSTS = (None, None, "other.example.com", "APP.example.com", "app.example.com", "app.example.com:@PORT@")
TESTS = (
    "path_beg /ws", "path /ws", "path_end /ws", "path_sub ock", "path_reg ^/(ws|live)", "path -i /WS", "path_beg -i /WS /live", "path_dir ws", "url_beg /ws",
    "hdr(Upgrade) -i websocket", "hdr(Upgrade) WebSocket", "hdr(Connection) -i upgrade", "hdr(host) app.example.com", "hdr(host) -i app.example.com",
    "hdr_beg(host) -i app.", "hdr_end(host) -i example.com", "hdr_dom(host) -i example", "req.hdr(Upgrade) -m found", "req.hdr(X-None) -m found", "method GET", "method POST GET",
    "url_param(token) 1", "urlp(token) -m found", "always_true", "always_false", "ssl_fc", "path,lower -m beg /ws", "hdr(host),field(1,:) -i app.example.com", "query -m sub token",
    "path_len gt 3", "hdr_cnt(Upgrade) 1", "hdr(Sec-WebSocket-Version) 13", "http_auth_group(x)", "req.ver 1.1", "path_beg /a /b /ws", "base_beg app.example.com", "base_sub ws",
    "var(txn.kind) -m str ws", "dst_port 80", "hdr_sub(Connection) -i grade", "pathq -m reg ws[?]",
)  # fmt: skip
TESTS_USED = tuple(test for test in TESTS if "auth" not in test and "dst_port" not in test)
RULES = (
    "http-request set-path /new%[path]", "http-request set-path /x", "http-request replace-path ^/ws(.*) /live\\1", "http-request replace-path /(.*) /p/\\1", "http-request set-header X-A b",
    "http-request set-header Host inner.example.com", "http-request del-header Upgrade", "http-request del-header Origin", "http-request add-header X-A c", "http-request deny", "http-request deny deny_status 429",
    "http-request redirect location /go", "http-request redirect prefix /pre code 301", "http-request redirect scheme https", "http-request set-query a=1", "http-request replace-header Host (.*) x.\\1",
    "http-request set-var(txn.kind) str(ws)", "http-request set-uri /u%[path]", "http-request replace-uri ([^/]*/)ws /\\1live", "http-request set-header X-Path %[path]", "http-request set-header X-Host %[req.hdr(host)]",
    "http-request set-header X-Q %[query]", "http-request set-header Connection close", "http-request return status 200 content-type text/plain string ok", "http-request allow", "http-request set-method POST",
    "redirect scheme https code 301", "redirect location /old", "option forwardfor", "option http-server-close", "option httpclose", "http-request replace-pathq (.*)[?](.*) \\1/\\2",
    "http-request set-pathq /pq?z=1", "http-request set-header Upgrade h2c", "http-request del-header ^X- -m reg", "http-request set-header X-Len %[path,length]", "http-request set-header X-Up %[req.hdr(upgrade),upper]",
)  # fmt: skip


def case(random: Random) -> Case:
    """One configuration, and one handshake that it may or may not let through."""
    return Case("random", _Maker(random).configuration(), random.choice(PATHS), random.choice(HOSTS))


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.names: list[str] = []

    def likely(self, share: float) -> bool:
        return self.random.random() < share

    def configuration(self) -> str:
        front = ["frontend web", " bind 127.0.0.1:@PORT@", *self.section(0.7)]
        order = [
            f" use_backend {self.random.choice(('app', 'other', 'third'))} {self.condition()}"
            for _ in range(self.random.choice((0, 1, 2, 3)))
        ]
        front += order
        if self.likely(0.8):
            front.append(f" default_backend {self.random.choice(('app', 'other'))}")
        backends = []
        for name, word in (("app", "APP"), ("other", "APP2"), ("third", "APP")):
            self.names = []
            backends += [f"backend {name}", *self.section(0.4), f" server one 127.0.0.1:@{word}@"]
        before = [
            "global",
            " expose-experimental-directives",
            "defaults",
            " mode http",
            " timeout client 5s",
            " timeout server 5s",
            " timeout connect 2s",
            *self.options(),
        ]
        return "\n".join([*before, *front, *backends]) + "\n"

    def options(self) -> list[str]:
        choices = (
            " option forwardfor",
            " option http-server-close",
            " option httpclose",
            " option forwardfor except 10.0.0.0/8",
            " option forwardfor header X-Client",
            " option forwardfor if-none",
        )
        return [self.random.choice(choices)] if self.likely(0.2) else []

    def section(self, share: float) -> list[str]:
        self.names = []
        lines: list[str] = []
        for number in range(self.random.choice((0, 0, 1, 2, 3)) if share > 0.5 else 0):
            name = f"a{self.random.choice((number, number, 0))}"
            lines.append(f" acl {name} {self.random.choice(TESTS_USED)}")
            self.names.append(name)
        for _ in range(self.random.choice((0, 1, 1, 2, 3))):
            if self.likely(share):
                rule = self.random.choice(RULES)
                plain = rule.startswith("option")
                lines.append(f" {rule}" if plain or self.likely(0.4) else f" {rule} {self.condition()}")
        return lines

    def condition(self) -> str:
        return f"{self.random.choice(('if', 'if', 'if', 'unless'))} {self.term()}"

    def term(self) -> str:
        pieces = [self.one() for _ in range(self.random.choice((1, 1, 2, 3)))]
        joined = pieces[0]
        for piece in pieces[1:]:
            joined += f" or {piece}" if self.likely(0.4) else f" {piece}"
        return joined

    def one(self) -> str:
        negated = "!" if self.likely(0.2) else ""
        if self.names and self.likely(0.6):
            return negated + self.random.choice(self.names)
        return f"{negated}{{ {self.random.choice(TESTS_USED)} }}"

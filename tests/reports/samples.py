"""Reports made by hand, one for each kind of answer, with the people's files they would come from."""

from __future__ import annotations

from dataclasses import replace

from advisor.model import (
    Address,
    App,
    Chosen,
    DecidedBy,
    Edit,
    Endpoint,
    Fact,
    Finding,
    Forward,
    Handshake,
    Heartbeat,
    Hop,
    Limit,
    NotRead,
    Path,
    Place,
    Process,
    Question,
    Reconnect,
    Related,
    Report,
    Server,
    Setting,
    Step,
    Url,
    Use,
    handshake,
)

NGINX_FACT = Fact(
    "nginx/idle_timeout",
    "nginx closes a proxied connection on which no byte passes for 60 s",
    ("https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout",),
    "2026-11-20 (read)",
    "documented",
)
HEADERS_FACT = Fact(
    "nginx/upgrade_headers",
    "nginx does not pass Upgrade and Connection on unless it is told to",
    ("https://nginx.org/en/docs/http/websocket.html",),
    "2026-11-20 (measured)",
    "measured",
)

SOCKET_IO = Use(
    "socket-io",
    "Socket.IO",
    "server",
    "web",
    Place("server.js", 12, 12),
    version="4.8.1",
    endpoints=(Endpoint("/socket.io/", Place("server.js", 12, 12), 3000, "literal", "0.0.0.0", prefix=True),),
    heartbeat=Heartbeat("server", "default", 25.0, 20.0, fact="socket-io/heartbeat"),
    transports=("polling", "websocket"),
)
CLIENT = Use(
    "websocket-browser",
    "WebSocket",
    "client",
    "web",
    Place("public/app.js", 4, 14),
    urls=(Url("wss://app.example.com/socket.io/", Place("public/app.js", 4, 28), "wss", "app.example.com", None, "/socket.io/"),),
    reconnect=Reconnect("fixed", 3.0, place=Place("public/app.js", 9, 3)),
)
WEB = App("web", ".", ecosystem="npm", uses=(SOCKET_IO, CLIENT))
PROCESS = Process("web", Place("docker-compose.yml", 7, 3), command="node server.js", replicas=2)

NGINX = Hop(
    "h1",
    "nginx",
    "nginx",
    Place("deploy/nginx.conf", 20, 5),
    version="1.27",
    settings=(Setting("proxy_read_timeout", "60s", Place("deploy/nginx.conf", 23, 9), 60, "nginx"),),
)
LOAD_BALANCER = Hop("h2", "aws-alb", "Application Load Balancer", Place("infra/main.tf", 3, 1))
CLOUDFLARE = Hop("h3", "cloudflare", "Cloudflare", Place("infra/dns.tf", 1, 1), certainty="strong")

_REQUEST = handshake("wss", "app.example.com", "/socket.io/")
_FORWARD = Forward(Address("app", 3000), _REQUEST)


def _step(hop: Hop) -> Step:
    return Step(hop, _REQUEST, _FORWARD)


def _by(hop: Hop, *, configured: Place | None = None, fact: str | None = None) -> DecidedBy:
    return DecidedBy(hop.platform, "configured" if configured else "default", hop.id, configured, fact)


LIMITS = (
    Limit("handshake_timeout", 30, "s", _by(LOAD_BALANCER)),
    Limit(
        "idle_timeout",
        60.0,
        "s",
        _by(NGINX, configured=Place("deploy/nginx.conf", 23, 9), fact="nginx/idle_timeout"),
        "any",
        (_by(CLOUDFLARE), 100),
    ),
    Limit("max_connection_duration", None, "s", _by(CLOUDFLARE)),
    Limit("max_message_size", 1_000_000, "bytes", DecidedBy("app", "default", place=Place("server.js", 12, 12))),
)
PATH = Path(
    "p1",
    "production",
    "/socket.io/",
    "wss://app.example.com/socket.io/",
    Handshake("accepted", 101, "app"),
    (_step(CLOUDFLARE), _step(LOAD_BALANCER), _step(NGINX)),
    WEB,
    SOCKET_IO,
    PROCESS,
    clients=(CLIENT,),
    limits=LIMITS,
    because=("docker-compose.yml: nginx sends to app:3000",),
)

NOT_FORWARDED = Finding(
    "WS101",
    "upgrade-not-forwarded",
    "error",
    "breaks",
    "certain",
    "nginx does not hand the Upgrade header on to app:3000, so no socket on /socket.io/ opens.",
    Place("deploy/nginx.conf", 22, 3, 22, 29),
    ("nginx drops Upgrade and Connection unless proxy_set_header sets them", "no block around line 22 sets them"),
    "Hand both headers on in the location of the socket.",
    "location /socket.io/ {\n    proxy_pass http://app:3000;\n    proxy_http_version 1.1;\n"
    "    proxy_set_header Upgrade $http_upgrade;\n"
    '    proxy_set_header Connection "upgrade";\n}',
    "curl -i -N -H 'Connection: Upgrade' -H 'Upgrade: websocket' https://app.example.com/socket.io/?EIO=4&transport=websocket",
    (Related(Place("server.js", 12, 12), "the app listens for sockets here"),),
    "p1",
    ("nginx/upgrade_headers",),
    (Edit(Place("deploy/nginx.conf", 24, 5, 24, 5), "    proxy_set_header Upgrade $http_upgrade;\n"),),
    False,
    "proxy",
    ((21, "    location / {"), (22, "\t\tproxy_pass http://app:3000;"), (23, "        proxy_read_timeout 60s;")),
    "aaaa000000000001",
)
NO_AFFINITY = Finding(
    "WS301",
    "sticky-sessions-missing",
    "error",
    "breaks",
    "likely",
    "2 replicas of web share the requests of one Socket.IO client, so its polling requests meet a replica that does not know it.",
    Place("docker-compose.yml", 9, 7),
    ("Socket.IO begins with polling", "nginx spreads requests over both replicas"),
    "Let nginx send each client to one replica.",
    "upstream app {\n    ip_hash;\n    server app:3000;\n}",
    path="p1",
    who="proxy",
    excerpt=((8, "    deploy:"), (9, "      replicas: 2")),
    fingerprint="aaaa000000000002",
)
FIXED_DELAY = Finding(
    "WS702",
    "reconnect-without-backoff",
    "info",
    "note",
    "certain",
    "The client reconnects every 3 s without jitter, so all clients return at once after a deploy.",
    Place("public/app.js", 9, 3),
    ("setTimeout with a fixed 3000 ms",),
    "Double the delay up to 30 s, and spread it.",
    who="client",
    excerpt=((8, "socket.onclose = () => {"), (9, "  setTimeout(connect, 3000)"), (10, "}")),
    fingerprint="aaaa000000000003",
)

CHOSEN = (
    Chosen("deploy/nginx.conf", "production", "production", "docker-compose.yml mounts it into the nginx image"),
    Chosen("docker-compose.yml", "production", "production", "the compose file without a development name"),
    Chosen("infra/main.tf", "production", "production", "Terraform outside example folders"),
    Chosen("docker-compose.dev.yml", "development", "development", "its name says development"),
)

WORKS = Report(
    version="0.1.0",
    knowledge_version="2026.11.23.1",
    as_of="2026-11-23",
    root=".",
    verdict="works",
    sentence="WebSockets work on browser → Cloudflare → Application Load Balancer → nginx → web; nothing needs a change.",
    seen=812,
    read=41,
    chosen=CHOSEN,
    apps=(WEB,),
    processes=(("web", PROCESS, Server("node", "node", workers=1)),),
    hops=(NGINX, LOAD_BALANCER, CLOUDFLARE),
    paths=(PATH,),
    facts=(NGINX_FACT, HEADERS_FACT),
)
WORKS_WITH_REMARK = replace(WORKS, findings=(FIXED_DELAY,))

_REFUSED = Handshake("refused", 400, "h1", "the app receives an ordinary GET", Place("deploy/nginx.conf", 22, 9))
BREAKS = replace(
    WORKS,
    verdict="breaks",
    sentence="WebSockets do not open: nginx does not hand the Upgrade header on to app:3000, so no socket on /socket.io/ opens.",
    paths=(replace(PATH, handshake=_REFUSED),),
    findings=(NOT_FORWARDED, NO_AFFINITY, FIXED_DELAY),
    not_read=(
        NotRead("deploy/old.conf", "a block is opened and never closed", 31, deployment=True),
        NotRead("assets/big.json", "it is larger than 5 MB"),
    ),
)

NO_WEBSOCKET = replace(
    WORKS,
    verdict="no_websocket",
    sentence="No WebSocket found.",
    chosen=(),
    apps=(),
    processes=(),
    hops=(),
    paths=(),
    facts=(),
    looked_at=("812 files for the use of 178 socket libraries", "no deployment file"),
)

_BARE = replace(
    SOCKET_IO,
    library="ws",
    name="ws",
    version="8.18.0",
    heartbeat=Heartbeat("none", "default"),
    transports=("websocket",),
    endpoints=(Endpoint(None, Place("index.js", 3, 13), 8080, "environment"),),
    place=Place("index.js", 3, 13),
)
DEPENDS = replace(
    WORKS,
    verdict="depends",
    sentence="It depends on what stands in front of chat, which the repository does not show.",
    chosen=(),
    apps=(App("chat", ".", uses=(_BARE,)),),
    processes=(),
    hops=(),
    paths=(
        Path(
            "p1",
            "production",
            "any path",
            "wss://app.example.com/",
            Handshake("depends", None, None, "nothing in front is shown"),
            app=App("chat", ".", uses=(_BARE,)),
            server=_BARE,
        ),
    ),
    questions=(
        Question(
            "hop",
            "What stands in front of chat?",
            "--assume hop=nginx",
            (
                ("nothing", "the browser speaks to the app itself; only the app's own limits hold"),
                (
                    "nginx (--assume hop=nginx)",
                    "a socket on which nothing passes for 60 s is closed, and no heartbeat was found here",
                ),
                (
                    "Heroku (--assume hop=heroku)",
                    "a socket on which nothing passes for 55 s is closed, and no heartbeat was found here",
                ),
            ),
        ),
    ),
    facts=(),
)


def insecure(number: int) -> Finding:
    """One of many findings of a kind: the client's URL in the n-th file."""
    return Finding(
        "WS601",
        "insecure-ws-url",
        "warning",
        "degrades",
        "likely",
        "The client opens ws:// to a public host, which a page served over https may not.",
        Place(f"src/clients/feed{number:02}.js", 10 + number, 3),
        ("the URL is a literal",),
        "Take the scheme from location.protocol.",
        who="client",
        excerpt=((10 + number, f'  new WebSocket("ws://feed{number}.example.com")'),),
        fingerprint=f"bbbb{number:012}",
    )


MANY = replace(
    BREAKS,
    verdict="works_with_changes",
    sentence="WebSockets open, but 30 things need a change.",
    paths=tuple(
        replace(PATH, id=f"p{number}", endpoint=f"/ws/{number}", url=f"wss://app.example.com/ws/{number}")
        for number in range(1, 15)
    ),
    findings=(
        *(replace(NO_AFFINITY, severity="warning", verdict="degrades", path=f"p{number}") for number in range(1, 4)),
        *(insecure(number) for number in range(1, 28)),
    ),
    chosen=tuple(
        Chosen(f"deploy/site{number:02}.conf", "production", "production", "nginx reads sites-enabled") for number in range(1, 50)
    ),
    not_read=tuple(NotRead(f"data/blob{number:02}.txt", "it is binary where text was expected") for number in range(1, 30)),
)

HOSTILE_TEXT = "evil\x1b[31m\x1b]0;title\x07\x9b2J\r\nname\u202e|`<script>alert(1)</script>`*bold*\ud800"
HOSTILE = replace(
    BREAKS,
    sentence=f"WebSockets do not open: {HOSTILE_TEXT}",
    findings=(
        replace(
            NOT_FORWARDED,
            message=f"nginx sends to {HOSTILE_TEXT}",
            place=Place(f"deploy/{HOSTILE_TEXT}.conf", 22, 9),
            why=(HOSTILE_TEXT,),
            remedy=HOSTILE_TEXT,
            snippet=f"```\n{HOSTILE_TEXT}\n````",
            verify=HOSTILE_TEXT,
            related=(Related(Place(HOSTILE_TEXT), HOSTILE_TEXT),),
            excerpt=((22, HOSTILE_TEXT),),
        ),
    ),
    chosen=(Chosen(HOSTILE_TEXT, "production", "production", HOSTILE_TEXT),),
    questions=(Question(HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT, ((HOSTILE_TEXT, HOSTILE_TEXT),)),),
    not_read=(NotRead(HOSTILE_TEXT, HOSTILE_TEXT),),
    apps=(replace(WEB, id=HOSTILE_TEXT, uses=(replace(SOCKET_IO, name=HOSTILE_TEXT, version=HOSTILE_TEXT),)),),
)

ALL = {
    "works": WORKS,
    "works_with_remark": WORKS_WITH_REMARK,
    "breaks": BREAKS,
    "no_websocket": NO_WEBSOCKET,
    "depends": DEPENDS,
    "many": MANY,
    "hostile": HOSTILE,
}

"""Virtual handshakes through little trees: which ways there are, how each ends, and which are left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import pytest

from advisor.advise import look, words
from advisor.model import Path
from advisor.options import Options
from advisor.tree import Tree

PACKAGE = '{"name": "chat", "scripts": {"start": "node server.js"}, "dependencies": {"ws": "^8.18.0"}}\n'
SERVER = """\
const { WebSocketServer } = require("ws");
const wss = new WebSocketServer({ port: 3000, path: "/ws" });
wss.on("connection", (socket) => socket.on("message", (data) => socket.send(data.toString())));
"""
DOCKERFILE = 'FROM node:22\nCOPY . .\nEXPOSE 3000\nCMD ["node", "server.js"]\n'
APP = {"app/package.json": PACKAGE, "app/server.js": SERVER, "app/Dockerfile": DOCKERFILE}
HERE = {"package.json": PACKAGE, "server.js": SERVER}
UPGRADE = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";'
COMPOSE = """\
services:
  app:
    build: ./app
  proxy:
    image: nginx:1.27
    ports: ["80:80"]
    volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf:ro"]
"""
CLIENT = 'const socket = new WebSocket("{url}");\nsocket.onmessage = (event) => console.log(event.data);\n'
BALANCER = """\
resource "aws_lb" "main" {
  load_balancer_type = "application"
}
resource "aws_lb_target_group" "app" {
  port        = 3000
  protocol    = "HTTP"
  target_type = "ip"
}
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.main.arn
  port              = 443
  protocol          = "HTTPS"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }
}
resource "aws_ecs_task_definition" "app" {
  container_definitions = jsonencode([
    { name = "app", image = "123.dkr.ecr.eu-central-1.amazonaws.com/chat:1", portMappings = [{ containerPort = 3000 }] }
  ])
}
resource "aws_ecs_service" "app" {
  task_definition = aws_ecs_task_definition.app.arn
  desired_count   = 2
  load_balancer {
    target_group_arn = aws_lb_target_group.app.arn
    container_name   = "app"
    container_port   = 3000
  }
}
"""
CLOUDFLARE = """\
resource "cloudflare_record" "app" {
  name    = "chat"
  type    = "CNAME"
  proxied = true
  content = aws_lb.main.dns_name
}
"""


def nginx(*locations: str, head: str = "listen 80;") -> str:
    return "server {\n  " + head + "\n" + "".join(f"  location {location}\n" for location in locations) + "}\n"


def passing(at: str, to: str = "http://app:3000", more: str = UPGRADE) -> str:
    return f"{at} {{ proxy_pass {to}; {more} }}"


@cache
def known() -> frozenset[str]:
    return words()


def walked(files: Mapping[str, str], **assume: str) -> tuple[Path, ...]:
    given = {name.replace("__", "."): value for name, value in assume.items()}
    return look(Tree.of(dict(files), known()), Options(as_of=date(2026, 11, 25), assume=given)).paths


def told(paths: tuple[Path, ...]) -> list[str]:
    """Each path in a line: URL, hops, destination, and how it ended."""
    return [
        f"{path.url} > {' > '.join((*(hop.platform for hop in path.hops), path.destination))}: "
        f"{path.handshake.outcome}{f' {path.handshake.cause}' if path.handshake.cause else ''}"
        for path in paths
    ]


# ---------------------------------------------------------------- ways


def test_proxy_in_front() -> None:
    """A compose proxy leads to the service it names, and the path says why."""
    paths = walked({**APP, "compose.yml": COMPOSE, "nginx.conf": nginx(passing("/"))})

    assert ["ws://app.example.com/ws > nginx > app: accepted"] == told(paths)
    assert ("nginx sends to app:3000, which is app",) == paths[0].because
    assert "explicit" == paths[0].certainty


def test_nothing_in_front() -> None:
    """A server without any hop has one bare path, over TLS and weak."""
    paths = walked(HERE)

    assert ["wss://app.example.com/ws > chat: accepted"] == told(paths)
    assert "weak" == paths[0].certainty


def test_assumed_hops_stand_in_front() -> None:
    """``--assume hop=a,b`` puts both in front, outermost first."""
    paths = walked(HERE, hop="cloudflare,nginx")

    assert ["cloudflare", "nginx"] == [hop.platform for hop in paths[0].hops]
    assert {"weak"} == {hop.certainty for hop in paths[0].hops}


def test_assumed_hop_in_front_of_those_that_files_show() -> None:
    """An assumed hop comes before the first one of the files; one that the files show is not repeated."""
    files = {**APP, "compose.yml": COMPOSE, "nginx.conf": nginx(passing("/"))}

    assert ["cloudflare", "nginx"] == [hop.platform for hop in walked(files, hop="cloudflare,nginx")[0].hops]


def test_chain_of_three() -> None:
    """Cloudflare, balancer and container service are one way, not three."""
    paths = walked({**HERE, "Dockerfile": DOCKERFILE, "infra/main.tf": BALANCER + CLOUDFLARE})

    assert [["cloudflare", "aws-alb", "aws-ecs-fargate"]] == [[hop.platform for hop in path.hops] for path in paths]
    assert ["accepted"] == [path.handshake.outcome for path in paths]


def test_inner_hop_is_no_way_in() -> None:
    """Where the outer hop takes another path only, the inner one does not stand in for it."""
    action = 'type             = "forward"\n    target_group_arn = aws_lb_target_group.app.arn'
    rule = """\
resource "aws_lb_listener_rule" "app" {
  listener_arn = aws_lb_listener.https.arn
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }
  condition {
    path_pattern { values = ["/live/*"] }
  }
}
"""
    closed = BALANCER.replace(action, 'type = "fixed-response"\n    fixed_response { content_type = "text/plain" }')
    paths = walked({**HERE, "Dockerfile": DOCKERFILE, "infra/main.tf": closed + rule})

    assert ["wss://app.example.com/ws > aws-alb > chat: refused not_routed"] == told(paths)


def test_two_environments_are_two_ways() -> None:
    """Staging and production files give a path each, with the environment's name."""
    files = {
        **APP,
        "deploy/production/compose.yml": COMPOSE.replace("./app", "../../app"),
        "deploy/production/nginx.conf": nginx(passing("/")),
        "deploy/staging/compose.yml": COMPOSE.replace("./app", "../../app"),
        "deploy/staging/nginx.conf": nginx(passing("/", more="")),
    }

    assert {"production": "accepted", "staging": "refused"} == {
        path.environment: path.handshake.outcome for path in walked(files)
    }


def test_development_files_are_no_production_way() -> None:
    """A development compose file gives a path of that scope beside the bare production one."""
    files = {**APP, "docker-compose.dev.yml": COMPOSE, "nginx.conf": nginx(passing("/"))}

    assert {("development", 1), ("production", 0)} == {(path.scope, len(path.hops)) for path in walked(files)}


def test_several_servers_of_one_proxy() -> None:
    """Each host name that leads to the app is a way of its own."""
    conf = nginx(passing("/"), head="listen 80; server_name a.example.com;") + nginx(
        passing("/"), head="listen 80; server_name b.example.com;"
    )
    paths = walked({**APP, "compose.yml": COMPOSE, "nginx.conf": conf})

    assert ["ws://a.example.com/ws", "ws://b.example.com/ws"] == sorted(path.url for path in paths)


def test_unknown_app_behind_a_tunnel() -> None:
    """A location that hands upgrades on to an image leads to sockets whose code is not here."""
    compose = COMPOSE.replace("build: ./app", "image: example/realtime:2")
    paths = walked({"compose.yml": compose, "nginx.conf": nginx(passing("/live"))})

    assert ["ws://app.example.com/live > nginx > example/realtime:2: accepted"] == told(paths)


# ---------------------------------------------------------------- ends


@pytest.mark.parametrize(
    ("locations", "expected"),
    [
        pytest.param([passing("/", more="")], "refused upgrade_lost", id="no headers"),
        pytest.param([passing("/ws", "http://app:3000/")], "refused rewritten", id="path stripped"),
        pytest.param([passing("/"), "/ws { return 404; }"], "refused not_routed", id="answered 404"),
        pytest.param([passing("/"), "/ws { return 403; }"], "refused answered", id="answered 403"),
        pytest.param([passing("/"), "= /ws { return 301 /ws/; }"], "redirected redirected", id="redirected"),
        pytest.param([passing("/"), passing("/ws", "http://app:4000")], "refused not_routed", id="another port"),
        pytest.param([passing("/"), passing("/ws", "http://other:3000")], "refused not_routed", id="a name nobody bears"),
        pytest.param([passing("/"), passing("/ws", "http://127.0.0.1:3000")], "refused not_routed", id="its own container"),
        pytest.param(["/ { proxy_pas http://app:3000; }"], None, id="not a configuration"),
    ],
)
def test_end_at_the_proxy(locations: list[str], expected: str | None) -> None:
    """What stops a handshake at the proxy is told by its cause."""
    paths = walked({**APP, "compose.yml": COMPOSE, "nginx.conf": nginx(*locations)})
    through = [path for path in paths if path.hops]

    assert ([expected] if expected else []) == [f"{path.handshake.outcome} {path.handshake.cause}" for path in through]


def test_astray_comes_before_what_was_lost() -> None:
    """A handshake that lands on another service is told as such, whatever headers it lost on the way."""
    compose = COMPOSE.replace("services:\n", "services:\n  web:\n    image: example/web:1\n")
    conf = nginx(passing("/", "http://web:80", ""), passing("/api/", "http://app:3000/"))
    (path,) = walked({**APP, "compose.yml": compose, "nginx.conf": conf})

    assert ("not_routed", "it lands on web at compose.yml:2") == (path.handshake.cause, path.handshake.reason)
    assert None is path.arrived


def test_version_that_nobody_shows() -> None:
    """What hangs on the proxy's version is ``depends``, unless every branch ends alike for this server."""
    headers = UPGRADE.replace("proxy_http_version 1.1; ", "")
    conf = {"nginx.conf": nginx(passing("/", "http://127.0.0.1:8765", headers))}
    python = {
        "requirements.txt": "websockets==14.1\n",
        "server.py": "from websockets.asyncio.server import serve\n\n\nasync def main(handler):\n"
        '    async with serve(handler, "0.0.0.0", 8765) as server:\n        await server.serve_forever()\n',
    }
    node = {**HERE, "nginx.conf": nginx(passing("/", "http://127.0.0.1:3000", headers))}

    assert ["depends"] == [path.handshake.outcome for path in walked({**python, **conf})]
    assert ["refused http10"] == [
        f"{path.handshake.outcome} {path.handshake.cause}" for path in walked({**python, **conf}, nginx__version="1.27")
    ]
    assert ["accepted"] == [path.handshake.outcome for path in walked({**python, **conf}, nginx__version="1.30")]
    assert ["accepted"] == [path.handshake.outcome for path in walked(node)]


def test_process_that_cannot_serve_gives_way_to_one_that_can() -> None:
    """Of two processes of one app, the one that upgrades is the one that sockets are meant for."""
    app = {
        "requirements.txt": "fastapi==0.115.6\nuvicorn[standard]==0.34.0\ngunicorn==23.0.0\n",
        "main.py": "from fastapi import FastAPI, WebSocket\n\napp = FastAPI()\n\n\n"
        '@app.websocket("/ws")\nasync def echo(websocket: WebSocket):\n    await websocket.accept()\n',
        "Dockerfile": "FROM python:3.12\nCOPY . .\n",
        "compose.yml": "services:\n  web:\n    build: .\n    command: gunicorn main:app --bind 0.0.0.0:8000\n"
        "  live:\n    build: .\n    command: uvicorn main:app --host 0.0.0.0 --port 8001\n" + COMPOSE.partition("./app\n")[2],
    }
    right = nginx(passing("/", "http://web:8000", ""), passing("/ws", "http://live:8001"))
    wrong = nginx(passing("/", "http://web:8000"))

    assert ["accepted None"] == [
        f"{path.handshake.outcome} {path.handshake.cause}" for path in walked({**app, "nginx.conf": right})
    ]
    assert ["refused not_routed"] == [
        f"{path.handshake.outcome} {path.handshake.cause}" for path in walked({**app, "nginx.conf": wrong})
    ]


# ---------------------------------------------------------------- the client's URL


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("wss://chat.example.com/ws", {"wss://chat.example.com/ws": "accepted"}, id="as served"),
        pytest.param(
            "ws://chat.example.com/ws",
            {"wss://chat.example.com/ws": "accepted", "ws://chat.example.com/ws": "redirected"},
            id="without TLS",
        ),
        pytest.param(
            "wss://chat.example.com/socket",
            {"wss://chat.example.com/socket": "refused"},
            id="another path",
        ),
        pytest.param("ws://localhost:3000/ws", {"wss://chat.example.com/ws": "accepted"}, id="a developer's machine"),
    ],
)
def test_url_of_the_client(url: str, expected: dict[str, str]) -> None:
    """A client's own URL is judged by itself; one for a developer's machine stands for the page's own host."""
    conf = nginx("/ { return 301 https://$host$request_uri; }", head="listen 80; server_name chat.example.com;") + nginx(
        passing("/"), head="listen 443 ssl; server_name chat.example.com; ssl_certificate c; ssl_certificate_key k;"
    )
    files = {
        **APP,
        "compose.yml": COMPOSE,
        "nginx.conf": conf,
        "web/package.json": '{"name": "web", "dependencies": {"vite": "^5.4.0"}}\n',
        "web/src/socket.js": CLIENT.format(url=url),
    }

    assert expected == {path.url: path.handshake.outcome for path in walked(files)}


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        pytest.param("http://app:3000/", {"ws://app.example.com/api/ws": "accepted"}, id="the prefix is stripped"),
        pytest.param("http://app:3000", {"ws://app.example.com/ws": "refused"}, id="the prefix is kept"),
    ],
)
def test_base_of_the_url_in_a_variable(to: str, expected: dict[str, str]) -> None:
    """Where a variable holds the first part of the URL, the proxy's prefixes are tried for it."""
    files = {
        **APP,
        "compose.yml": COMPOSE,
        "nginx.conf": nginx("/ { root /srv/www; }", passing("/api/", to)),
        "web/package.json": '{"name": "web", "dependencies": {"vite": "^5.4.0"}}\n',
        "web/src/socket.js": CLIENT.replace('"{url}"', "`${import.meta.env.VITE_BASE}/ws`"),
    }

    assert expected == {path.url: path.handshake.outcome for path in walked(files)}


def test_app_that_takes_any_path_is_tried_where_a_rule_leads_to_it() -> None:
    """Without a path of its own the app is asked for at the paths that locations take."""
    files = {
        **APP,
        "app/server.js": SERVER.replace(', path: "/ws"', ""),
        "compose.yml": COMPOSE,
        "nginx.conf": nginx("/ { root /srv/www; }", passing("/feed/")),
    }

    assert ["ws://app.example.com/feed/ > nginx > app: accepted"] == told(walked(files))


def test_paths_are_numbered() -> None:
    """Ids are unique and count from one."""
    conf = nginx(passing("/"), head="listen 80; server_name a.example.com;") + nginx(
        passing("/"), head="listen 80; server_name b.example.com;"
    )

    assert ["p1", "p2"] == [path.id for path in walked({**APP, "compose.yml": COMPOSE, "nginx.conf": conf})]


def test_client_that_names_the_published_port_of_the_app_passes_no_proxy() -> None:
    """Where the app publishes a port of its own and every client asks for it, the proxy beside it decides nothing."""
    published = COMPOSE.replace("build: ./app\n", 'build: ./app\n    ports: ["9000:3000"]\n')
    client = CLIENT.format(url="ws://${config.host}:9000/ws").replace('"', "`")
    files = {**APP, "docker-compose.yml": published, "nginx.conf": nginx(passing("/ws", more=""))}
    paths = walked({**files, "web/package.json": PACKAGE, "web/client.js": client})

    assert ["ws://app.example.com:9000/ws > app: accepted"] == told(paths)


def test_proxy_that_publishes_the_named_port_is_passed() -> None:
    """The same port at the proxy itself: the client comes through it."""
    published = COMPOSE.replace('"80:80"', '"9000:80"')
    client = CLIENT.format(url="ws://${config.host}:9000/ws").replace('"', "`")
    files = {**APP, "docker-compose.yml": published, "nginx.conf": nginx(passing("/ws", more=""))}
    paths = walked({**files, "web/package.json": PACKAGE, "web/client.js": client})

    assert ["nginx > app: refused upgrade_lost"] == [each.split(" > ", 1)[1] for each in told(paths)]


def test_service_of_the_same_file_is_meant() -> None:
    """Two compose files of one directory name the same service: the proxy of one sends to that one's."""
    development = 'services:\n  app:\n    build: ./app\n    command: node server.js --port 8000\n    ports: ["8000:8000"]\n'
    files = {
        **APP,
        "docker-compose.yml": development,
        "docker-compose-deploy.yml": COMPOSE,
        "nginx.conf": nginx(passing("/ws")),
    }
    through = [path for path in walked(files) if path.hops]

    assert ["docker-compose-deploy.yml"] == [path.process.place.file for path in through if path.process is not None]


@pytest.mark.parametrize(
    ("listens", "expected"),
    [
        ("listen 443 ssl; ssl_certificate a; ssl_certificate_key b;", "https"),
        ("listen 80;", "http"),
        ("listen 80; listen 443 ssl; ssl_certificate a; ssl_certificate_key b;", "https"),
    ],
    ids=["TLS only", "plain only", "both"],
)
def test_an_assumed_hop_speaks_what_the_next_one_takes(listens: str, expected: str) -> None:
    """Nothing shows how an assumed hop speaks to the proxy behind it, so it is not held to a scheme that is refused there."""
    server = f"server {{ {listens} location / {{ proxy_pass http://127.0.0.1:3000; }} }}"
    paths = walked({"nginx.conf": f"events {{}} http {{ {server} }}", "server.js": SERVER}, hop="cloudflare")

    assert {("cloudflare", "nginx", expected)} == {
        (path.hops[0].platform, path.hops[1].platform, path.steps[1].received.scheme) for path in paths
    }


def test_path_that_a_proxy_makes_the_endpoints_own() -> None:
    """Where no client tells the public path, the one that the proxy's own rule takes and replaces is found."""
    labels = [
        "traefik.http.routers.chat.rule=PathPrefix(`/chat`)",
        "traefik.http.middlewares.own.replacepath.path=/ws",
        "traefik.http.routers.chat.middlewares=own@docker",
        "traefik.http.services.chat.loadbalancer.server.port=3000",
    ]
    listed = "".join(f'      - "{label}"\n' for label in labels)
    compose = (
        f"services:\n  app:\n    build: ./app\n    labels:\n{listed}  proxy:\n    image: traefik:v3.1\n"
        '    command: ["--providers.docker", "--entryPoints.web.address=:80"]\n    ports: ["80:80"]\n'
    )

    assert ["ws://app.example.com/chat"] == [path.url for path in walked({**APP, "compose.yaml": compose}) if path.arrived]

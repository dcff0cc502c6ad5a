"""Published images that need sockets: which are taken for apps, when their sockets are on, and what is said of them."""

from __future__ import annotations

from datetime import date

import pytest

from advisor.advise import advise, words
from advisor.model import Report
from advisor.options import Options
from advisor.stack.library import libraries
from advisor.tree import Tree

IMAGES = [library for library in libraries().values() if library.ecosystem == "image"]
NGINX = """
  nginx:
    image: nginx:1.27
    ports: ["80:80"]
    volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf:ro"]
"""


def _report(files: dict[str, str]) -> Report:
    return advise(Tree.of(files, words), Options(as_of=date(2026, 11, 25)))


def _behind_nginx(service: str, locations: str, more: dict[str, str] | None = None) -> Report:
    config = f"server {{\n  listen 80;\n  server_name app.acme.io;\n{locations}\n}}\n"
    return _report({"compose.yaml": f"services:{NGINX}{service}", "nginx.conf": config, **(more or {})})


def _told(report: Report) -> list[tuple[str, str, str]]:
    return [(path.url, path.app.id if path.app else "", path.handshake.outcome) for path in report.paths]


PASSES = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"


@pytest.mark.parametrize("library", IMAGES, ids=lambda library: library.id)
def test_every_entry_is_found_behind_a_proxy(library: object) -> None:
    """A proxy that hands everything on leads to each image; where its sockets are off by default, once they are on."""
    entry = libraries()[library.id]  # type: ignore[attr-defined]
    image = entry.images[0].replace("/*", "/firefox")
    signs = entry.shown_by or {}
    port = next(iter(signs.get("ports", ())), entry.port or 9001)
    command = "    command: bundle exec rails s\n" if "command" in signs else ""
    service = f'  it:\n    image: {image}:1\n{command}    expose: ["{port}"]\n'
    more = {
        "mosquitto.conf": "listener 1883\nlistener 9001\nprotocol websockets\n",
        "nats.conf": "websocket {\n  port: 9001\n  no_tls: true\n}\n",
    }
    report = _behind_nginx(service, f"  location / {{ proxy_pass http://it:{port}; {PASSES} }}", more)

    assert [("it", "accepted", entry.id)] == [
        (path.app.id, path.handshake.outcome, path.server.library) for path in report.paths if path.app and path.server
    ]


@pytest.mark.parametrize(
    ("service", "more"),
    [
        pytest.param("  it:\n    image: acme/uptime-kuma:1\n    ports: ['3001:3001']\n", {}, id="similar-name"),
        pytest.param(
            "  it:\n    image: eclipse-mosquitto:2\n    ports: ['1883:1883', '9001:9001']\n", {}, id="mosquitto-without-listener"
        ),
        pytest.param(
            "  it:\n    image: eclipse-mosquitto:2\n",
            {"mosquitto.conf": "listener 1883\n#listener 9001\n#protocol websockets\n"},
            id="mosquitto-listener-in-a-comment",
        ),
        pytest.param("  it:\n    image: rabbitmq:4-management\n    ports: ['15672:15672']\n", {}, id="rabbitmq-without-plugin"),
        pytest.param("  it:\n    image: nats:2\n", {"nats.conf": "port: 4222\n"}, id="nats-without-block"),
        pytest.param(
            "  it:\n    image: n8nio/n8n:1\n    environment: {N8N_PUSH_BACKEND: sse}\n", {}, id="n8n-with-its-backend-set"
        ),
        pytest.param(
            "  it:\n    image: chatwoot/chatwoot:v4\n    command: bundle exec sidekiq\n", {}, id="worker-of-the-same-image"
        ),
        pytest.param("  it:\n    image: grafana/loki:3\n", {}, id="another-image-of-the-maker"),
    ],
)
def test_images_without_sockets(service: str, more: dict[str, str]) -> None:
    """A name that is only alike, a feature that is off, another process of the same image: no app, no path."""
    report = _behind_nginx(service, "  location / { proxy_pass http://it:3001; }", more)

    assert ("no_websocket", []) == (report.verdict, _told(report))


def test_upgrade_is_lost_on_the_way_to_an_image() -> None:
    """The user cannot change the image, so the finding is the proxy's, with a block for the proxy."""
    report = _behind_nginx("  kuma:\n    image: louislam/uptime-kuma:1\n", "  location / { proxy_pass http://kuma:3001; }")

    assert ("breaks", [("WS101", "error", "proxy")]) == (
        report.verdict,
        [(finding.rule, finding.severity, finding.who) for finding in report.findings],
    )
    assert "proxy_pass http://kuma:3001;" in report.findings[0].snippet


def test_image_that_is_of_use_without_sockets() -> None:
    """Grafana opens without its live channel: a warning that says what is missing, not a broken deployment."""
    report = _behind_nginx("  grafana:\n    image: grafana/grafana:11\n", "  location / { proxy_pass http://grafana:3000; }")

    assert ("works_with_changes", [("WS101", "warning", "degrades")]) == (
        report.verdict,
        [(finding.rule, finding.severity, finding.verdict) for finding in report.findings],
    )
    assert "streaming panels stay empty" in report.findings[0].why[-1]


@pytest.mark.parametrize(
    ("location", "url"),
    [
        pytest.param(
            "location /grafana/ { proxy_pass http://grafana:3000/;", "ws://app.acme.io/grafana/api/live/ws", id="taken-off"
        ),
        pytest.param(
            "location /grafana/ { proxy_pass http://grafana:3000;", "ws://app.acme.io/grafana/api/live/ws", id="left-on"
        ),
        pytest.param("location / { proxy_pass http://grafana:3000;", "ws://app.acme.io/api/live/ws", id="at-the-root"),
    ],
)
def test_image_below_a_first_part_of_the_path(location: str, url: str) -> None:
    """An image may be served below a path of the proxy's, whether or not the proxy takes it off."""
    report = _behind_nginx("  grafana:\n    image: grafana/grafana:11\n", f"  {location} {PASSES} }}")

    assert [(url, "grafana", "accepted")] == _told(report)


def test_sockets_on_a_port_of_their_own() -> None:
    """A way to the broker's management pages is no way to its sockets."""
    service = "  mq:\n    image: rabbitmq:4\n    expose: ['15672', '15675']\n"
    report = _behind_nginx(service, "  location / { proxy_pass http://mq:15672; }")

    assert ("no_websocket", []) == (report.verdict, _told(report))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"compose.yaml": "services:\n  kuma:\n    image: louislam/uptime-kuma:1\n    ports: ['3001:3001']\n"},
            ("depends", ["kuma"]),
            id="needed-and-published",
        ),
        pytest.param(
            {"compose.yaml": "services:\n  kuma:\n    image: louislam/uptime-kuma:1\n"},
            ("no_websocket", []),
            id="reached-by-nobody",
        ),
        pytest.param(
            {"compose.yaml": "services:\n  web: {image: acme/web}\n  g: {image: grafana/grafana, ports: ['3000:3000']}\n"},
            ("no_websocket", []),
            id="of-use-without",
        ),
        pytest.param(
            {"tests/compose.yaml": "services:\n  kuma:\n    image: louislam/uptime-kuma:1\n    ports: ['3001:3001']\n"},
            ("no_websocket", []),
            id="in-a-test",
        ),
        pytest.param(
            {"compose.dev.yaml": "services:\n  kuma:\n    image: louislam/uptime-kuma:1\n    ports: ['3001:3001']\n"},
            ("no_websocket", []),
            id="for-development",
        ),
    ],
)
def test_image_with_nothing_in_front(files: dict[str, str], expected: tuple[str, list[str]]) -> None:
    """Only an image that needs sockets and that people reach is worth a question about what stands in front."""
    report = _report(files)

    assert expected == (report.verdict, [path.app.id for path in report.paths if path.app])


def test_own_app_bears_the_image_s_name() -> None:
    """In the project that makes the image, its own code is the app."""
    files = {
        "grafana/package.json": '{"name": "grafana", "dependencies": {"ws": "8"}}',
        "grafana/server.js": 'const { WebSocketServer } = require("ws");\nnew WebSocketServer({ port: 3000, path: "/live" });\n',
        "compose.yaml": "services:\n  it:\n    image: grafana/grafana:11\n    ports: ['3000:3000']\n",
    }

    assert ["ws"] == [path.server.library for path in _report(files).paths if path.server]


def test_clients_and_proxies_of_the_project_are_not_the_image_s() -> None:
    """A browser client of unknown address and a proxy to an unknown name belong to the project's own server, not to an image."""
    files = {
        "package.json": '{"dependencies": {"ws": "8"}}',
        "server.js": 'const { WebSocketServer } = require("ws");\nnew WebSocketServer({ port: 8080 });\n',
        "public/app.js": "new WebSocket(window.SOCKET_URL);\n",
        "compose.yaml": f"services:{NGINX}  grafana:\n    image: grafana/grafana:11\n    ports: ['3000:3000']\n",
        "nginx.conf": f"server {{ listen 80; location / {{ proxy_pass http://backend.internal:8080; {PASSES} }} }}",
    }
    report = _report(files)

    assert ["ws"] == [path.server.library for path in report.paths if path.server]
    assert [["browser-websocket"]] == [[use.library for use in path.clients] for path in report.paths]


BASE = """
services:
  traefik:
    image: traefik:v3.1
    command: --providers.docker --entrypoints.websecure.address=:443
    ports: ["443:443"]
    networks: [proxy]
networks:
  proxy:
    name: edge
"""


def _stack(network: str, host: str = "status.acme.io") -> str:
    return f"""
services:
  kuma:
    image: louislam/uptime-kuma:1
    networks: [web]
    labels:
      - traefik.http.routers.kuma.rule=Host(`{host}`)
      - traefik.http.routers.kuma.tls=true
      - traefik.http.services.kuma.loadbalancer.server.port=3001
networks:
  web:
    external: true
    name: {network}
"""


@pytest.mark.parametrize(("network", "expected"), [("edge", ["kuma"]), ("other", [])])
def test_labels_of_other_projects_on_the_proxy_s_network(network: str, expected: list[str]) -> None:
    """Traefik sees the containers of every project that joins its network, and no others."""
    report = _report({"base/compose.yaml": BASE, "status/compose.yaml": _stack(network)})

    assert expected == [path.app.id for path in report.paths if path.app]


def test_monitoring_alone_in_its_project() -> None:
    """A project of nothing but databases and the like serves the app; one that a proxy leads people to is deployed itself."""
    grafana = (
        _stack("edge")
        .replace("kuma", "grafana")
        .replace("louislam/uptime-grafana:1", "grafana/grafana:11")
        .replace("3001", "3000")
    )

    assert ["grafana"] == [
        path.app.id for path in _report({"base/compose.yaml": BASE, "m/compose.yaml": grafana}).paths if path.app
    ]


def test_hosts_with_variables_stay_apart() -> None:
    """``a.${DOMAIN}`` and ``b.${DOMAIN}`` are two hosts, though nobody tells the domain."""
    other = _stack("edge", "notes.${DOMAIN}").replace("kuma", "notes").replace("louislam/uptime-notes", "acme/a-longer-name")
    files = {"base/compose.yaml": BASE, "status/compose.yaml": _stack("edge", "up.${DOMAIN}"), "notes/compose.yaml": other}

    assert [("wss://up.example.com/socket.io/?EIO=4&transport=websocket", "kuma", "accepted")] == _told(_report(files))


CADDY = """
services:
  caddy:
    image: caddy:2
    ports: ["443:443"]
    volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro"]
  kuma:
    image: louislam/uptime-kuma:1
  ha:
    image: ghcr.io/home-assistant/home-assistant:stable
"""


@pytest.mark.parametrize(
    ("caddyfile", "domain"),
    [
        pytest.param(
            "up.{$DOMAIN} {\n  reverse_proxy kuma:3001\n}\nha.{$DOMAIN} {\n  reverse_proxy ha:8123\n}\n",
            "example.com",
            id="variable",
        ),
        pytest.param(
            "*.acme.io {\n  @up host up.acme.io\n  handle @up {\n    reverse_proxy kuma:3001\n  }\n"
            "  @ha host ha.acme.io\n  handle @ha {\n    reverse_proxy ha:8123\n  }\n}\n",
            "acme.io",
            id="matchers-in-a-site-for-many",
        ),
        pytest.param(
            "*.{$DOMAIN} {\n  @up host up.{$DOMAIN}\n  reverse_proxy @up kuma:3001\n"
            "  @ha host ha.{$DOMAIN}\n  reverse_proxy @ha ha:8123\n}\n",
            "example.com",
            id="both",
        ),
    ],
)
def test_many_hosts_of_one_caddy(caddyfile: str, domain: str) -> None:
    """Each host leads to its own image, whether a site, a matcher or a variable names it."""
    report = _report({"compose.yaml": CADDY, "Caddyfile": caddyfile})

    assert {
        (f"wss://up.{domain}/socket.io/?EIO=4&transport=websocket", "kuma", "accepted"),
        (f"wss://ha.{domain}/api/websocket", "ha", "accepted"),
    } == set(_told(report))

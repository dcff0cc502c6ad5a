"""Routes that containers ask for by label or variable: the paths that they make, and the lines that they stand at."""

from __future__ import annotations

import pytest

from advisor.advise import advise, words
from advisor.deployment.parts import ProxyFiles
from advisor.model import Report
from advisor.options import Options
from advisor.tree import Tree
from tests.deployment.reading import read
from tests.test_walk import APP

CADDY = "  proxy:\n    image: lucaslorentz/caddy-docker-proxy:2.9\n    ports: ['80:80', '443:443']\n"
NGINX = "  proxy:\n    image: nginxproxy/nginx-proxy:1.6\n    ports: ['80:80', '443:443']\n"


def scanned(compose: str, **more: str) -> Report:
    files = {**APP, "compose.yaml": compose, **more}
    return advise(Tree.of(files, words()), Options())


def caddy(*labels: str) -> str:
    listed = "".join(f"      {label}\n" for label in labels)
    return f"services:\n{CADDY}  app:\n    build: ./app\n    labels:\n{listed}"


def nginx(*variables: str, more: str = "") -> str:
    listed = "".join(f"      {variable}\n" for variable in variables)
    return f"services:\n{NGINX}{more}  app:\n    build: ./app\n    environment:\n{listed}"


@pytest.mark.parametrize(
    ("labels", "url", "outcome"),
    [
        (["caddy: chat.example.com", "caddy.reverse_proxy: '{{upstreams 3000}}'"], "wss://chat.example.com/ws", "accepted"),
        (
            ["caddy: chat.example.com", "caddy.handle_path: /live/*", "caddy.handle_path.0_reverse_proxy: '{{upstreams 3000}}'"],
            "wss://chat.example.com/ws",
            "refused",
        ),
        (
            ["caddy: chat.example.com", "caddy.@live.path: /ws*", "caddy.reverse_proxy: '@live {{upstreams http 3000}}'"],
            "wss://chat.example.com/ws",
            "accepted",
        ),
        (
            ["caddy_0: chat.example.com", "caddy_0.reverse_proxy: '{{upstreams 3000}}'", "caddy_1: other.example.com"],
            "wss://chat.example.com/ws",
            "accepted",
        ),
    ],
    ids=["site", "another path", "matcher", "several sites"],
)
def test_labels_of_caddy(labels: list[str], url: str, outcome: str) -> None:
    """What the labels say is answered by Caddy's own rules."""
    paths = [path for path in scanned(caddy(*labels)).paths if path.hops]

    assert [(url, "caddy", outcome)] == [(path.url, path.hops[0].platform, path.handshake.outcome) for path in paths]


def test_lines_of_labels() -> None:
    """Each directive stands on the line of its label."""
    hop = next(
        hop for hop in read({"compose.yaml": caddy("caddy: a.example.com", "caddy.reverse_proxy: '{{upstreams 3000}}'")}).hops
    )
    assert isinstance(hop.config, ProxyFiles)

    assert ["a.example.com {", "reverse_proxy app:3000", "}"] == dict(hop.config.texts)["compose.yaml"].splitlines()[7:10]
    assert (None, False) == (hop.version, hop.floating)


@pytest.mark.parametrize(
    ("variables", "url", "outcome"),
    [
        (["VIRTUAL_HOST: chat.example.com", "VIRTUAL_PORT: 3000"], "ws://chat.example.com/ws", "accepted"),
        (["- VIRTUAL_HOST=chat.example.com"], "ws://chat.example.com/ws", "accepted"),
        (
            ["VIRTUAL_HOST: chat.example.com", "VIRTUAL_PORT: 3000", "LETSENCRYPT_HOST: chat.example.com"],
            "wss://chat.example.com/ws",
            "accepted",
        ),
        (
            ["VIRTUAL_HOST: chat.example.com", "VIRTUAL_PORT: 3000", "VIRTUAL_PATH: /live"],
            "ws://chat.example.com/ws",
            "refused",
        ),
    ],
    ids=["plain", "list", "certificate", "another path"],
)
def test_variables_of_nginx_proxy(variables: list[str], url: str, outcome: str) -> None:
    """Host, port, path and certificate."""
    paths = [path for path in scanned(nginx(*variables)).paths if path.hops]

    assert [(url, "nginx", outcome)] == [(path.url, path.hops[0].platform, path.handshake.outcome) for path in paths]


@pytest.mark.parametrize(
    ("file", "text", "limit"),
    [
        ("vhost.d/chat.example.com", "proxy_read_timeout 600s;\n", ("configured", 600, "vhost.d/chat.example.com:1")),
        ("vhost.d/default_location", "proxy_read_timeout 300s;\n", ("configured", 300, "vhost.d/default_location:1")),
        ("vhost.d/another.example.com", "proxy_read_timeout 300s;\n", ("default", 60, "None")),
    ],
)
def test_files_of_a_host(file: str, text: str, limit: tuple[str, float, str]) -> None:
    """What is put into vhost.d for the host, or for all of them, holds on its path."""
    compose = nginx("VIRTUAL_HOST: chat.example.com", more="    volumes: ['./vhost.d:/etc/nginx/vhost.d:ro']\n")
    path = next(path for path in scanned(compose, **{file: text}).paths if path.hops)
    idle = next(each for each in path.limits if each.dimension == "idle_timeout")
    place = idle.decided_by.place

    assert limit == (
        idle.decided_by.source,
        idle.value,
        f"{place.file}:{place.line}" if place is not None and idle.decided_by.source == "configured" else "None",
    )


def test_nginx_proxy_without_variables_stays_unknown() -> None:
    """Without a route no configuration is made up."""
    hops = read({"compose.yaml": f"services:\n{NGINX}  app:\n    image: someone/app\n"}).hops

    assert [("nginx-proxy", None)] == [(hop.platform, hop.config) for hop in hops]

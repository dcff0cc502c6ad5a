"""A repository with an Envoy in a compose file: the scan walks through it."""

from __future__ import annotations

from advisor.deployment import compose, other_proxies
from advisor.deployment.parts import ProxyFiles
from advisor.tree import Tree
from tests.proxies.envoy_cases import envoy

COMPOSE = "services:\n  proxy:\n    image: envoyproxy/envoy:v1.36.0\n    volumes: ['./edge:/etc/envoy']\n    ports: ['80:8080']\n"


def test_compose_gives_the_mounted_file() -> None:
    """The service's hop carries the file that is mounted into it, and its version."""
    tree = Tree.of({"compose.yaml": COMPOSE, "edge/envoy.yaml": envoy()}, ())
    hop = compose.read(tree).hops[0]

    assert ("envoy", "1.36.0", "edge/envoy.yaml") == (hop.platform, hop.version, hop.config.main)


def test_a_file_alone_gives_a_hop() -> None:
    """Without a compose file the file itself is the configuration."""
    hops = other_proxies.read(Tree.of({"envoy.yaml": envoy()}, other_proxies.WORDS)).hops

    assert [ProxyFiles("envoy.yaml")] == [hop.config for hop in hops]

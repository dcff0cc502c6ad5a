"""Files whose names only look like those of a deployment."""

from __future__ import annotations

import pytest

from advisor.deployment import read, words
from advisor.tree import Tree

BLOCK = "server {\n  listen 80;\n  location / { proxy_pass http://web:3000; }\n}\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("caddyhttp/reverseproxy/caddyfile.go", 'package caddyhttp\n\nfunc parse() {\n\treverse_proxy := "x"\n}\n'),
        ("docs/dockerfile.html.markerb", "---\ntitle: Dockerfiles\n---\nFROM node:22\n"),
        ("Dockerfile-alpine.template", 'FROM nginx:%%VERSION%%\nRUN set -x \\\n  "\n'),
        ("guides/global-proxy.html.markerb", f"# A proxy\n\n```\n{BLOCK}```\n"),
        ("haproxy.cfg.py", "backend = 1\n"),
    ],
    ids=[
        "code of Caddy",
        "page about Dockerfiles",
        "template of a Dockerfile",
        "page with an nginx block",
        "code beside HAProxy",
    ],
)
def test_code_pages_and_templates_are_no_deployment(name: str, text: str) -> None:
    """Neither a hop nor a process comes of them, and nobody is told that they could not be read."""
    found = read(Tree.of({name: text}, words()))

    assert ((), (), ()) == (found.hops, found.processes, found.not_read)

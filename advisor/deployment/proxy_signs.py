"""The files of proxies other than nginx: how they are called, and which line shows that a file is one."""

from __future__ import annotations

import re

from advisor.model import Place
from advisor.tree import Tree

NAMES = {
    "caddy": "Caddy",
    "haproxy": "HAProxy",
    "traefik": "Traefik",
    "apache-httpd": "Apache",
    "envoy": "Envoy",
    "varnish": "Varnish",
}
FILES = {
    "caddy": ("caddyfile", "caddyfile.*", "*.caddyfile", "*.caddy"),
    "haproxy": ("haproxy*.cfg", "haproxy.cfg.*", "*.haproxy.cfg"),
    "traefik": ("traefik.yml", "traefik.yaml", "traefik.toml"),
    "envoy": ("envoy.yaml", "envoy.yml", "envoy.json"),
    "varnish": ("*.vcl",),
    "apache-httpd": (),
}
CONFIGURED = frozenset({"envoy"})
"""Platforms whose main file stands for the whole configuration: it is given to the platform's own module."""
_SIGNS = {
    "caddy": re.compile(r"^[ \t]*(?:reverse_proxy|proxy|file_server|php_fastcgi)\b", re.MULTILINE),
    "haproxy": re.compile(r"^(?:backend|listen)[ \t]+\S", re.MULTILINE),
    "traefik": re.compile(r"^[ \t]*\[?entry[pP]oints\b", re.MULTILINE),
    "envoy": re.compile(r"static_resources|dynamic_resources"),
    "varnish": re.compile(r"^[ \t]*backend[ \t]+\w+[ \t]*\{", re.MULTILINE),
    "apache-httpd": re.compile(
        r"^[ \t]*(?:ProxyPass(?:Match)?[ \t]|RewriteRule[ \t].*\[[^\]\n]*\bP\b)", re.IGNORECASE | re.MULTILINE
    ),
}
"""What only this program's files hold; the first such line is the hop's place."""
NOT_APACHE = re.compile(r"\.(md|mdx|rst|adoc|txt|html?|js|ts|py|rb|go|sh|ya?ml|json|php|java|cs|pl|config)$")


def first_sign(tree: Tree, platform: str, path: str) -> Place | None:
    """The first line of the file that only this program's configuration holds, or ``None``."""
    text = tree.text(path) or ""
    sign = _SIGNS[platform].search(text) if platform in _SIGNS else None
    return Place(path, text.count("\n", 0, sign.start()) + 1) if sign else None

"""The files of proxies other than nginx: how they are called, and which line shows that a file is one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from advisor.deployment import apache_files
from advisor.deployment.parts import ProxyFiles, below
from advisor.formats.squid import ACCELERATES
from advisor.model import Place
from advisor.tree import Tree

NAMES = {
    "caddy": "Caddy",
    "haproxy": "HAProxy",
    "traefik": "Traefik",
    "apache-httpd": "Apache",
    "envoy": "Envoy",
    "lighttpd": "lighttpd",
    "varnish": "Varnish",
    "squid": "Squid",
}
FILES = {
    "caddy": ("caddyfile", "caddyfile.*", "*.caddyfile", "*.caddy", "caddy.json"),
    "haproxy": ("haproxy*.cfg", "haproxy.cfg.*", "*.haproxy.cfg"),
    "traefik": ("traefik.yml", "traefik.yaml", "traefik.toml"),
    "envoy": ("envoy.yaml", "envoy.yml", "envoy.json"),
    "lighttpd": ("lighttpd*.conf", "*.lighttpd.conf"),
    "varnish": ("*.vcl",),
    "squid": ("squid*.conf", "*.squid.conf"),
    "apache-httpd": (),
}
CONFIGURED = frozenset({"apache-httpd", "caddy", "envoy", "haproxy", "lighttpd", "squid", "traefik", "varnish"})
"""Platforms whose files are given to the platform's own module; for most the main file stands for all of them."""
EITHER_WAY = frozenset({"squid"})
"""Programs that are more often a forward proxy: one is a hop only where a file shows that it leads to an app."""
HOMES = {
    "haproxy": ("/usr/local/etc/haproxy/", "/etc/haproxy/"),
    "lighttpd": ("/etc/lighttpd/",),
    "squid": ("/etc/squid/", "/etc/squid3/"),
    "caddy": ("/etc/caddy/",),
    "apache-httpd": ("/etc/apache2/", "/etc/httpd/"),
}
"""Where the program's own files lie in a container, for images that are built on another one and install it."""
_SIGNS = {
    "caddy": re.compile(
        r"^[ \t]*(?:reverse_proxy|proxy|file_server|php_fastcgi|import)\b|\"handler\"[ \t]*:[ \t]*\"reverse_proxy\"", re.MULTILINE
    ),
    "haproxy": re.compile(r"^(?:backend|listen)[ \t]+\S", re.MULTILINE),
    "traefik": re.compile(r"^[ \t]*\[?entry[pP]oints\b", re.MULTILINE),
    "envoy": re.compile(r"static_resources|dynamic_resources"),
    "lighttpd": re.compile(r"^[ \t]*(?:proxy\.server|wstunnel\.server|server\.modules)[ \t]*\+?=", re.MULTILINE),
    "varnish": re.compile(r"^[ \t]*backend[ \t]+\w+[ \t]*\{", re.MULTILINE),
    "squid": ACCELERATES,
    "apache-httpd": re.compile(
        r"^[ \t]*(?:ProxyPass(?:Match)?[ \t]|RewriteRule[ \t].*\[[^\]\n]*\bP\b)", re.IGNORECASE | re.MULTILINE
    ),
}
"""What only this program's files hold; the first such line is the hop's place."""
_PARAMETERS = {
    "varnish": re.compile(r"(?:^|\s)-p\s*(\w+)=([\w.]+)"),
    "envoy": re.compile(r"(?:^|\s)(--drain-time-s|--allow-unknown-static-fields)(?:[\s=]+(\d+))?"),
}
NOT_APACHE = re.compile(r"(^|/)\.htaccess$|\.(md|mdx|rst|adoc|txt|html?|js|ts|py|rb|go|sh|ya?ml|json|php|java|cs|pl|config)$")


def first_sign(tree: Tree, platform: str, path: str) -> Place | None:
    """The first line of the file that only this program's configuration holds, or ``None``."""
    text = tree.text(path) or ""
    sign = _SIGNS[platform].search(text) if platform in _SIGNS else None
    return Place(path, text.count("\n", 0, sign.start()) + 1) if sign else None


def main_file(
    tree: Tree,
    platform: str,
    mounts: Iterable[tuple[str, str]],
    variables: tuple[tuple[str, str], ...] = (),
    dockerfile: str | None = None,
) -> ProxyFiles | None:
    """The one file among those in a container that only this program's configuration can be.

    Where several can, the one that bears the program's usual name is meant; ``None`` where that leaves none or several.
    ``dockerfile``: the one that builds the image, which may enable modules.
    """
    placed = sorted({pair for inside, outside in mounts for pair in _files_of(tree, inside, outside)})
    shown = list(dict.fromkeys(path for _, path in placed if first_sign(tree, platform, path)))
    if platform == "apache-httpd":
        files = apache_files.mounted(placed, shown, dockerfile, tree)
        return replace(files, variables=variables) if files is not None else None
    if len(shown) > 1:
        names = ("Caddyfile", "caddy.json") if platform == "caddy" else (f"{platform}.cfg", f"{platform}.conf")
        usual = [f"{home}{name}" for home in HOMES.get(platform, ()) for name in names]
        shown = [path for inside, path in placed if inside in usual]
    return ProxyFiles(shown[0], mounts=tuple(placed), variables=variables) if len(shown) == 1 else None


def parameters(platform: str, command: str | None) -> tuple[tuple[str, str], ...]:
    """What the start command sets beside the files: ``varnishd ... -p pipe_timeout=3600``, ``envoy --drain-time-s 60``."""
    pattern = _PARAMETERS.get(platform)
    found = pattern.finditer(command or "") if pattern is not None else ()
    return tuple((each[1], each[2] or "") for each in found)


def installed(mounts: Iterable[tuple[str, str]]) -> str | None:
    """The program whose home directory something is copied into, or ``None``."""
    inside = [place for place, _ in mounts]
    return next((name for name, homes in HOMES.items() for place in inside if place.startswith(homes)), None)


def _files_of(tree: Tree, inside: str, outside: str) -> Iterator[tuple[str, str]]:
    """The files that a mount of a file or directory puts into the container, at most a few hundred."""
    if tree.exists(outside):
        yield (inside + outside.rsplit("/", 1)[-1] if inside.endswith("/") else inside), outside
        return
    prefix = 0 if outside == "." else len(outside) + 1
    yield from ((f"{inside.rstrip('/')}/{path[prefix:]}", path) for path in below(tree, outside)[:300])

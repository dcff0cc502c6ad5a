"""``DOKKU_SCALE``, ``.dokku-monorepo``, ``nginx.conf.sigil``, ``CHECKS`` and app.json -> Dokku's hop with the web process.

Dokku's files: https://dokku.com/docs/processes/process-management/ and https://dokku.com/docs/networking/proxies/nginx/
"""

from __future__ import annotations

import re

from advisor.deployment.hosts.declared import Service, add, at, keys_of, parsed, text
from advisor.deployment.parts import Findings, directory, join, purpose_of
from advisor.deployment.startup import Start, built_from_source, from_dockerfile
from advisor.formats.document import Node
from advisor.model import HealthCheck, Place, Setting
from advisor.tree import Tree

PLATFORM, FORMAT = "dokku", "nginx.conf.sigil"
KEYS = ("proxy_read_timeout", "proxy_set_header", "proxy_send_timeout", "proxy_http_version", "proxy_buffering")
_DIRECTIVE = re.compile(r"(?:^|[{};])[ \t]*(?P<key>proxy_\w+)[ \t]+(?P<value>[^;\n]{1,200})(?=;)", re.MULTILINE)
_SCALE = re.compile(r"^web=(\d{1,4})[ \t]*$", re.MULTILINE)
_COMMENT = re.compile(r"#[^\n]*|\{\{/\*.*?\*/\}\}", re.DOTALL)


def read(tree: Tree, found: Findings) -> None:
    """One hop for each directory with a file that only Dokku reads."""
    folders = dict.fromkeys(directory(path) for path in tree.named("nginx.conf.sigil", "DOKKU_SCALE", ".dokku-monorepo"))
    for folder in folders:
        prefix = "" if folder == "." else f"{folder}/"
        path = next(
            prefix + name for name in ("DOKKU_SCALE", "nginx.conf.sigil", ".dokku-monorepo") if tree.exists(prefix + name)
        )
        purpose = purpose_of(path)
        if not purpose.deployed:
            found.chose(path, purpose, "a test's fixture")
            continue
        manifest = parsed(tree, f"{prefix}app.json", found) if tree.exists(f"{prefix}app.json") else None
        replicas, place = _scale(tree, f"{prefix}DOKKU_SCALE")
        service = Service(
            PLATFORM,
            "Dokku",
            path,
            Place(path),
            purpose,
            _start(tree, folder, found),
            f"{path} is read by Dokku",
            settings=tuple(_sigil(tree, f"{prefix}nginx.conf.sigil")),
            replicas=Node(replicas, place, place) if replicas is not None else _quantity(manifest),
            environment=keys_of(manifest.get("env")) if manifest is not None else (),
            health=_checks(tree, f"{prefix}CHECKS", manifest),
        )
        add(service, found)


def _scale(tree: Tree, path: str) -> tuple[int | None, Place]:
    words = tree.text(path) or ""
    line = _SCALE.search(words)
    place = Place(path, words.count("\n", 0, line.start()) + 1) if line is not None else Place(path)
    return (int(line[1]) if line is not None else None), place


def _quantity(manifest: Node | None) -> Node | None:
    return manifest.get("formation", "web", "quantity") if manifest is not None else None


def _start(tree: Tree, folder: str, found: Findings) -> Start:
    docker = tree.exists(join(folder, "Dockerfile") or "")
    return (from_dockerfile(tree, folder, found) if docker else None) or built_from_source(tree, folder, found)


def _sigil(tree: Tree, path: str) -> list[Setting]:
    """The proxy directives that stand in the template as they are; a value that the template fills in has no amount."""
    from advisor.formats.units import nginx_seconds

    whole = tree.text(path) or ""
    words = _COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), whole)
    made: dict[str, Setting] = {}
    for line in _DIRECTIVE.finditer(words):
        key, value = line["key"], " ".join(line["value"].split())
        if key in KEYS:
            seconds = nginx_seconds(value) if key.endswith("_timeout") else None
            whole_seconds = int(seconds) if seconds is not None and seconds == int(seconds) else seconds
            filled = "{{" in value
            start = line.start("key")
            place = Place(path, whole.count("\n", 0, start) + 1, start - whole.rfind("\n", 0, start))
            made.setdefault(
                f"{key} {value.split()[0] if key == 'proxy_set_header' else ''}",
                Setting(key, value, place, None if filled else value if whole_seconds is None else whole_seconds, FORMAT),
            )
    return list(made.values())


def _checks(tree: Tree, path: str, manifest: Node | None) -> HealthCheck | None:
    """The first startup check of app.json, else the first line of ``CHECKS`` that is a path."""
    listed = manifest.get("healthchecks", "web") if manifest is not None else None
    for check in listed.each() if listed is not None else ():
        asked = check.get("path")
        if asked is not None and text(asked) and text(check.get("type")) in (None, "startup"):
            return HealthCheck(at(asked), text(asked), "http", (200, 299))
    for index, line in enumerate((tree.text(path) or "").splitlines(), 1):
        first = (line.split() or [""])[0]
        asked_path = re.sub(r"^(https?:)?//[^/]*", "", first)
        if asked_path.startswith("/") and "{{" not in line:
            return HealthCheck(Place(path, index), asked_path, "http", (200, 299))
    return None

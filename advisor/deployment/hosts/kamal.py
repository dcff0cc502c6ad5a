"""Kamal's ``config/deploy.yml`` and its destinations -> kamal-proxy (Traefik with Kamal 1) and a process for each role behind it.

Keys: https://kamal-deploy.org/docs/configuration/overview/; a destination's file is merged over the base.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.deployment.hosts.declared import amount, at, each, number, settings, text
from advisor.deployment.parts import Findings, Purpose, directory, identity, join, purpose_of
from advisor.deployment.startup import Start, from_dockerfile
from advisor.formats.document import Node, Unreadable
from advisor.model import HealthCheck, Hop, Listen, NotRead, Process, Setting, Target
from advisor.tree import Tree

PLATFORM, FORMAT = "kamal-proxy", "config/deploy.yml"
KEYS = (
    "proxy.ssl",
    "proxy.ssl_redirect",
    "proxy.app_port",
    "proxy.response_timeout",
    "proxy.forward_headers",
    "proxy.healthcheck.path",
    "proxy.healthcheck.interval",
    "proxy.healthcheck.timeout",
    "proxy.buffering.requests",
    "proxy.buffering.responses",
    "drain_timeout",
    "deploy_timeout",
    "stop_wait_time",
)
_ENVIRONMENTS = {"prod": "production", "stage": "staging", "stg": "staging"}
_STATEMENT = re.compile(r"<%(?![=%])(?:(?!%>).){0,20000}%>", re.DOTALL)
_WHOLE_LINE = re.compile(r"^[ \t]*<%=[^\n]{0,2000}%>[ \t]*$", re.MULTILINE)
_LOCKED = re.compile(r"^ {4}kamal \((\d[\w.]*)\)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Config:
    """A base file with a destination's over it: the later one's keys win, and mappings are merged."""

    path: str
    documents: tuple[Node, ...]
    """The destination's first."""

    def get(self, *keys: str) -> Node | None:
        return next((node for document in self.documents if (node := document.get(*keys)) is not None), None)

    def names(self, *keys: str) -> tuple[str, ...]:
        nodes = (document.get(*keys) if keys else document for document in self.documents)
        return tuple(dict.fromkeys(key for node in nodes if node is not None for key, _ in node.items()))

    def settings(self, keys: tuple[str, ...]) -> Iterator[Setting]:
        for key in keys:
            yield from next((found for document in self.documents if (found := tuple(settings(document, (key,), FORMAT)))), ())


def read(tree: Tree, found: Findings) -> None:
    """The base, or each destination with the base below it; a base that demands a destination is none by itself."""
    for path in tree.named("deploy.yml", "deploy.yaml"):
        if directory(path).rsplit("/", 1)[-1] != "config" or not _is_kamal(tree, path):
            continue
        purpose, base = purpose_of(path), _document(tree, path, found)
        if base is None or not purpose.deployed:
            continue
        destinations = list(_destinations(tree, path, found))
        needs = text(base.get("require_destination")) == "true" or not _complete(base)
        if not (needs and destinations):
            _deployed(tree, _Config(path, (base,)), purpose, "", found)
        for other, name, document in destinations:
            environment = _ENVIRONMENTS.get(name, name)
            if environment == "production" and not needs and purpose.environment == "production":
                found.hops[:] = [hop for hop in found.hops if hop.id != identity(PLATFORM, path)]
                found.processes[:] = [each for each in found.processes if not each.id.startswith(f"kamal:{path}:")]
            _deployed(tree, _Config(other, (document, base)), Purpose(purpose.scope, environment), name, found)


def _document(tree: Tree, path: str, found: Findings) -> Node | None:
    """The file; where Ruby stands in it, what is left without its statements, of which every branch is then read."""
    from advisor.formats.yaml import parse

    words = tree.text(path) or ""
    if "<%" not in words:
        return found.document(tree, path, parse)
    left = _STATEMENT.sub(lambda ruby: re.sub(r"[^\n]", " ", ruby[0]), words)
    left = _WHOLE_LINE.sub(lambda ruby: re.sub(r"[^\n]", " ", ruby[0]), left)
    try:
        document = parse(left, path)
    except Unreadable as problem:
        found.not_read.append(NotRead(path, "Ruby (ERB) decides what stands in it", problem.line, deployment=True))
        return None
    if document.value is None:
        found.not_read.append(NotRead(path, "Ruby (ERB) decides what stands in it", 1))
        return None
    return document


def _is_kamal(tree: Tree, path: str) -> bool:
    words = tree.text(path) or ""
    return all(re.search(rf"^{key}:", words, re.MULTILINE) for key in ("service", "image")) and "apiVersion:" not in words


def _complete(base: Node) -> bool:
    return base.get("servers") is not None


def _destinations(tree: Tree, path: str, found: Findings) -> Iterator[tuple[str, str, Node]]:
    stem, ending = path.rsplit(".", 1)
    for other in tree.named(f"deploy.*.{ending}"):
        if other.startswith(f"{stem}.") and (document := _document(tree, other, found)) is not None:
            yield other, other[len(stem) + 1 : -len(ending) - 1], document


def _deployed(tree: Tree, config: _Config, purpose: Purpose, destination: str, found: Findings) -> None:
    service = text(config.get("service")) or "app"
    roles = [role for role in _roles(config) if _proxied(config, role[0])]
    hop = identity(PLATFORM, config.path)
    old = _is_old(tree, config)
    start = _start(tree, config, found)
    names = []
    for role, node in roles:
        name = f"{service}-{role}"
        names.append(name)
        found.processes.append(_process(config, role, node, name, purpose, hop, start, old))
    found.hops.append(_hop(config, purpose, hop, tuple(names), old, destination))
    because = f"Kamal's configuration for the destination {destination}" if destination else "is Kamal's configuration"
    found.chose(config.path, purpose, because)


def _roles(config: _Config) -> list[tuple[str, Node]]:
    """Each role with its hosts; a plain list of hosts is the role ``web``."""
    servers = config.get("servers")
    if servers is None:
        return [("web", config.documents[0])]
    if isinstance(servers.value, dict):
        return [(role, config.get("servers", role) or servers) for role in config.names("servers")]
    return [("web", servers)]


def _proxied(config: _Config, role: str) -> bool:
    """The primary role is behind the proxy unless it says no; others only where they ask for it."""
    own = config.get("servers", role, "proxy")
    primary = text(config.get("primary_role")) or "web"
    return text(own) != "false" if role == primary else own is not None and text(own) != "false"


def _is_old(tree: Tree, config: _Config) -> bool:
    """Kamal 1, whose proxy is Traefik: the file has its section, or the lock file pins it."""
    if config.get("proxy") is not None:
        return False
    base = directory(directory(config.path))
    locked = _LOCKED.search(tree.text("Gemfile.lock" if base == "." else f"{base}/Gemfile.lock") or "")
    return config.get("traefik") is not None or (locked is not None and locked[1].startswith("1."))


def _start(tree: Tree, config: _Config, found: Findings) -> Start:
    base = directory(directory(config.path))
    context, file = text(config.get("builder", "context")) or ".", text(config.get("builder", "dockerfile"))
    root = join(base, context) or base
    return from_dockerfile(tree, root, found, file, text(config.get("builder", "target"))) or Start(root)


def _process(config: _Config, role: str, node: Node, name: str, purpose: Purpose, hop: str, start: Start, old: bool) -> Process:
    hosts = node.get("hosts") or (node if isinstance(node.value, list) else None)
    command = config.get("servers", role, "cmd")
    own = command.text() if command is not None else None
    variables = config.get("env", "clear") or config.get("env")
    secret = tuple(found for each_ in each(config.get("env", "secret")) if (found := each_.text()))
    port = number(config.get("proxy", "app_port"))
    return Process(
        f"kamal:{config.path}:{role}",
        at(node),
        root=start.root,
        command=own or start.command,
        command_place=at(command) if command is not None and own else start.place,
        replicas=len(list(each(hosts))) if hosts is not None else None,
        replicas_place=at(node),
        names=(name,),
        ports=(port,) if port else start.ports or ((80,) if not old else ()),
        environment=(
            *(key for key, inner in (variables.items() if variables else ()) if not isinstance(inner.value, dict)),
            *secret,
        ),
        port_given=number(variables.get("PORT")) if variables is not None else None,
        scope=purpose.scope,
        environment_name=purpose.environment,
        host=hop,
        health_check=None if old else _health(config, node),
    )


def _health(config: _Config, node: Node) -> HealthCheck:
    path = config.get("proxy", "healthcheck", "path")
    proxy = config.get("proxy")
    if path is not None and (asked := path.text()):
        return HealthCheck(at(path), asked, "http", (200, 299))
    return HealthCheck(at(proxy) if proxy is not None else at(node), "/up", "http", (200, 299), "default")


def _hop(config: _Config, purpose: Purpose, hop: str, names: tuple[str, ...], old: bool, destination: str) -> Hop:
    section = config.get("traefik" if old else "proxy") or config.get("servers") or config.documents[0]
    place = at(section)
    port = config.get("proxy", "app_port")
    platform, name = ("traefik", "Traefik") if old else (PLATFORM, "kamal-proxy")
    shown = tuple(config.settings(KEYS))
    return Hop(
        hop,
        platform,
        name,
        place,
        certainty="explicit" if config.get("proxy") is not None or config.get("traefik") is not None else "strong",
        scope=purpose.scope,
        environment=purpose.environment,
        settings=() if old else shown,
        listens=() if old else tuple(_listens(config)),
        targets=tuple(
            Target(each_, place, number(port) if port is not None else None, why=f"{name} runs {each_}") for each_ in names
        ),
        because=f"{config.path} deploys with Kamal" + (f" to {destination}" if destination else ""),
    )


def _listens(config: _Config) -> Iterator[Listen]:
    """Its two ports with the hosts that it serves; with ``ssl`` the plain one sends to the other, unless told not to."""
    ssl = config.get("proxy", "ssl")
    hosts = tuple(_hosts(config))
    where = at(ssl) if ssl is not None else at(config.get("proxy") or config.get("servers") or config.documents[0])
    secure = ssl is not None and (isinstance(ssl.value, dict) or amount(ssl) is True)
    forced = text(config.get("proxy", "ssl_redirect")) != "false"
    yield Listen("http", 80, where, hosts, redirect_to="https" if secure and forced else None)
    if secure:
        yield Listen("https", 443, where, hosts)


def _hosts(config: _Config) -> Iterator[str]:
    single, several = config.get("proxy", "host"), config.get("proxy", "hosts")
    for node in (*each(single), *each(several)):
        for name in (node.text() or "").split(","):
            if name.strip() and "<%" not in name and "{{" not in name:
                yield name.strip()

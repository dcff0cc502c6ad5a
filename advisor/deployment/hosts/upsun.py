"""Files of Upsun and Platform.sh -> a hop for each application that a route leads to, with its web process.

``.upsun/*.yaml`` hold applications and routes; ``.platform.app.yaml``, ``.platform/applications.yaml`` and
``.platform/routes.yaml`` hold the same apart. Keys: https://docs.upsun.com/create-apps/app-reference/single-runtime-image.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from advisor.deployment.hosts.declared import Service, add, amount, at, edge, number, parsed, text
from advisor.deployment.parts import Findings, Purpose, directory, join, purpose_of
from advisor.deployment.startup import Start, built_from_source
from advisor.formats.document import Node
from advisor.model import Listen, Setting, Target
from advisor.tree import Tree

PLATFORM = "platform-sh"
_ROUTES, _APP = ".platform/routes.yaml", ".platform.app.yaml"
_UPSUN = ".upsun/config.yaml"


@dataclass(slots=True)
class _Project:
    """One project's applications and routes, from whatever files they stand in."""

    folder: str
    purpose: Purpose
    upsun: bool = False
    applications: dict[str, tuple[str, Node, str]] = field(default_factory=dict)
    """Name -> file, node, directory of the source."""
    routes: list[tuple[str, Node]] = field(default_factory=list)
    """URL and node."""


def read(tree: Tree, found: Findings) -> None:
    """Every project of the tree."""
    for project in _projects(tree, found).values():
        for name, (path, node, folder) in project.applications.items():
            routes = [route for route in project.routes if _leads_to(route[1], name)]
            if node.get("web") is not None and (routes or not project.routes):
                add(_service(tree, project, name, path, node, folder, routes, found), found)


def _projects(tree: Tree, found: Findings) -> dict[str, _Project]:
    projects: dict[str, _Project] = {}
    for path in tree.named("*.yaml", "*.yml"):
        inside = directory(path).rsplit("/", 1)[-1]
        name = path.rsplit("/", 1)[-1]
        if name != _APP and inside not in (".upsun", ".platform"):
            continue
        folder = directory(path) if name == _APP else directory(directory(path))
        purpose = purpose_of(f"{folder}/app.yaml" if folder != "." else "app.yaml")
        document = parsed(tree, path, found) if purpose.deployed else None
        if document is None:
            continue
        if name == _APP:
            outer = next((each for each in projects if folder == each or each == "." or folder.startswith(f"{each}/")), folder)
            project = projects.setdefault(outer, _Project(outer, purpose))
            _application(project, text(document.get("name")) or folder, path, document, folder)
            continue
        project = projects.setdefault(folder, _Project(folder, purpose))
        _file(project, path, name, inside == ".upsun", document, folder)
    return projects


def _file(project: _Project, path: str, name: str, upsun: bool, document: Node, folder: str) -> None:
    project.upsun = project.upsun or upsun
    if upsun:
        named = document.get("applications")
        for key, node in named.items() if named is not None else ():
            _application(project, key, path, node, folder)
        routes = document.get("routes")
        project.routes += routes.items() if routes is not None else ()
    elif name.startswith("routes."):
        project.routes += document.items()
    elif name.startswith("applications."):
        pairs = list(document.items()) or [(text(node.get("name")) or "", node) for node in document.each()]
        for key, node in pairs:
            _application(project, key, path, node, folder)


def _application(project: _Project, name: str, path: str, node: Node, folder: str) -> None:
    source = join(folder, (text(node.get("source", "root")) or ".").lstrip("/") or ".") or folder
    project.applications[name] = (path, node, source)


def _leads_to(route: Node, name: str) -> bool:
    return text(route.get("type")) == "upstream" and (text(route.get("upstream")) or "").partition(":")[0] == name


def _service(
    tree: Tree,
    project: _Project,
    name: str,
    path: str,
    node: Node,
    folder: str,
    routes: list[tuple[str, Node]],
    found: Findings,
) -> Service:
    start = node.get("web", "commands", "start")
    upstream = text(node.get("web", "upstream", "socket_family"))
    variables = node.get("variables", "env")
    place = at(routes[0][1]) if routes else at(node)
    locations = list(_locations(project, node))
    targets = tuple(
        target
        for url, route in sorted(routes, key=lambda pair: -len(pair[0]))
        for target in _targets(project, name, url, route, locations)
    )
    return Service(
        PLATFORM,
        "Upsun" if project.upsun else "Platform.sh",
        place.file,
        place,
        project.purpose,
        built_from_source(tree, folder, found) if start is None else Start(folder),
        f"{path} describes the application {name}",
        label=f"{'routes' if project.upsun else 'cache'}.{name}",
        listens=tuple(dict.fromkeys(_listens(project, routes))) or None,
        targets=targets,
        command=start,
        replicas=node.get("instance_count"),
        ports=(),
        port_variable="PORT" if upstream != "unix" else None,
        port=number(variables.get("PORT")) if variables is not None else None,
        environment=tuple(key for key, _ in variables.items()) if variables is not None else (),
    )


def _listens(project: _Project, routes: list[tuple[str, Node]]) -> Iterator[Listen]:
    """Both schemes: where only one has a route, requests by the other are redirected to it."""
    own = {url.partition("://")[0] for url, _ in routes}
    for _, route in routes:
        place = at(route)
        yield from edge(place) if "http" not in own else (Listen("http", 80, place), Listen("https", 443, place))


def _targets(project: _Project, name: str, url: str, route: Node, locations: list[tuple[str, Setting]]) -> Iterator[Target]:
    """The route's path, split where a location below it has settings of its own."""
    path = _path(url).rstrip("/")
    before = "routes." if project.upsun else ""
    written = _UPSUN if project.upsun else _ROUTES
    own = tuple(
        Setting(before + key, node.text() or "", at(node), amount(node), written)
        for key in ("cache.enabled", "sticky", "sticky.enabled")
        if (node := route.get(*key.split("."))) is not None and node.text() is not None
    )
    ends = {where.rstrip("/") for where, _ in locations if where.startswith(path)}
    for prefix in sorted({path, *ends}, key=len, reverse=True):
        holding = max(
            (where for where, _ in locations if f"{prefix}/".startswith(f"{where.rstrip('/')}/")), key=len, default=None
        )
        nearest = tuple(setting for where, setting in locations if where == holding)
        paths = (prefix, f"{prefix}/*") if prefix else ()
        yield Target(name, at(route), paths=paths, why=f"the route {url} leads to {name}", settings=(*own, *nearest))


def _path(url: str) -> str:
    try:
        return urlsplit(url.replace("{", "").replace("}", "")).path or "/"
    except ValueError:
        return "/"


def _locations(project: _Project, node: Node) -> Iterator[tuple[str, Setting]]:
    """Path of a location and whether its requests are buffered, where it says."""
    before = "applications." if project.upsun else ""
    locations = node.get("web", "locations")
    for prefix, location in locations.items() if locations is not None else ():
        switch = location.get("request_buffering", "enabled")
        if switch is not None and switch.text() is not None:
            key = f"{before}web.locations.request_buffering.enabled"
            yield prefix, Setting(key, switch.text() or "", at(switch), amount(switch), _UPSUN if project.upsun else _APP)

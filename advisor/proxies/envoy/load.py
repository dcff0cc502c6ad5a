"""A bootstrap file, with the files that it reads listeners, clusters and routes from -> an Envoy configuration."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from advisor.formats.document import Node, Unreadable
from advisor.model import Invalid, NotRead, Place
from advisor.proxies.envoy.faults import refused
from advisor.proxies.envoy.fields import get, text_of, type_of
from advisor.proxies.envoy.messages import Fault, fault

_MOST_FILES = 20
_IGNORED = re.compile(r"^!ignore\s+[\"']?([\w.-]+)[\"']?\s*:", re.MULTILINE)
"""A key that Envoy passes over: the place for anchors (https://www.envoyproxy.io/docs/envoy/latest/configuration/overview/bootstrap)."""
_TEMPLATE = re.compile(r"\{\{|\{%|\$\{|<%")


@dataclass(frozen=True, slots=True)
class Config:
    """What Envoy starts with. ``unseen``: kinds of resources (``listeners``) that a server hands out while it runs."""

    main: str
    listeners: tuple[Node, ...] = ()
    clusters: Mapping[str, Node] = field(default_factory=dict)
    routes: Mapping[str, Node] = field(default_factory=dict)
    watched: frozenset[Place] = frozenset()
    """Where listeners stand that Envoy reads again whenever their file changes."""
    unseen: frozenset[str] = frozenset()
    fault: Fault | None = None
    """What Envoy cannot read in the bootstrap."""
    refused: Invalid | None = None
    """What it refuses when it builds its listeners."""
    files: tuple[str, ...] = ()
    not_read: tuple[NotRead, ...] = ()


@dataclass(slots=True)
class _Loader:
    read: Callable[[str], str | None]
    home: str
    mounted: Callable[[str], Sequence[str]] | None
    files: list[str] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)
    listeners: list[Node] = field(default_factory=list)
    clusters: dict[str, Node] = field(default_factory=dict)
    routes: dict[str, Node] = field(default_factory=dict)
    watched: set[Place] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    fault: Fault | None = None

    def bootstrap(self, path: str) -> None:
        documents = list(self._documents(path))
        if documents and self.fault is None and _is_bootstrap(documents[0]):
            self.fault = fault(documents[0], frozenset(_IGNORED.findall(self.read(path) or "")))
        for document in documents:
            for listener in _members(get(document, "static_resources", "listeners")):
                self.listeners.append(listener)
            for cluster in _members(get(document, "static_resources", "clusters")):
                self._cluster(cluster)
            dynamic = get(document, "dynamic_resources")
            for key, kind in (("lds_config", "listeners"), ("cds_config", "clusters")):
                if (source := get(dynamic, key)) is not None:
                    self._source(source, kind)
            for resource in _members(get(document, "resources")):
                self._resource(resource)
        for listener in list(self.listeners):
            for source in _route_sources(listener):
                self._source(source, "routes")

    def _source(self, source: Node, kind: str) -> None:
        """A file of resources is read; what a management server hands out is unseen."""
        path = text_of(source, "path_config_source", "path") or text_of(source, "path")
        found = self._locate(path) if path else None
        if found is None or len(self.files) >= _MOST_FILES:
            self.unseen.add(kind)
            return
        for document in self._documents(found):
            for resource in _members(get(document, "resources")):
                self._resource(resource)

    def _resource(self, resource: Node) -> None:
        kind = type_of(resource)
        if kind == "Listener":
            self.listeners.append(resource)
            self.watched.add(resource.place)
        elif kind == "Cluster":
            self._cluster(resource)
        elif kind == "RouteConfiguration" and (name := text_of(resource, "name")) is not None:
            self.routes[name] = resource

    def _cluster(self, cluster: Node) -> None:
        if (name := text_of(cluster, "name")) is not None:
            self.clusters.setdefault(name, cluster)

    def _locate(self, path: str) -> str | None:
        """The file of the tree that a path in the container means."""
        if self.mounted is not None and (inside := tuple(self.mounted(path))):
            return inside[0]
        beside = posixpath.join(self.home, posixpath.basename(path))
        return beside if beside not in self.files and self.read(beside) is not None else None

    def _documents(self, path: str) -> Iterator[Node]:
        text = self.read(path)
        if text is None:
            self.not_read.append(NotRead(path, "it could not be opened", deployment=True))
            return
        from advisor.formats.yaml import parse_all

        try:
            documents = parse_all(text, path)
        except Unreadable as problem:
            self.not_read.append(NotRead(path, problem.clause, problem.line, deployment=True))
            if not self.files and not _TEMPLATE.search(text) and "nested" not in problem.clause:
                self.files.append(path)
                self.fault = Fault(Invalid("it is not valid YAML", Place(path, problem.line or 1)))
            return
        self.files.append(path)
        yield from documents


def load(
    main: str | tuple[str, ...],
    read: Callable[[str], str | None],
    glob: Callable[[str], list[str]],
    *,
    environment: Mapping[str, str] | None = None,
    mounted: Callable[[str], Sequence[str]] | None = None,
) -> Config:
    """Reads a bootstrap, in YAML or JSON, and the files that it names; Envoy itself fills in no variables."""
    paths = (main,) if isinstance(main, str) else main
    loader = _Loader(read, posixpath.dirname(paths[0]), mounted)
    for path in paths:
        loader.bootstrap(path)
    return Config(
        paths[0],
        tuple(loader.listeners),
        loader.clusters,
        loader.routes,
        frozenset(loader.watched),
        frozenset(loader.unseen),
        loader.fault,
        refused(tuple(loader.listeners), loader.clusters, frozenset(loader.unseen)),
        tuple(loader.files),
        tuple(loader.not_read),
    )


def _is_bootstrap(document: Node) -> bool:
    resources = get(document, "static_resources") or get(document, "dynamic_resources")
    return resources is not None and get(document, "apiVersion") is None


def _members(node: Node | None) -> Iterator[Node]:
    if node is not None:
        yield from node.each()


def _route_sources(listener: Node) -> Iterator[Node]:
    chains = [*_members(get(listener, "filter_chains")), *_members(get(listener, "default_filter_chain"))]
    for chain in chains:
        for filter_ in _members(get(chain, "filters")):
            source = get(filter_, "typed_config", "rds", "config_source")
            if source is not None:
                yield source


def looks_like_envoy(text: str) -> bool:
    """True for the text of a bootstrap, or of a file of listeners."""
    return ("static_resources" in text or "staticResources" in text or "dynamic_resources" in text) and (
        "filter_chains" in text or "filterChains" in text or "lds_config" in text or "ads_config" in text
    )

"""Static and dynamic files, arguments and Docker labels -> one Traefik configuration.

A compose file among the main files gives the arguments of its Traefik service, and the labels of all its services.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from advisor.formats.document import Node, Unreadable
from advisor.model import Invalid, NotRead, Place
from advisor.proxies.traefik import options
from advisor.proxies.traefik.fields import get, text_of, words_of
from advisor.proxies.traefik.options import GENERATIONS, Generation, Refused

_MOST_FILES = 50
_TEMPLATE = re.compile(r"\{\{|\{%|\$\{|<%")
"""What something fills in before Traefik reads the file."""
_IMAGE = re.compile(r"(^|/)traefik(:|@|$)")
_ELSEWHERE = (
    "kubernetesIngress",
    "kubernetesCRD",
    "kubernetesGateway",
    "kubernetesIngressNGINX",
    "consulCatalog",
    "nomad",
    "ecs",
    "consul",
    "etcd",
    "redis",
    "zooKeeper",
    "http",
    "swarm",
)


@dataclass(frozen=True, slots=True)
class Named:
    """A router, middleware, service or transport, with the provider that brings it (``file``, ``docker``)."""

    name: str
    provider: str
    node: Node
    container: str | None = None
    """The compose service whose label it is."""

    @property
    def full(self) -> str:
        return f"{self.name}@{self.provider}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A provider of which one file is refused: all that it brings is left out. ``refused``: why, by generation."""

    provider: str
    refused: Mapping[Generation, Refused]


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A port that Traefik opens. ``tls``: its routers speak TLS by default; ``secure``: it is one for browsers' https."""

    name: str
    node: Node
    port: int | None
    tls: bool
    secure: bool


@dataclass(slots=True)
class Config:
    """What Traefik runs with. ``unseen``: providers whose routers no file shows."""

    main: str
    static: list[Node] = field(default_factory=list)
    routers: list[Named] = field(default_factory=list)
    middlewares: dict[str, Named] = field(default_factory=dict)
    services: dict[str, Named] = field(default_factory=dict)
    transports: dict[str, Named] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    labelled: bool = False
    static_faults: dict[Generation, Refused] = field(default_factory=dict)
    """What a generation of Traefik does not read in the static file."""
    left_out: list[LeftOut] = field(default_factory=list)
    """Dynamic files that a generation does not read, and so leaves out."""
    broken: Invalid | None = None
    """Why Traefik cannot read its static file at all."""
    points: tuple[EntryPoint, ...] | None = None
    """Its entry points, made out once."""
    ordered: dict[tuple[str, bool], list[Named]] = field(default_factory=dict)
    """Entry point, and whether TLS was spoken -> its routers in their order, sorted once."""

    def without(self, sources: list[LeftOut]) -> Config:
        """The configuration without what comes from these."""
        names = {one.provider for one in sources}

        def stays(named: Named) -> bool:
            return named.provider not in names

        return replace(
            self,
            routers=[one for one in self.routers if stays(one)],
            middlewares={key: one for key, one in self.middlewares.items() if stays(one)},
            services={key: one for key, one in self.services.items() if stays(one)},
            transports={key: one for key, one in self.transports.items() if stays(one)},
            points=None,
            ordered={},
        )

    def option(self, *names: str) -> Node | None:
        """A static option, from whatever source has it."""
        return next((found for source in self.static if (found := get(source, *names)) is not None), None)

    def entry_points(self) -> dict[str, Node]:
        """Name -> options; Traefik's own ``http`` on port 80 where none is written."""
        found: dict[str, Node] = {}
        for source in self.static:
            entries = get(source, "entryPoints")
            for name, node in entries.items() if entries is not None else ():
                found.setdefault(name, node)
        place = Place(self.main)
        return found or {"http": Node({"address": Node(":80", place)}, place)}


@dataclass(slots=True)
class _Loader:
    read: Callable[[str], str | None]
    glob: Callable[[str], list[str]]
    mounted: Callable[[str], Sequence[str]] | None
    config: Config
    files: list[str] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)

    def main(self, path: str) -> None:
        for document in self._documents(path):
            if get(document, "services") is not None and get(document, "http") is None:
                self._compose(document)
            elif get(document, "http") is not None and get(document, "entryPoints") is None:
                self._dynamic(document, "file")
            else:
                self.config.static.append(document)
                for each in GENERATIONS:
                    if (found := options.static(document, each)) is not None:
                        self.config.static_faults.setdefault(each, found)

    def provided(self) -> None:
        """The dynamic files that the static configuration names, and the providers that no file shows."""
        home = posixpath.dirname(self.config.main)
        for source in self.config.static:
            name, folder = text_of(source, "providers", "file", "filename"), text_of(source, "providers", "file", "directory")
            paths = [*(self._located(name, home) if name else ()), *(self._inside(folder, home) if folder else ())]
            for path in dict.fromkeys(paths):
                if path not in self.files and len(self.files) < _MOST_FILES:
                    for document in self._documents(path):
                        self._dynamic(document, "file")
            if get(source, "http") is not None:
                self._dynamic(source, "file")
        unseen = [name for name in _ELSEWHERE if self.config.option("providers", name) is not None]
        if self.config.option("providers", "docker") is not None and not self.config.labelled:
            unseen.append("docker")
        self.config.unseen = tuple(unseen)

    def _located(self, name: str, home: str) -> list[str]:
        if self.mounted is not None and (inside := tuple(self.mounted(name))):
            return list(inside)
        beside = posixpath.join(home, posixpath.basename(name))
        if self.read(beside) is not None:
            return [beside]
        self.not_read.append(NotRead(name, "the static configuration names it, and it was not found", deployment=True))
        return []

    def _inside(self, folder: str, home: str) -> list[str]:
        found: list[str] = []
        for ending in ("yml", "yaml", "toml"):
            if self.mounted is not None:
                found += self.mounted(f"{folder.rstrip('/')}/*.{ending}")
        if found:
            return found
        below = posixpath.join(home, posixpath.basename(folder.rstrip("/")))
        return [
            path
            for ending in ("yml", "yaml", "toml")
            for path in sorted(self.glob(f"{below}/*.{ending}"))
            if fnmatchcase(path, f"{below}/*.{ending}")
        ]

    def _documents(self, path: str) -> Iterator[Node]:
        text = self.read(path)
        if text is None:
            self.not_read.append(NotRead(path, "it could not be opened", deployment=True))
            return
        from advisor.formats import toml, yaml

        try:
            documents = [toml.parse(text, path)] if path.endswith(".toml") else yaml.parse_all(text, path)
        except Unreadable as problem:
            self.not_read.append(NotRead(path, problem.clause, problem.line, deployment=True))
            if path == self.config.main and not _TEMPLATE.search(text) and "nested" not in problem.clause:
                self.files.append(path)
                form = "TOML" if path.endswith(".toml") else "YAML"
                self.config.broken = Invalid(f"it is not valid {form}", Place(path, problem.line or 1))
            return
        self.files.append(path)
        yield from documents

    def _dynamic(self, document: Node, provider: str, container: str | None = None) -> None:
        http = get(document, "http")
        if container is None:
            self._judged(document, provider)
        routers = get(http, "routers")
        for name, router in routers.items() if routers is not None else ():
            self.config.routers.append(Named(name, provider, router, container))
        kinds = (
            ("middlewares", self.config.middlewares),
            ("services", self.config.services),
            ("serversTransports", self.config.transports),
        )
        for kind, store in kinds:
            nodes = get(http, kind)
            for name, node in nodes.items() if nodes is not None else ():
                store[f"{name}@{provider}"] = Named(name, provider, node, container)

    def _judged(self, document: Node, provider: str) -> None:
        """Notes what no generation of Traefik reads, and leaves out with all else that the provider brings."""
        refused = {each: found for each in GENERATIONS if (found := options.dynamic(document, each)) is not None}
        if refused:
            self.config.left_out.append(LeftOut(provider, refused))
        if (told := refused.get("3")) is not None:
            reason = f"Traefik refuses the whole file: {told.reason}"
            self.not_read.append(NotRead(told.place.file, reason, told.place.line, deployment=True))

    def _compose(self, document: Node) -> None:
        services = get(document, "services")
        for name, service in services.items() if services is not None else ():
            image = text_of(service, "image") or ""
            if _IMAGE.search(image):
                self.config.static.append(_arguments(service))
            labels = list(_labels(service))
            if labels:
                self.config.labelled = True
                self._labelled(name, service, labels)

    def _labelled(self, name: str, service: Node, labels: list[tuple[str, Node]]) -> None:
        given = {key.lower(): node for key, node in labels}
        if (switch := given.get("traefik.enable")) is not None and switch.text() == "false":
            return
        tree = _tree(
            [(key.split(".")[1:], node) for key, node in labels if key.lower().startswith("traefik.http.")], service.place
        )
        self._dynamic(tree, "docker", name)


def _labels(service: Node) -> Iterator[tuple[str, Node]]:
    for holder in (get(service, "labels"), get(service, "deploy", "labels")):
        if holder is None:
            continue
        if isinstance(holder.value, dict):
            yield from ((key, _filled(node)) for key, node in holder.items() if key.lower().startswith("traefik."))
            continue
        for one in holder.each():
            key, _, value = (one.text() or "").partition("=")
            if key.lower().startswith("traefik."):
                yield key.strip(), _filled(Node(value.strip(), one.place, one.place))


_DEFAULTED = re.compile(r"\$\{\w+:?-([^}]*)\}")


def _filled(node: Node) -> Node:
    """With the defaults that a compose file writes beside its variables; ``$$`` stands for one sign."""
    if not isinstance(node.value, str):
        return node
    return Node(_DEFAULTED.sub(r"\1", node.value).replace("$$", "$"), node.place, node.key_place)


def _arguments(service: Node) -> Node:
    """The options that a Traefik container is started with, by arguments or ``TRAEFIK_`` variables."""
    command = get(service, "command")
    pairs: list[tuple[list[str], Node]] = []
    for one in command.each() if command is not None else ():
        for word in _split(one.text() or "") if not isinstance(command.value, list) else [one.text() or ""]:  # type: ignore[union-attr]
            key, sign, value = word.lstrip("-").partition("=")
            if word.startswith("--"):
                pairs.append((key.split("."), _filled(Node(value if sign else "true", one.place, one.place))))
    environment = get(service, "environment")
    for key, node in _variables(environment):
        if key.upper().startswith("TRAEFIK_"):
            pairs.append((key[8:].split("_"), _filled(node)))
    return _tree(pairs, service.place)


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _variables(node: Node | None) -> Iterator[tuple[str, Node]]:
    if node is None:
        return
    if isinstance(node.value, dict):
        yield from node.items()
        return
    for one in node.each():
        key, _, value = (one.text() or "").partition("=")
        yield key, Node(value, one.place, one.place)


def _tree(pairs: list[tuple[list[str], Node]], place: Place) -> Node:
    """Dotted options -> a document; of two values at one place the later holds."""
    root: dict[str, Node] = {}
    for path, leaf in pairs:
        at = root
        for key in path[:-1][:20]:
            wanted = next((known for known in at if known.lower() == key.lower()), key)
            inner = at.get(wanted)
            if inner is None or not isinstance(inner.value, dict):
                inner = Node({}, leaf.place, leaf.key_place)
                at[wanted] = inner
            at = inner.value  # type: ignore[assignment]
        known = next((known for known in at if known.lower() == path[-1].lower()), path[-1])
        if not isinstance(getattr(at.get(known), "value", None), dict):
            at[known] = leaf
    return Node(root, place)


def load(
    main: str | tuple[str, ...],
    read: Callable[[str], str | None],
    glob: Callable[[str], list[str]],
    *,
    environment: Mapping[str, str] | None = None,
    mounted: Callable[[str], Sequence[str]] | None = None,
) -> Config:
    """Reads a static file with the dynamic ones that it names, or compose files; dynamic files may be given as well."""
    paths = (main,) if isinstance(main, str) else main
    loader = _Loader(read, glob, mounted, Config(paths[0]))
    for path in paths:
        loader.main(path)
    loader.provided()
    loader.config.files, loader.config.not_read = tuple(loader.files), tuple(loader.not_read)
    return loader.config


_SHOWS = re.compile(r"^\s*\[?(entry[pP]oints|http\.(routers|services))\b", re.MULTILINE)


def looks_like_traefik(text: str) -> bool:
    """True for the text of a static file, or of a dynamic one in TOML."""
    return _SHOWS.search(text) is not None


def on_entry_point(router: Named, name: str, defaults: tuple[str, ...]) -> bool:
    """Whether a router is reached through an entry point."""
    return name in (words_of(router.node, "entryPoints") or defaults)

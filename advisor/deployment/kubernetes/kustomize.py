"""Kustomizations of the tree -> the objects that each of them applies, per environment.

A kustomization that another one takes in is a base and applies nothing by itself. What it takes from other repositories is not
read. Reference: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from advisor.deployment.kubernetes.objects import KINDS, each, name, number, text
from advisor.deployment.kubernetes.patches import changed, merged
from advisor.deployment.parts import Findings, Purpose, directory, join, purpose_of
from advisor.formats.document import Node, Unreadable
from advisor.model import Place
from advisor.tree import Tree

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_DEEPEST = 12
_MOST = 400
_MOST_OBJECTS = 3_000
_DEFAULTS = frozenset(
    {"base", "bases", "overlays", "overlay", "k8s", "kubernetes", "manifests", "deploy", "deployment", "kustomize", "."}
)


@dataclass(frozen=True, slots=True)
class Applied:
    """What one kustomization applies."""

    file: str
    purpose: Purpose
    objects: tuple[Node, ...]
    texts: Mapping[Place, tuple[str, str]]


@dataclass(slots=True)
class Kustomizations:
    """All kustomizations of a tree, the files that they take in, and the objects that those hold."""

    tree: Tree
    found: Findings
    files: dict[str, str] = field(default_factory=dict)
    """Directory -> the kustomization in it."""
    taken: set[str] = field(default_factory=set)
    """Files that some kustomization takes in, as a resource or as a patch."""
    texts: dict[Place, tuple[str, str]] = field(default_factory=dict)
    _documents: dict[str, Node | None] = field(default_factory=dict)
    _streams: dict[str, list[Node]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in self.tree.named(*NAMES):
            self.files.setdefault(directory(path), path)

    def read(self) -> Iterator[Applied]:
        """What each kustomization that no other one takes in applies; all files must have been looked through before."""
        bases = {inner for folder in self.files for inner in self._below(folder)}
        tops = [folder for folder in self.files if folder not in bases]
        overlays = [folder for folder in tops if folder.rsplit("/", 1)[-1] not in _DEFAULTS]
        purposes = {folder: purpose_of(f"{folder}/kustomization.yaml") for folder in tops}
        left = _MOST
        for folder in tops:
            purpose = purposes[folder]
            objects = self._built(folder, set(), 0)
            if not purpose.deployed or not objects or left <= 0:
                continue
            left -= 1
            yield Applied(self.files[folder], self._named(folder, overlays, purposes), tuple(objects), self.texts)

    def _named(self, folder: str, overlays: list[str], purposes: Mapping[str, Purpose]) -> Purpose:
        """The purpose of an overlay: of several of one base that bear no environment's name, each is one of its own."""
        purpose = purposes[folder]
        if purpose != Purpose("production", "production") or folder not in overlays:
            return purpose
        bases = set(self._below(folder))
        same = [other for other in overlays if other != folder and bases & set(self._below(other))]
        word = folder.rsplit("/", 1)[-1]
        if not same or any(part in word for part in ("prod", "prd", "live")):
            return purpose
        return Purpose("production", word)

    def document(self, folder: str) -> Node | None:
        """The parsed kustomization of a directory."""
        from advisor.formats.yaml import parse

        if folder not in self._documents:
            path = self.files.get(folder)
            self._documents[folder] = self.found.document(self.tree, path, parse) if path is not None else None
        return self._documents[folder]

    def _entries(self, folder: str) -> list[tuple[str, Node]]:
        document = self.document(folder)
        keys = ("resources", "bases", "components")
        return [
            (path, node)
            for key in keys
            for node in each(document.get(key) if document else None)
            if (path := join(folder, text(node) or ""))
        ]

    def _below(self, folder: str) -> list[str]:
        return [path for path, _ in self._entries(folder) if path in self.files and path != folder]

    # ------------------------------------------------------------ one kustomization

    def _built(self, folder: str, passed: set[str], depth: int) -> list[Node]:
        """The objects of a kustomization as it applies them."""
        document = self.document(folder)
        if document is None or folder in passed or depth > _DEEPEST:
            return []
        objects: list[Node] = []
        for path, _ in self._entries(folder):
            if path in self.files:
                objects += self._built(path, {*passed, folder}, depth + 1)
            elif self.tree.exists(path):
                self.taken.add(path)
                objects += self._stream(path)
        objects = objects[:_MOST_OBJECTS]
        objects += self._generated(folder, document)
        objects = self._patched(folder, document, objects)
        return [self._renamed(each_, document) for each_ in objects]

    def _stream(self, path: str) -> list[Node]:
        from advisor.formats.yaml import parse_all

        if path not in self._streams:
            self._streams[path] = []
            content = self.tree.text(path)
            if content is not None and "{{" not in content and path.endswith((".yaml", ".yml", ".json")):
                try:
                    self._streams[path] = [one for document in parse_all(content, path) for one in _members(document)]
                except Unreadable:
                    self.taken.discard(path)
        return self._streams[path]

    def _patched(self, folder: str, document: Node, objects: list[Node]) -> list[Node]:
        for node in each(document.get("patchesStrategicMerge")):
            for patch in self._patch(folder, node):
                objects = _strategic(objects, patch, None)
        for key in ("patches", "patchesJson6902"):
            for entry in each(document.get(key)):
                target = entry.get("target")
                source = entry.get("path") or entry.get("patch")
                for patch in self._patch(folder, source) if source is not None else ():
                    if isinstance(patch.value, list):
                        objects = [changed(one, patch) if _targets(one, target) else one for one in objects]
                    else:
                        objects = _strategic(objects, patch, target)
        return objects

    def _patch(self, folder: str, node: Node) -> list[Node]:
        """The documents of a patch: of the file that is named, or written in the kustomization itself."""
        from advisor.deployment.parts import inline
        from advisor.formats.yaml import parse_all

        written = text(node) or ""
        path = join(folder, written) if "\n" not in written else None
        try:
            if path is not None and self.tree.exists(path):
                self.taken.add(path)
                return parse_all(self.tree.text(path) or "", path)
            return parse_all(inline(self.tree, node), node.place.file) if "\n" in written else []
        except Unreadable:
            return []

    def _generated(self, folder: str, document: Node) -> Iterator[Node]:
        """ConfigMaps that are made from files and literals."""
        for entry in each(document.get("configMapGenerator")):
            data: dict[str, Node] = {}
            for node in each(entry.get("files")):
                key, equals, source = (text(node) or "").partition("=")
                source = source if equals else key
                path = join(folder, source)
                content = self.tree.text(path) if path is not None and not self.tree.is_secret(path) else None
                if content is not None and path is not None:
                    data[key if equals else source.rsplit("/", 1)[-1]] = Node(content, Place(path))
                    self.texts[Place(path)] = (path, content)
            for node in each(entry.get("literals")):
                key, _, value = (text(node) or "").partition("=")
                data[key] = Node(value, node.place)
            called = entry.get("name")
            if called is not None:
                metadata = {"name": called, **({"namespace": space} if (space := entry.get("namespace")) else {})}
                values = {"apiVersion": _plain("v1", entry), "kind": _plain("ConfigMap", entry)}
                yield Node(
                    {**values, "metadata": Node(dict(metadata), entry.place), "data": Node(dict(data), entry.place)}, entry.place
                )

    def _renamed(self, document: Node, kustomization: Node) -> Node:
        """The object with the namespace, the names, the replicas and the images that the kustomization gives."""
        space, prefix, suffix = (kustomization.get(key) for key in ("namespace", "namePrefix", "nameSuffix"))
        metadata = document.get("metadata")
        if metadata is not None and isinstance(metadata.value, dict):
            values = dict(metadata.value)
            if space is not None and text(document.get("kind")) not in ("Namespace", "IngressClass", "GatewayClass"):
                values["namespace"] = space
            document = _with(document, "metadata", replace(metadata, value=values))
        if prefix is not None or suffix is not None:
            document = _rename(document, text(prefix) or "", text(suffix) or "")
        for entry in each(kustomization.get("replicas")):
            count = entry.get("count")
            if (
                count is not None
                and number(count) is not None
                and _called(document, text(entry.get("name")) or "", prefix, suffix)
            ):
                document = _with(
                    document,
                    "spec",
                    merged(document.get("spec") or Node({}, count.place), Node({"replicas": count}, count.place)),
                )
        images = list(each(kustomization.get("images")))
        return _with_images(document, images) if images else document


def _members(document: Node) -> Iterator[Node]:
    items = document.get("items")
    yield from items.each() if items is not None and text(document.get("kind")) == "List" else (document,)


def _plain(value: str, near: Node) -> Node:
    return Node(value, near.place)


def _with(document: Node, key: str, value: Node | None) -> Node:
    return replace(document, value={**dict(document.items()), key: value}) if value is not None else document


def _called(document: Node, wanted: str, prefix: Node | None, suffix: Node | None) -> bool:
    return bool(wanted) and name(document) in (wanted, f"{text(prefix) or ''}{wanted}{text(suffix) or ''}")


_REFERENCES = frozenset({"serviceName", "configMapName", "claimName"})
_NAMED = frozenset({"service", "configMap", "configMapRef", "backendRefs", "scaleTargetRef", "services", "destination"})


def _rename(document: Node, before: str, after: str) -> Node:
    """A prefix and suffix on the object's name and on the names of Services, ConfigMaps and workloads that it refers to."""

    def called(node: Node) -> Node:
        return replace(node, value=f"{before}{node.value}{after}") if isinstance(node.value, str) else node

    def moved(node: Node, key: str, depth: int) -> Node:
        if depth > 40:
            return node
        if isinstance(node.value, list):
            return replace(node, value=[moved(one, key, depth + 1) for one in node.value])
        if isinstance(node.value, dict):
            return replace(
                node,
                value={
                    inner: called(one)
                    if inner in _REFERENCES or (inner == "name" and key in _NAMED)
                    else moved(one, inner, depth + 1)
                    for inner, one in node.value.items()
                },
            )
        return node

    spec, metadata = document.get("spec"), document.get("metadata")
    if spec is not None:
        document = _with(document, "spec", moved(spec, "spec", 0))
    own = metadata.get("name") if metadata is not None else None
    if text(document.get("kind")) in KINDS and metadata is not None and own is not None:
        document = _with(document, "metadata", _with(metadata, "name", called(own)))
    return document


def _with_images(document: Node, images: list[Node]) -> Node:
    """The containers with the names and tags that the kustomization gives to their images."""
    path = ("spec", "template", "spec")
    pod = document.get(*path)
    containers = pod.get("containers") if pod is not None else None
    if pod is None or containers is None:
        return document
    made = []
    for container in containers.each():
        image = container.get("image")
        written = text(image) or ""
        repository = written.split("@")[0].rsplit(":", 1)[0] if ":" in written.rsplit("/", 1)[-1] else written.split("@")[0]
        entry = next((one for one in images if text(one.get("name")) == repository), None)
        if entry is not None and image is not None:
            tag = entry.get("newTag") or entry.get("digest")
            new = text(entry.get("newName")) or repository
            ending = (
                f":{text(tag)}"
                if entry.get("newTag") is not None
                else f"@{text(tag)}"
                if tag is not None
                else written[len(repository) :]
            )
            at = tag or entry.get("newName") or entry
            container = _with(container, "image", Node(f"{new}{ending}", at.place, at.key_place))
        made.append(container)
    template, spec = document.get("spec", "template"), document.get("spec")
    if template is None or spec is None:
        return document
    inner = _with(template, "spec", _with(pod, "containers", replace(containers, value=made)))
    return _with(document, "spec", _with(spec, "template", inner))


def _targets(document: Node, target: Node | None) -> bool:
    if target is None:
        return False
    kind, called = text(target.get("kind")), text(target.get("name"))
    selector = target.get("labelSelector") or target.get("annotationSelector")
    fits = (kind in (None, text(document.get("kind")))) and (called in (None, "", ".*", name(document)))
    return fits and selector is None


def _strategic(objects: list[Node], patch: Node, target: Node | None) -> list[Node]:
    """The objects with a patch on the one that it names, or on all that its target describes."""
    made: list[Node] = []
    for document in objects:
        same = text(document.get("kind")) == text(patch.get("kind")) and name(document) == name(patch)
        if _targets(document, target) if target is not None else same:
            joined = merged(document, _without_name(patch) if target is not None else patch)
            made += [joined] if joined is not None else []
        else:
            made.append(document)
    return made


def _without_name(patch: Node) -> Node:
    """A patch for a target says nothing about the name, whatever stands there."""
    metadata = patch.get("metadata")
    kept = (
        replace(metadata, value={key: node for key, node in metadata.items() if key != "name"}) if metadata is not None else None
    )
    return _with(replace(patch, value={key: node for key, node in patch.items() if key != "kind"}), "metadata", kept)

"""A tree -> its clusters: the objects of manifests, kustomizations and charts, together by what they are for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from advisor.deployment.kubernetes import charts, deliveries
from advisor.deployment.kubernetes.kustomize import NAMES, Kustomizations
from advisor.deployment.kubernetes.objects import KINDS, Cluster, text
from advisor.deployment.parts import Findings, Purpose, directory, inline, purpose_of, under
from advisor.formats.document import Node
from advisor.model import NotRead, Place
from advisor.tree import Tree

WORDS = (*(f"kind: {kind}" for kind in sorted(KINDS - {"Namespace"})), *deliveries.WORDS)
MOST_FILES = 400


def clusters(tree: Tree, found: Findings) -> dict[Purpose, Cluster]:
    """Everything that is applied for one purpose, by purpose: kustomizations first, then charts, then plain manifests."""
    made: dict[Purpose, Cluster] = {}

    def cluster(purpose: Purpose) -> Cluster:
        return made.setdefault(purpose, Cluster(purpose))

    kustomized = Kustomizations(tree, found)
    for applied in kustomized.read():
        into = cluster(applied.purpose)
        for document in applied.objects:
            into.add(document)
        into.texts.update(applied.texts)
        found.chose(applied.file, applied.purpose, f"a kustomization that applies {len(applied.objects)} objects")
    folders = charts.folders(tree)
    given, controllers = deliveries.read(tree, folders)
    for rendered in charts.read(tree, found, given):
        into = cluster(rendered.purpose)
        for document in rendered.objects:
            into.add(document)
        into.texts.update(rendered.texts)
    for document in controllers:
        cluster(purpose_of(document.place.file)).add(document)
    _plain(tree, kustomized, folders, cluster, found)
    return made


def _plain(
    tree: Tree, kustomized: Kustomizations, folders: tuple[str, ...], cluster: Callable[[Purpose], Cluster], found: Findings
) -> None:
    """The manifests that nothing else takes in."""
    paths = [
        path
        for path in tree.having(*WORDS)
        if path.endswith((".yaml", ".yml")) and path not in kustomized.taken and path.rsplit("/", 1)[-1] not in NAMES
    ]
    templates = tuple(f"{folder}/templates" if folder != "." else "templates" for folder in folders)
    paths = [path for path in paths if not any(under(path, folder) for folder in templates)]
    if len(paths) > MOST_FILES:
        found.not_read.append(NotRead(paths[MOST_FILES], f"more than {MOST_FILES} manifests; the rest was not read"))
    for path in sorted(paths[:MOST_FILES], key=_crowd(paths), reverse=True):
        purpose = purpose_of(path)
        if not purpose.deployed:
            found.chose(path, purpose, "a test's manifest")
            continue
        content = tree.text(path) or ""
        if "{{" in content and "kind: Ingress" in content and not _reads_as_yaml(content):
            found.chose(path, purpose, "a Helm template: what it becomes depends on values, so it was not read")
            continue
        if "{{" in content and not _reads_as_yaml(content):
            continue
        if directory(path) in kustomized.files:
            found.chose(path, purpose, f"not taken in by {kustomized.files[directory(path)]}")
            continue
        stream = found.document(tree, path, _stream)
        for document in stream.each() if stream is not None else ():
            cluster(purpose).add(document)
            for place, written in _texts(tree, document):
                cluster(purpose).texts[place] = written


def _reads_as_yaml(content: str) -> bool:
    """True where braces stand only inside block scalars (a Caddyfile, an Argo workflow), so that the file is plain YAML."""
    lines = [line for line in content.splitlines() if "{{" in line]
    return bool(lines) and "kind: ConfigMap" in content and not any(".Values" in line or ".Release" in line for line in lines)


def _crowd(paths: list[str]) -> Callable[[str], int]:
    """How many manifests stand in a path's directory: the directory that holds most is applied, a lone file is a leftover."""
    counts = Counter(directory(path) for path in paths)
    return lambda path: counts[directory(path)]


def _stream(content: str, file: str) -> Node:
    """All documents of a file as one list, the members of a ``List`` one by one."""
    from advisor.formats.yaml import parse_all

    documents: list[Node] = []
    for document in parse_all(content, file):
        items = document.get("items")
        documents += list(items.each()) if items is not None and text(document.get("kind")) == "List" else [document]
    return Node(documents, Place(file))


def _texts(tree: Tree, document: Node) -> list[tuple[Place, tuple[str, str]]]:
    """The texts of several lines that a ConfigMap of a plain file holds, by their places."""
    data = document.get("data") if text(document.get("kind")) == "ConfigMap" else None
    pairs = data.items() if data is not None else ()
    return [
        (node.key_place or node.place, (node.place.file, inline(tree, node)))
        for _, node in pairs
        if isinstance(node.value, str) and "\n" in node.value
    ]

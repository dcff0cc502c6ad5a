"""Applications of Argo CD and releases of Flux -> the values that they lay over charts of the tree, and over ingress-nginx."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.deployment.kubernetes.charts import Given
from advisor.deployment.kubernetes.functions import made, merged
from advisor.deployment.kubernetes.objects import each, name, text
from advisor.deployment.parts import inline, join, purpose_of
from advisor.formats.document import Node, Unreadable
from advisor.tree import Tree

WORDS = ("kind: Application", "kind: HelmRelease")
_MOST = 400
_CONTROLLER = "ingress-nginx"


def read(tree: Tree, charts: tuple[str, ...]) -> tuple[dict[str, list[Given]], list[Node]]:
    """Values by the chart's directory, and ConfigMaps of ingress-nginx that values of its own chart make."""
    given: dict[str, list[Given]] = {}
    controllers: list[Node] = []
    for document in _objects(tree):
        purpose = purpose_of(document.place.file)
        if not purpose.deployed:
            continue
        for chart, folder, files, values in _sources(tree, document):
            if folder is not None and folder in charts:
                given.setdefault(folder, []).append(Given(purpose, files, values, name(document)))
            elif chart == _CONTROLLER and (config := values.get("controller", "config")) is not None:
                controllers.append(_config_map(config))
    return given, controllers


def _objects(tree: Tree) -> Iterator[Node]:
    from advisor.formats.yaml import parse_all

    for path in [path for path in tree.having(*WORDS) if path.endswith((".yaml", ".yml"))][:_MOST]:
        content = tree.text(path) or ""
        if "{{" in content:
            continue
        try:
            documents = parse_all(content, path)
        except Unreadable:
            continue
        wanted = ("Application", "HelmRelease")
        yield from (document for document in documents if text(document.get("kind")) in wanted)


def _sources(tree: Tree, document: Node) -> Iterator[tuple[str, str | None, tuple[str, ...], Node]]:
    """Chart, its directory where it is of the tree, values files and values."""
    if text(document.get("kind")) == "HelmRelease":
        chart = text(document.get("spec", "chart", "spec", "chart")) or ""
        folder = join(".", chart.removeprefix("./")) if chart.startswith((".", "charts/")) else None
        yield chart, folder, (), document.get("spec", "values") or made({})
        return
    sources = [*each(document.get("spec", "source")), *each(document.get("spec", "sources"))]
    for source in sources:
        path, helm = text(source.get("path")), source.get("helm")
        folder = join(".", path) if path else None
        values = made({})
        files: tuple[str, ...] = ()
        if helm is not None:
            named = [join(folder or ".", text(node) or "") for node in each(helm.get("valueFiles"))]
            files = tuple(file for file in named if file is not None)
            values = merged(_written(tree, helm.get("values")), helm.get("valuesObject") or made({}))
        yield text(source.get("chart")) or "", folder, files, values


def _written(tree: Tree, node: Node | None) -> Node:
    """Values that stand as text in another document, at their places in it."""
    from advisor.formats.yaml import parse

    if node is None or not node.text():
        return made({})
    try:
        values = parse(inline(tree, node), node.place.file)
    except Unreadable:
        return made({})
    return values if isinstance(values.value, dict) else made({})


def _config_map(data: Node) -> Node:
    """The ConfigMap that the controller's chart makes of its values."""
    metadata = Node({"name": Node("ingress-nginx-controller", data.place)}, data.place)
    head = {"apiVersion": Node("v1", data.place), "kind": Node("ConfigMap", data.place), "metadata": metadata}
    return Node({**head, "data": data}, data.place)

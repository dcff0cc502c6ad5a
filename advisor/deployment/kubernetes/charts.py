"""Helm charts of the tree -> the objects that they become with their own values, without running Helm.

``values.yaml`` holds the defaults; a values file named for an environment is laid over it, and where one is named for
production that one is what runs. What a template asks that no file shows is taken as false and said so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from advisor.deployment.kubernetes.functions import NOWHERE, made, merged, truth
from advisor.deployment.kubernetes.objects import KINDS, each, text
from advisor.deployment.kubernetes.rendering import Definition, Exhausted, Renderer, documents, root
from advisor.deployment.kubernetes.templates import Block, Part, parse
from advisor.deployment.parts import Findings, Purpose, below, directory, purpose_of
from advisor.formats.document import Node, Unreadable
from advisor.model import NotRead, Place
from advisor.tree import Tree

_VALUES = re.compile(r"^(?:values[._-](?P<after>[\w.-]+)|(?P<before>[\w-]+)[._-]values)\.ya?ml$", re.IGNORECASE)
_KIND = re.compile(r"^kind:\s*(?P<kind>\w+|\S*\{\{)", re.MULTILINE)
_IGNORED = frozenset({"ci", "test", "tests", "example", "examples", "schema", "override", "local-example"})
_MOST_CHARTS = 40
_MOST_TEMPLATES = 400
_MOST_ENVIRONMENTS = 6


@dataclass(slots=True)
class Chart:
    """One chart: its directory, what ``Chart.yaml`` says, and the charts below ``charts/``."""

    folder: str
    about: Node
    values: Node
    children: list[Chart] = field(default_factory=list)

    @property
    def name(self) -> str:
        return text(self.about.get("name")) or self.folder.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Release:
    """A chart with the values of one environment, and what it is called there."""

    chart: Chart
    purpose: Purpose
    values: Node
    name: str
    files: tuple[str, ...]
    """The values files that were taken, in their order."""


@dataclass(frozen=True, slots=True)
class Given:
    """Values that a deployment (of Argo CD, of Flux) lays over a chart's own: those of files of the tree, then its own."""

    purpose: Purpose
    files: tuple[str, ...]
    values: Node
    name: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a release becomes: objects, and the texts that some of their scalars hold."""

    purpose: Purpose
    objects: tuple[Node, ...]
    texts: Mapping[Place, tuple[str, str]]


def folders(tree: Tree) -> tuple[str, ...]:
    """The directories of charts, outer ones first."""
    return tuple(
        sorted({directory(path) for path in tree.named("Chart.yaml", "Chart.yml")}, key=lambda each: (each.count("/"), each))
    )


def read(tree: Tree, found: Findings, given: Mapping[str, list[Given]]) -> Iterator[Rendered]:
    """Every chart of the tree that is no part of another one; ``given``: values that deployments of a chart lay over its own."""
    charts = folders(tree)
    outer = [folder for folder in charts if not any(folder.startswith(f"{other}/charts/") for other in charts)]
    budget = _MOST_TEMPLATES
    for folder in outer[:_MOST_CHARTS]:
        if not purpose_of(f"{folder}/Chart.yaml").deployed:
            continue
        chart = _chart(tree, folder, found)
        if chart is None or text(chart.about.get("type")) == "library":
            continue
        releases = list(_releases(tree, chart, found, given.get(folder, [])))
        for release in releases:
            if budget <= 0:
                break
            rendered, spent = _render(tree, release, found)
            budget -= spent
            yield rendered
    if len(outer) > _MOST_CHARTS or budget <= 0:
        at = outer[_MOST_CHARTS] if len(outer) > _MOST_CHARTS else outer[0]
        found.not_read.append(NotRead(f"{at}/Chart.yaml".removeprefix("./"), "there are more charts than a scan follows"))


def _chart(tree: Tree, folder: str, found: Findings, depth: int = 0) -> Chart | None:
    from advisor.formats.yaml import parse

    path = next((path for path in (_in(folder, "Chart.yaml"), _in(folder, "Chart.yml")) if tree.exists(path)), None)
    about = found.document(tree, path, parse) if path is not None else None
    if about is None:
        return None
    path = next((path for path in (_in(folder, "values.yaml"), _in(folder, "values.yml")) if tree.exists(path)), None)
    values = (found.document(tree, path, parse) if path is not None else None) or made({})
    chart = Chart(folder, about, values if isinstance(values.value, dict) else made({}))
    if depth < 3:
        prefix = len(_in(folder, "charts/"))
        names = {path[prefix:].split("/")[0] for path in below(tree, _in(folder, "charts")) if path.count("/")}
        chart.children = [
            child for name in sorted(names)[:30] if (child := _chart(tree, _in(folder, f"charts/{name}"), found, depth + 1))
        ]
    return chart


def _in(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"


def _releases(tree: Tree, chart: Chart, found: Findings, given: list[Given]) -> Iterator[Release]:
    from advisor.formats.yaml import parse

    own = purpose_of(_in(chart.folder, "Chart.yaml"))
    by_purpose: dict[Purpose, Release] = {}
    for each_given in given:
        values = chart.values
        for path in each_given.files:
            document = found.document(tree, path, parse) if tree.exists(path) else None
            values = merged(values, document) if document is not None and isinstance(document.value, dict) else values
        values = merged(values, each_given.values) if isinstance(each_given.values.value, dict) else values
        by_purpose.setdefault(each_given.purpose, Release(chart, each_given.purpose, values, each_given.name, each_given.files))
    for path in below(tree, chart.folder):
        purpose = _values_file(path, chart.folder, own)
        if purpose is None or purpose in by_purpose:
            continue
        document = found.document(tree, path, parse)
        if document is not None and isinstance(document.value, dict):
            by_purpose[purpose] = Release(chart, purpose, merged(chart.values, document), chart.name, (path,))
            found.chose(path, purpose, f"values of the chart {chart.name}")
    by_purpose.setdefault(own, Release(chart, own, chart.values, chart.name, ()))
    yield from list(by_purpose.values())[:_MOST_ENVIRONMENTS]


def _values_file(path: str, folder: str, own: Purpose) -> Purpose | None:
    """What the values in a file are for; ``None`` for another kind of file, and where its name is no environment's."""
    inner = path[len(folder) + 1 :] if folder != "." else path
    named = _VALUES.match(inner.rsplit("/", 1)[-1])
    if named is None or inner.startswith(("charts/", "templates/")) or inner.count("/") > 2:
        return None
    label = (named["after"] or named["before"]).lower()
    if label in _IGNORED or set(inner.lower().split("/")[:-1]) & _IGNORED:
        return None
    return _purpose(own, label)


def _purpose(own: Purpose, label: str) -> Purpose | None:
    """What a values file named so is for; ``None`` where its name is no environment's."""
    purpose = purpose_of(f"values.{label}.yaml")
    if purpose.scope == "test":
        return None
    named = re.search(r"(^|[._-])(prod(uction)?|prd|live)([._-]|$)", label)
    if purpose.scope == "production" and purpose.environment == "production" and not named:
        return None
    return Purpose(purpose.scope if own.scope == "production" else own.scope, purpose.environment)


def _render(tree: Tree, release: Release, found: Findings) -> tuple[Rendered, int]:
    objects: list[Node] = []
    texts: dict[Place, tuple[str, str]] = {}
    spent = _chart_into(tree, release, release.chart, release.values, objects, texts, found)
    return Rendered(release.purpose, tuple(objects), texts), spent


def _chart_into(
    tree: Tree,
    release: Release,
    chart: Chart,
    values: Node,
    objects: list[Node],
    texts: dict[Place, tuple[str, str]],
    found: Findings,
) -> int:
    definitions, templates = _templates(tree, chart)
    spent = len(templates)
    renderer = _renderer(tree, release, chart, values, definitions)
    for path, parts in templates.items():
        before = set(renderer.left_open)
        try:
            made_here, written = documents(renderer.render(parts, path))
        except (Unreadable, Exhausted, RecursionError):
            found.not_read.append(
                NotRead(path, "what this Helm template becomes depends on values, and it could not be followed")
            )
            continue
        kept = [each for document in made_here for each in _members(document) if text(each.get("kind")) in KINDS]
        objects += [document for document in kept if document.place.file]
        texts.update(written)
        asked = [each for each in renderer.left_open if each not in before]
        if asked:
            found.chose(
                path, release.purpose, f"a Helm template; part of it depends on values that are not shown ({asked[0][:60]})"
            )
        elif not kept:
            found.chose(path, release.purpose, f"a Helm template that {_values_of(chart)} switches off")
    for child in chart.children:
        below_it = merged(child.values, values.get(child.name) or made({}))
        shared = values.get("global")
        if shared is not None:
            below_it = merged(below_it, made({"global": shared}))
        if _enabled(chart, child, values):
            spent += _chart_into(tree, release, child, below_it, objects, texts, found)
    return spent


def _values_of(chart: Chart) -> str:
    return chart.values.place.file or "nothing in the tree"


def _enabled(chart: Chart, child: Chart, values: Node) -> bool:
    """False where the parent's condition for a chart below it is switched off."""
    entry = next(
        (
            each_
            for each_ in each(chart.about.get("dependencies"))
            if child.name in (text(each_.get("name")), text(each_.get("alias")))
        ),
        None,
    )
    condition = text(entry.get("condition")) if entry is not None else None
    if not condition:
        return True
    first = values.get(*condition.split(",")[0].strip().split("."))
    return first is None or truth(first) is not False


def _members(document: Node) -> Iterator[Node]:
    items = document.get("items")
    yield from items.each() if items is not None and text(document.get("kind")) == "List" else (document,)


def _templates(tree: Tree, chart: Chart) -> tuple[dict[str, Definition], dict[str, list[Part]]]:
    """The named templates of a chart and the charts below it, and its files that may become objects of interest."""
    definitions: dict[str, Definition] = {}
    templates: dict[str, list[Part]] = {}
    for path in below(tree, _in(chart.folder, "templates")):
        if not path.endswith((".yaml", ".yml", ".tpl", ".txt")) or path.endswith("NOTES.txt") or "/tests/" in path:
            continue
        source = tree.text(path) or ""
        wanted = any(found["kind"] in KINDS or "{{" in found["kind"] for found in _KIND.finditer(source))
        if "define" not in source and not wanted and "include" not in source:
            continue
        try:
            parts = parse(source)
        except (Unreadable, RecursionError):
            continue
        _define(parts, path, definitions)
        if wanted and not path.rsplit("/", 1)[-1].startswith("_") and path.endswith((".yaml", ".yml")):
            templates[path] = parts
    for child in chart.children:
        for name, definition in _templates(tree, child)[0].items():
            definitions.setdefault(name, definition)
    return definitions, templates


def _define(parts: list[Part], path: str, definitions: dict[str, Definition]) -> None:
    for part in parts:
        if isinstance(part, Block) and part.word in ("define", "block") and part.branches:
            definitions.setdefault(part.name, Definition(part.branches[0][1], path))
            _define(part.branches[0][1], path, definitions)


def _renderer(tree: Tree, release: Release, chart: Chart, values: Node, definitions: dict[str, Definition]) -> Renderer:
    def read(relative: str) -> tuple[str, str] | None:
        from advisor.deployment.parts import join

        path = join(chart.folder, relative)
        content = tree.text(path) if path is not None and not tree.is_secret(path) else None
        return (content, path) if content is not None and path is not None else None

    about = Node({key: made(node.value) for key, node in chart.about.items()}, NOWHERE)
    return Renderer(root(values, release.name, about, "v3.18.0"), definitions, read)

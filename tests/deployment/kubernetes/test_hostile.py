"""Objects whose fields are of the wrong kind, and hundreds of them: nothing is raised, and the time is bounded."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from advisor.deployment import kubernetes
from advisor.tree import Tree
from tests.deployment.kubernetes import samples, test_charts, test_kustomize

_WRONG: tuple[Any, ...] = (
    None,
    7,
    -1.5,
    True,
    "",
    "x",
    "{{ .Values }}",
    [],
    [None],
    [[1]],
    {},
    {"a": None},
    {"name": ["x"]},
    "a" * 900,
)


def _paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in pairs:
        yield from _paths(child, (*at, key))


def _broken(value: Any, path: tuple[Any, ...], wrong: Any) -> Any:
    if not path:
        return wrong
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[path[0]] = _broken(value[path[0]], path[1:], wrong)
    return changed


def _mutated(text: str, drawn: random.Random) -> str:
    """The documents of a text with one value of each replaced by one of the wrong kind."""
    made = []
    for document in yaml.safe_load_all(text):
        paths = list(_paths(document))[1:]
        made.append(_broken(document, drawn.choice(paths), drawn.choice(_WRONG)) if paths else document)
    return yaml.safe_dump_all(made)


@pytest.mark.parametrize("number", range(len(samples.EVERY)))
def test_objects_of_the_wrong_kind_raise_nothing(number: int) -> None:
    """Each field of each sample in turn, as far as chance reaches."""
    drawn = random.Random(number)  # noqa: S311 - no secret is drawn
    for _ in range(12):
        files = {f"k8s/{name}": _mutated(text, drawn) for name, text in samples.EVERY[number].items()}

        assert kubernetes.read(Tree.of(files, kubernetes.WORDS)) is not None


@pytest.mark.parametrize("files", [test_charts.FILES, test_kustomize.FILES], ids=["chart", "kustomization"])
def test_values_and_patches_of_the_wrong_kind_raise_nothing(files: dict[str, str]) -> None:
    """What a chart or a kustomization asks for may be anything."""
    drawn = random.Random(1)  # noqa: S311 - no secret is drawn
    plain = [path for path, text in files.items() if "{{" not in text and path.endswith(".yaml")]
    for _ in range(60):
        path = drawn.choice(plain)

        assert kubernetes.read(Tree.of({**files, path: _mutated(files[path], drawn)}, kubernetes.WORDS)) is not None


def test_hundreds_of_charts_are_read_up_to_a_bound_and_the_rest_is_told() -> None:
    """An app store is no deployment of anybody's own."""
    files = {
        path.replace("charts/chat", f"charts/app{number}"): text.replace("name: chat\n", f"name: chat{number}\n")
        for number in range(60)
        for path, text in test_charts.FILES.items()
    }
    found = kubernetes.read(Tree.of(files, kubernetes.WORDS))

    assert 40 == len([hop for hop in found.hops if hop.platform == "ingress-nginx"])
    assert ["there are more charts than a scan follows"] == [note.reason for note in found.not_read]


def test_hundreds_of_manifests_are_looked_through_once() -> None:
    """Which Service selects which pods is found once, however many Ingresses ask."""
    files = {f"k8s/app{number}.yaml": samples.APP.replace("chat", f"chat{number}") for number in range(150)}
    files |= {
        f"k8s/in{number}.yaml": samples.ingress("nginx")
        .replace("web", f"web{number}")
        .replace("name: chat", f"name: chat{number}")
        for number in range(150)
    }
    found = kubernetes.read(Tree.of(files, kubernetes.WORDS))

    assert (150, 300) == (len(found.processes), len(found.hops))
    assert 150 == len({process.host for process in found.processes})

"""Every platform of the knowledge base is recognised in a repository as its users write them, and in nothing that is like it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from pkgutil import iter_modules

import pytest
import yaml

from advisor import advise, deployment, stack
from advisor.knowledge import load
from advisor.model import Hop
from advisor.options import load_options
from advisor.recognition import KINDS, Sign, images, looked, signs_of
from advisor.tree import Tree

SAMPLES = Path(__file__).parent / "platforms"
NEARLY = Path(__file__).parent / "platform_twins.yaml"
PLATFORMS = load().platforms()
SIGNS = {platform: tuple(sign for sign in signs_of(load()) if sign.platform == platform) for platform in PLATFORMS}
UNSEEN = frozenset(platform for platform, signs in SIGNS.items() if {sign.kind for sign in signs} == {"unseen"})
"""Platforms whose profile says that no file shows them."""


@cache
def sample(platform: str) -> dict[str, str]:
    """The files of a platform's sample: path -> text."""
    top = SAMPLES / platform
    return {path.relative_to(top).as_posix(): path.read_text() for path in sorted(top.rglob("*")) if path.is_file()}


def hops(files: dict[str, str], platform: str | None = None) -> tuple[Hop, ...]:
    """The hops of a scan of these files; ``platform``: with the options that its sample's own configuration gives."""
    options = load_options(SAMPLES / platform if platform else SAMPLES / "nginx", {})
    return advise.advise(Tree.of(files, advise.words()), options).hops


def also(platform: str) -> set[str]:
    """What may be seen beside it: the hops that it brings along, and those for which the sample's own file gives a reason."""
    told = yaml.safe_load(sample(platform).get("expected.yaml", "{}"))
    service = {"kubernetes-service"} if any("kind: Service\n" in text for text in sample(platform).values()) else set()
    return {each.platform for each in load().platform(platform).implies} | set(told.get("also", {})) | service - {platform}


def test_every_platform_has_a_sample() -> None:
    """A profile without one is not known to be recognised, and a sample without a profile tests nothing."""
    assert set(PLATFORMS) == {folder.name for folder in SAMPLES.iterdir()}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_sample_is_recognised_as_its_platform(platform: str) -> None:
    """As that and as nothing else, but for hops that come along with it."""
    shown = {hop.platform: hop for hop in hops(sample(platform), platform)}

    assert {platform} == set(shown) - also(platform)
    assert (shown[platform].certainty == "weak") == (platform in UNSEEN)


@pytest.mark.parametrize("platform", sorted(UNSEEN))
def test_what_no_file_shows_is_only_assumed(platform: str) -> None:
    """Without the sample's own ``[assume] hop`` nothing is seen."""
    assert () == tuple(hop for hop in hops(sample(platform)) if hop.platform == platform)


@pytest.mark.parametrize("platform", sorted(set(PLATFORMS) - UNSEEN))
def test_a_sample_shows_a_sign_of_its_profile(platform: str) -> None:
    """The page's "recognised by" is true: one of its signs really stands in the sample."""
    assert seen(platform)


def test_every_kind_of_sign_is_shown_by_some_sample() -> None:
    """A kind that no sample has is not known to work."""
    shown = {sign.kind for platform in set(PLATFORMS) - UNSEEN for sign in seen(platform)}

    assert set(KINDS) == shown | {sign.kind for platform in UNSEEN for sign in SIGNS[platform]}


@cache
def seen(platform: str) -> tuple[Sign, ...]:
    """The signs of the platform's profile that its sample holds, whoever reads them."""
    own = SIGNS[platform]
    words = {word for sign in own for word in (sign.value, images.word(sign), f"kind: {sign.value}", *sign.words)}
    tree = Tree.of(sample(platform), (words - {""}) | advise.words())
    return tuple({each.sign: None for each in looked(tree, own, load(), stack.detect(tree))})


def test_a_sign_that_a_reader_reads_names_that_reader() -> None:
    """``read_by`` is a module of the package that reads deployments."""
    readers = {module.name for module in iter_modules(deployment.__path__)}

    assert set() == {sign.read_by for signs in SIGNS.values() for sign in signs if sign.read_by} - readers


def test_a_sign_in_words_is_asked_as_data() -> None:
    """What ``shows`` tells a person is what ``has`` or ``words`` ask, where no reader reads it and it makes a hop."""
    raw = [(platform, entry) for platform, entries in load().recognised_by().items() for entry in entries]
    free = [entry for entry in raw if "shows" in entry[1] and not {"has", "words", "read_by", "host"} & set(entry[1])]

    assert [] == [entry for entry in free if entry[1]["certainty"] != "weak"]


@pytest.mark.parametrize("platform", sorted(set(PLATFORMS) - UNSEEN))
def test_an_example_in_the_documentation_deploys_nothing(platform: str) -> None:
    """The same files below docs/ are somebody's explanation."""
    moved = {f"docs/examples/{path}": text for path, text in sample(platform).items()}

    assert [] == [hop.id for hop in hops(moved) if hop.platform == platform and hop.scope == "production"]


@pytest.mark.parametrize("platform", sorted(set(PLATFORMS) - UNSEEN))
def test_a_word_in_a_readme_deploys_nothing(platform: str) -> None:
    """Not even with the files quoted in full."""
    quoted = "\n\n".join(f"`{path}`:\n\n```\n{text}```" for path, text in sample(platform).items())
    files = {"README.md": f"# Echo\n\nDeploy it to {load().platform(platform).name}.\n\n{quoted}\n", "main.go": "package main\n"}

    assert () == hops(files)


TWINS = {f"{twin['like']}: {twin['but']}": (twin["like"], twin["files"]) for twin in yaml.safe_load(NEARLY.read_text())}


@pytest.mark.parametrize(("platform", "files"), TWINS.values(), ids=TWINS)
def test_what_is_only_like_it_is_not_recognised(platform: str, files: dict[str, str]) -> None:
    """A hop that is not there costs more trust than one that is missed; a weak hint may stand."""
    assert [] == [hop.id for hop in hops(files) if hop.platform == platform and hop.certainty != "weak"]

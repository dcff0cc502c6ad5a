"""The image that a host runs -> which directory of the tree it is built from, where names show it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from posixpath import basename, dirname

from advisor.deployment.programs import ImageName
from advisor.deployment.terraform.attributes import word
from advisor.deployment.terraform.estate import Estate

_REPOSITORY = re.compile(r"aws_ecr_repository\.([\w-]+)")
_COMPUTED = re.compile(r"\$\{|\(|\?|aws_ecr_repository|\b(var|local|module|each|data)\.|\.value\b")
_OWN_REGISTRY = (".dkr.ecr.", "gcr.io/", "-docker.pkg.dev/", ".azurecr.io/")


def root_of(estate: Estate, image: str | None, names: Iterable[str | None]) -> tuple[str, bool]:
    """The directory whose code the image holds (``.`` where names do not show it), and whether this tree builds it.

    A container, repository or service that is called like the only directory of that name with a Dockerfile runs what that
    directory builds. A literal image from a registry that is nobody's own is somebody else's.
    """
    folders = {dirname(path) for path in estate.tree.named("Dockerfile", "*.Dockerfile", "Dockerfile.*")}
    for name in (*names, *_repositories(estate, image)):
        found = [folder for folder in folders if folder and name and _alike(basename(folder), name)]
        if len(found) == 1:
            return found[0], True
    if image is None or _COMPUTED.search(image):
        return ".", True
    return ".", any(sign in image for sign in _OWN_REGISTRY) and ImageName.of(image).proxy is None


def _repositories(estate: Estate, image: str | None) -> Iterator[str]:
    for match in _REPOSITORY.finditer(image or ""):
        for repository in estate.of("aws_ecr_repository"):
            if repository.name == match[1]:
                yield basename(word(repository.body, "name") or "")
        yield match[1]
    last = basename(image or "").partition(":")[0]
    if last and not _COMPUTED.search(last):
        yield ImageName.of(last).base


def _alike(folder: str, name: str) -> bool:
    """``backend`` and ``backend``, ``shop-backend``, ``shop_backend`` or ``backend-service``."""
    ours, theirs = folder.lower().replace("_", "-"), name.lower().replace("_", "-")
    return ours == theirs or theirs.endswith(f"-{ours}") or theirs in (f"{ours}-service", f"{ours}-container", f"{ours}-app")

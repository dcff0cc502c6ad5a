"""Files in memory -> the deployment that they show."""

from __future__ import annotations

from advisor import deployment
from advisor.model import Deployment, Hop, Process
from advisor.tree import Tree


def read(files: dict[str, str], **assume: str) -> Deployment:
    return deployment.read(Tree.of(files, deployment.words()), assume)


def hops(files: dict[str, str]) -> dict[str, Hop]:
    """The hops by platform; of two with the same platform the last."""
    return {hop.platform: hop for hop in read(files).hops}


def processes(files: dict[str, str]) -> dict[str, Process]:
    """The processes by the last piece of their id."""
    return {process.id.rsplit(":", 1)[-1]: process for process in read(files).processes}


def chosen(files: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Scope and environment of every file that was taken for deployment."""
    return {file.file: (file.scope, file.environment) for file in read(files).files}

"""Ids that a release has shipped still exist: scripts and configurations name them."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.knowledge.checks.problem import Data, Problem


def check(data: Data) -> Iterator[Problem]:
    released: list[str] = data.files.get("released", {}).get("ids", [])
    known = {profile["id"] for _, profile in data.profiles()}
    for id in released:
        if id not in known:
            yield Problem("released.yaml", f"{id} was released and has no profile any more; keep it as moved or sunset")
    for id in sorted({id for id in released if released.count(id) > 1}):
        yield Problem("released.yaml", f"{id} stands there twice")

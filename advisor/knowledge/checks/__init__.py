"""The checks of the knowledge base: one small module each, ``check(data)`` -> the problems it found.

``shape`` comes first and alone where it finds something: the others rely on the form. All are found by folder scan.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from importlib import import_module
from typing import Any

from advisor.knowledge.checks import shape
from advisor.knowledge.checks.problem import Data, Problem

__all__ = ["Data", "Problem", "checks", "run_checks"]

Check = Callable[[Data], Iterable[Problem]]
_OTHERS = frozenset({"problem", "shape"})


def checks() -> Mapping[str, Check]:
    """Every check but ``shape`` by the name of its module."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in _OTHERS)
    return {name: import_module(f"{__name__}.{name}").check for name in names}


def run_checks(files: Mapping[str, Any] | None = None, today: date | None = None) -> list[Problem]:
    """All problems of the data, by file. ``files``: as ``advisor.data.compile_folder`` gives it; without, the shipped data."""
    if files is None:
        from advisor.data import folder

        files = folder("platforms")
    data = Data(files, today or date.today())
    problems = list(shape.check(data))
    if not problems:
        problems = [problem for check in checks().values() for problem in check(data)]
    return sorted(problems)

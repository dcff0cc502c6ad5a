"""Platform id -> the module that answers a virtual handshake the way that program does.

Every module or package in this folder is named after its platform (``aws-alb`` would be ``aws_alb``) and offers
``trace(config, request, version, ...) -> Outcome``; a proxy that data can describe has none and is driven by its profile.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType


@cache
def names() -> frozenset[str]:
    """Ids of the platforms whose behaviour is written here."""
    return frozenset(found.name.replace("_", "-") for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_"))


def of(platform: str) -> ModuleType | None:
    """The module for a platform id, or ``None`` where its profile says all there is."""
    return import_module(f"{__name__}.{platform.replace('-', '_')}") if platform in names() else None

"""Platform id -> the module that answers a virtual handshake the way that program does.

Every module or package in this folder is named after its platform (``aws-alb`` would be ``aws_alb``) and offers
``load(main, read, glob) -> config``, ``trace(config, request, version, ...) -> Outcome``, ``servers(config)`` (its public sides),
``routes(config)`` (where it leads) and the blocks to paste of its own file format, ``upgrade_block``, ``route_block`` and
``timeout_block``. A proxy that data can describe has no module and is driven by its profile.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

from advisor.model import Address, Listen, Place


@dataclass(frozen=True, slots=True)
class Route:
    """Where a proxy leads some of its requests: the public side and a sample path that get there, and the address."""

    listen: Listen
    sample: str
    address: Address
    place: Place


@cache
def names() -> frozenset[str]:
    """Ids of the platforms whose behaviour is written here."""
    return frozenset(found.name.replace("_", "-") for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_"))


def of(platform: str) -> ModuleType | None:
    """The module for a platform id, or ``None`` where its profile says all there is."""
    return import_module(f"{__name__}.{platform.replace('-', '_')}") if platform in names() else None

"""Platform id -> the module that answers a virtual handshake the way that program does.

Every package in this folder is named after its platform (``aws-alb`` would be ``aws_alb``) and offers
``load(main, read, glob) -> config``, ``trace(config, request, version, ...) -> Outcome``, ``servers(config)`` (its public sides),
``routes(config)`` (where it leads) and the blocks to paste of its own file format, ``upgrade_block``, ``route_block`` and
``timeout_block``. Its ``LAYOUT`` tells how its files lie on a machine. A proxy that data can describe has no package and is
driven by its profile. Plain modules hold what several of them need.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
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


@dataclass(frozen=True, slots=True)
class Layout:
    """How a program's configuration lies on a machine, and how a file of it is recognised."""

    kind: str
    """The program's short name (``apache`` for ``apache-httpd``)."""
    roots: tuple[str, ...]
    """Its usual configuration directories (``/etc/nginx``)."""
    mains: tuple[str, ...]
    """Usual names of the main file, the likeliest first; globs of file names are allowed behind exact names."""
    parts: tuple[str, ...] = ()
    """Globs, below the root, of the files that the shipped main file reads."""
    folders: frozenset[str] = frozenset()
    """Names of directories below the root that hold parts (``conf.d``): a file in one has its root above it."""
    recognises: Callable[[str], bool] = lambda text: False
    """True where a text of whatever name is a configuration of this program or a part of one."""


BUILT_ON = {"openresty": "nginx"}
"""Platforms that are another one with more in it: its package answers for them too. Their version begins with its own
(OpenResty 1.27.1.2 holds nginx 1.27.1)."""


def behaves_like(platform: str) -> str:
    """The id of the platform whose package answers for this one."""
    return BUILT_ON.get(platform, platform)


@cache
def layouts() -> dict[str, tuple[str, Layout]]:
    """Kind -> platform id and layout, of every program whose behaviour is written here."""
    found = ((platform, getattr(of(platform), "LAYOUT", None)) for platform in sorted(names()))
    return {layout.kind: (platform, layout) for platform, layout in found if layout is not None}


@cache
def names() -> frozenset[str]:
    """Ids of the platforms whose behaviour is written here."""
    return frozenset(found.name.replace("_", "-") for found in pkgutil.iter_modules(__path__) if found.ispkg)


def of(platform: str) -> ModuleType | None:
    """The module for a platform id, or ``None`` where its profile says all there is."""
    acting = behaves_like(platform)
    return import_module(f"{__name__}.{acting.replace('-', '_')}") if acting in names() else None

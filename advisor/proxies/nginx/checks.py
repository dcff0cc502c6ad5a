"""A configuration -> what nginx would refuse to start with, in its own words.

Only what the files alone prove is told: names that do not resolve, certificates and ports are the machine's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from advisor.formats.nginx import Directive
from advisor.model import Place
from advisor.proxies.nginx.blocks import Compiled, compiled
from advisor.proxies.nginx.load import Config
from advisor.proxies.nginx.variables import is_builtin, is_placeholder, names_in


@dataclass(frozen=True, slots=True)
class Fault:
    """Why nginx does not start."""

    reason: str
    place: Place | None


def faults(config: Config, environment: Mapping[str, str] | None = None) -> tuple[Fault, ...]:
    """Everything that keeps this configuration from starting, the first one first."""
    return tuple(Fault(problem.reason, problem.place) for problem in config.problems)


SCRIPTS = frozenset({"proxy_pass", "proxy_set_header", "return", "rewrite", "set", "if", "map", "try_files", "add_header"})


def undefined(blocks: Compiled) -> tuple[tuple[str, Place], ...]:
    return ()


def _unused(directives: tuple[Directive, ...]) -> Iterator[str]:
    yield from ()


__all__ = ["Fault", "compiled", "faults", "is_builtin", "is_placeholder", "lru_cache", "names_in", "undefined"]

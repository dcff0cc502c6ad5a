"""The rules: small modules ``wsNNN_name.py``, found by folder scan, each from a walked scan to findings.

A module states ``ID``, ``NAME`` and ``SEVERITY`` (that of the worst case), may state ``OVER`` (ids of the rules that it makes
silent at the same hop of the same path, being the more specific one) and with ``covers(scan, finding) -> bool`` for which of
its findings that holds, may state ``WORDS`` (literals, one of which stands in every file that it reads by itself), and
defines ``check(scan) -> Iterator[Finding]``. Its docstring is the rule's page: the first line a summary, then what is wrong,
why, and what to do.

Rules speak of paths, steps and limits; no platform's name stands here. Excerpts, fingerprints, inline ignores and the scope
of a path are added for all of them alike by ``advisor.advise``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from advisor.model import Finding, Severity
from advisor.rules.scan import Scan


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue."""

    id: str
    name: str
    severity: Severity
    summary: str
    doc: str
    over: tuple[str, ...]
    check: Callable[[Scan], Iterator[Finding]]
    covers: Callable[[Scan, Finding], bool] = lambda scan, finding: True


@cache
def _modules() -> tuple[ModuleType, ...]:
    return tuple(import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__) if found.name.startswith("ws"))


def words() -> frozenset[str]:
    """The literals that the walk must look for, so that rules find the files that they read by themselves."""
    return frozenset(word for module in _modules() for word in getattr(module, "WORDS", ()))


@cache
def catalogue() -> tuple[Rule, ...]:
    """All rules by id."""
    rules = (
        Rule(
            module.ID,
            module.NAME,
            module.SEVERITY,
            (module.__doc__ or "").strip().splitlines()[0],
            (module.__doc__ or "").strip(),
            tuple(getattr(module, "OVER", ())),
            module.check,
            *([module.covers] if hasattr(module, "covers") else []),
        )
        for module in _modules()
    )
    return tuple(sorted(rules, key=lambda rule: rule.id))


def check(scan: Scan) -> tuple[Finding, ...]:
    """What all rules find, a general rule silent where a more specific one speaks of the same fault."""
    found = [(rule, finding) for rule in catalogue() for finding in rule.check(scan)]
    specific = [(rule.over, finding) for rule, finding in found if rule.over and rule.covers(scan, finding)]
    return tuple(
        finding for rule, finding in found if not any(rule.id in over and _same_fault(finding, other) for over, other in specific)
    )


def _same_fault(general: Finding, specific: Finding) -> bool:
    """True where both speak of one hop's file on one path, or the specific one names the general one's place."""
    named = {specific.place, *(each.place for each in specific.related)}
    return general.place in named or (general.path == specific.path and general.place.file == specific.place.file)

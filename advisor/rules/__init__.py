"""The rules: small modules ``wsNNN_name.py``, found by folder scan, each from a walked scan to findings.

A module states ``ID``, ``NAME`` and ``SEVERITY`` (that of the worst case), may state ``OVER`` (ids of the rules that it makes
silent at the same hop of the same path, being the more specific one) and with ``covers(scan, finding) -> bool`` for which of
its findings that holds, may state ``WORDS`` (literals, one of which stands in every file that it reads by itself) and
``OF_CODE = True`` (what it finds is put right in the app's own code or start command, so that it is silent for a published
image), and defines ``check(scan) -> Iterator[Finding]``. Its docstring is the rule's page: the first line a summary, then what
is wrong, why, and what to do.

Rules speak of paths, steps and limits; no platform's name stands here. Excerpts, fingerprints, inline ignores and the scope
of a path are added for all of them alike by ``advisor.advise``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from advisor.model import Finding, Related, Severity
from advisor.published import of as image_of
from advisor.rules.scan import Scan
from advisor.rules.ws903_fact_stale import aged
from advisor.stack.library import Library


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
    of_code: bool
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
            getattr(module, "OF_CODE", False),
            *([module.covers] if hasattr(module, "covers") else []),
        )
        for module in _modules()
    )
    return tuple(sorted(rules, key=lambda rule: rule.id))


def check(scan: Scan) -> tuple[Finding, ...]:
    """What all rules find, a general rule silent where a more specific one speaks of the same fault."""
    images = {path.id: library for path in scan.paths if (library := image_of(path.app)) is not None}
    of_own = replace(scan, paths=tuple(path for path in scan.paths if path.id not in images))
    given = ((rule, of_own if rule.of_code else scan) for rule in catalogue())
    found = [(rule, _fitted(finding, images.get(finding.path or ""))) for rule, seen in given for finding in rule.check(seen)]
    specific = [(rule.over, finding) for rule, finding in found if rule.over and rule.covers(scan, finding)]
    kept = [
        finding for rule, finding in found if not any(rule.id in over and _same_fault(finding, other) for over, other in specific)
    ]
    return (*kept, *aged(scan, (finding for finding in kept if finding.severity != "info")))


def _fitted(finding: Finding, image: Library | None) -> Finding:
    """A finding on a path to a published image is the proxy's matter, and quieter where the image is of use without sockets."""
    if image is None:
        return finding
    seen = tuple(replace(each, message="this image takes the sockets") if _is_app(each) else each for each in finding.related)
    finding = replace(finding, who="proxy" if finding.who == "app" else finding.who, related=seen)
    if not image.without or finding.severity != "error":
        return finding
    why = (*finding.why, f"{image.name} opens without sockets as well, but then {image.without}")
    return replace(finding, severity="warning", verdict="degrades" if finding.verdict == "breaks" else finding.verdict, why=why)


def _is_app(related: Related) -> bool:
    return related.message.startswith(("the app listens here", "the app accepts sockets here"))


def _same_fault(general: Finding, specific: Finding) -> bool:
    """True where both speak of one hop's file on one path, or the specific one names the general one's place."""
    named = {specific.place, *(each.place for each in specific.related)}
    return general.place in named or (general.path == specific.path and general.place.file == specific.place.file)

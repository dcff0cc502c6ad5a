"""A path and a dimension -> what holds on it there: one value in words, with its facts, whoever decides it.

Numbers combine along the path as ``platforms/dimensions.yaml`` says; the app's own limits are left out, as they move with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from advisor.knowledge.statements import Dimension, Special, Statement
from advisor.limits import fold
from advisor.model import Forward, Hop, Path, Setting
from advisor.rules.scan import Scan

_OF_PROCESS = frozenset(
    "deploy_signal deploy_grace deploy_mode scale_to_zero instance_model shared_state billing_model local_development".split()
)
"""Dimensions that are about what runs the app; what a hop in front does with its own process is another matter."""
HOSTS = frozenset({"application_host", "function_host", "edge_runtime", "api_gateway"})
"""Kinds of platform that run code, or stand for what runs it."""
_HEADER = re.compile(r"(?:X-)?[A-Za-z][A-Za-z0-9-]*")
NO_LIMIT, NOT_KNOWN = "no limit", "not known"
_SIZES = ((1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB"))
_TIMES = ((86400, "d"), (3600, "h"), (60, "min"))


@dataclass(frozen=True, slots=True)
class Held:
    """What holds. ``value`` is a number, a keyword, :data:`Special.NONE` (no such limit), or ``None``: not known."""

    dimension: Dimension
    value: Any
    told: str
    facts: tuple[str, ...]
    reset_by: str | None = None
    can_be: tuple[str, ...] = ()
    note: str = ""
    open: str = ""
    """On what it hangs, where the files do not settle it."""
    fixed: bool = False
    """True where no file can change it."""
    most: float | None = None
    by: str = ""
    """Name of the hop that decides."""

    @property
    def number(self) -> float | None:
        return float(self.value) if isinstance(self.value, int | float) and not isinstance(self.value, bool) else None

    @property
    def is_known(self) -> bool:
        return self.value is not None


def held(scan: Scan, path: Path, name: str, host: Hop | None = None) -> Held | None:
    """What holds for a dimension on a path; ``None`` where no hop's profile says anything about it.

    ``host``: what runs the app behind the last hop, where no file of the path shows it.
    """
    dimension = scan.knowledge.dimensions[name]
    if dimension.combine in ("min", "max"):
        return _folded(scan, path, dimension)
    hops = [*path.hops, *([host] if host is not None else [])]
    if name in _OF_PROCESS:
        hops = [hop for hop in hops if _runs_code(scan, hop)]
    inside = {step.hop.id: step.outcome.settings for step in path.steps if isinstance(step.outcome, Forward)}
    ordered = _asked(tuple(hops), dimension.combine)
    found = [one for hop in ordered if (one := _at(scan, hop, dimension, inside.get(hop.id, ()))) is not None]
    if not found:
        return None
    if dimension.combine in ("all", "any") and dimension.best_first:
        ranked = sorted(found, key=lambda one: _rank(one, dimension), reverse=dimension.combine == "all")
        return ranked[0]
    return found[0]


def rank(one: Held, *, obtainable: bool) -> int:
    """Where the value, or the best that can be had, stands in the order of its dimension; larger is worse."""
    return _rank(one, one.dimension, obtainable=obtainable)


def _runs_code(scan: Scan, hop: Hop) -> bool:
    return hop.platform in scan.knowledge.platforms() and scan.knowledge.platform(hop.platform).kind in HOSTS


def _rank(one: Held, dimension: Dimension, *, obtainable: bool = True) -> int:
    words = (str(one.value), *(one.can_be if obtainable else ()))
    ranks = [number for number, group in enumerate(dimension.best_first) for word in words if word in group]
    return min(ranks, default=len(dimension.best_first))


def _asked(hops: tuple[Hop, ...], combine: str) -> Iterable[Hop]:
    return hops if combine in ("nearest_to_client", "all", "any") else reversed(hops)


def _at(scan: Scan, hop: Hop, dimension: Dimension, inside: tuple[Setting, ...] = ()) -> Held | None:
    known = scan.fact(hop, dimension.key)
    if known.kind == "absent":
        return None
    statements = [known.statement] if known.statement else [each for _, each in known.branches]
    if not statements:
        return None
    profile = scan.knowledge.platform(hop.platform)
    keys = profile.sets(dimension.key, scan.ways.conditions.of(hop))
    settings = [each for each in (*inside, *hop.settings) if (each.format, each.key) in keys]
    setting = next(iter(settings), None)
    first = statements[0]
    fact = (first.id,)
    if dimension.type == "names" and settings:
        names = (
            *(first.value if isinstance(first.value, tuple) else ()),
            *(found[0] for each in settings if (found := _HEADER.match(each.value))),
        )
        return Held(dimension, tuple(dict.fromkeys(names)), ", ".join(dict.fromkeys(names)), fact, by=hop.name)
    if setting is not None and _is_value(setting.amount, dimension):
        told = say(setting.amount, dimension.unit)
        return Held(dimension, setting.amount, told, fact, first.reset_by, first.can_be, first.note, most=first.max, by=hop.name)
    if known.kind == "several":
        told = "; ".join(f"{say(each.value, dimension.unit)} if {when}" for when, each in known.branches)
        worst = _worst(statements, dimension)
        value = None if isinstance(worst.value, Special) and worst.value is not Special.NONE else worst.value
        return Held(dimension, value, told, fact, worst.reset_by, worst.can_be, worst.note, known.reason, not keys, by=hop.name)
    value = None if known.kind == "unknown" else first.value
    told = say(first.value, dimension.unit)
    return Held(
        dimension, value, told, fact, first.reset_by, first.can_be, first.note, fixed=not keys, most=first.max, by=hop.name
    )


def _is_value(amount: object, dimension: Dimension) -> bool:
    if dimension.type == "text":
        return False
    if dimension.options:
        return isinstance(amount, str) and amount in dimension.options
    return isinstance(amount, int | float) and not isinstance(amount, bool)


def _worst(statements: list[Statement], dimension: Dimension) -> Statement:
    order = [word for group in dimension.best_first for word in group]
    numbers = [each for each in statements if isinstance(each.value, int | float) and not isinstance(each.value, bool)]
    if numbers:
        return min(numbers, key=lambda each: float(each.value))  # type: ignore[arg-type]
    return max(statements, key=lambda each: order.index(str(each.value)) if str(each.value) in order else -1)


def _folded(scan: Scan, path: Path, dimension: Dimension) -> Held | None:
    """The smallest number of all hops; no limit only where every hop is known to have none."""
    inside = {step.hop.id: step.outcome.settings for step in path.steps if isinstance(step.outcome, Forward)}
    each = [one for hop in path.hops if (one := _at(scan, hop, dimension, inside.get(hop.id, ()))) is not None]
    if not each:
        return None
    limits = fold(path.steps, None, (), scan.knowledge, scan.ways.conditions)
    limit = next((limit for limit in limits if limit.dimension == dimension.key), None)
    if limit is not None and isinstance(limit.value, int | float):
        by = next((one for one in each if limit.decided_by.fact in one.facts), each[0])
        told = say(limit.value, dimension.unit) + (f" if {limit.depends_on}" if limit.depends_on else "")
        facts = (limit.decided_by.fact,) if limit.decided_by.fact else by.facts
        return Held(
            dimension,
            limit.value,
            told,
            facts,
            limit.reset_by,
            (),
            by.note,
            limit.depends_on or "",
            by.fixed,
            by.most,
            _name(path, limit.decided_by.hop) or by.by,
        )
    unknown = next((one for one in each if not one.is_known), None)
    return unknown or each[-1]


def _name(path: Path, hop: str | None) -> str:
    return next((each.name for each in path.hops if each.id == hop), "")


def say(value: object, unit: str | None) -> str:
    """A value in words: ``90``, ``s`` -> ``90 s``; ``131072``, ``bytes`` -> ``128 KiB``."""
    if value is None or value in (Special.UNKNOWN, Special.UNPUBLISHED):
        return "not published" if value is Special.UNPUBLISHED else NOT_KNOWN
    if value is Special.NONE:
        return NO_LIMIT if unit else "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, int | float):
        scale = _SIZES if unit == "bytes" else _TIMES if unit == "s" else ()
        for size, name in scale:
            if value >= size and value % size == 0 and (unit == "bytes" or value > size):
                return f"{value / size:g} {name}"
        number = f"{value:,.0f}" if float(value).is_integer() else f"{value:g}"
        return f"{number} {unit}" if unit in ("s", "bytes") else f"{number}{'/s' if unit == 'count/s' else ''}"
    return str(value).replace("_", " ")

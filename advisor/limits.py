"""The hops of a path and its app -> the effective value of every limit: who decides it, and who decides next.

Nothing here knows a platform or a dimension by name, but for the app's own three: which dimensions there are, how they
combine and which key of a file sets them stands in ``platforms/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from advisor.knowledge import Knowledge, Known
from advisor.knowledge.statements import FactValue, Statement
from advisor.model import Bound, DecidedBy, Forward, Hop, Limit, Setting, Step, Use, Value, onward
from advisor.stack.library import libraries

APP = "app"


@dataclass(frozen=True, slots=True)
class _Bound:
    """One hop's (or the app's) value for a dimension; ``value`` ``None`` where a file sets it to something not shown."""

    by: DecidedBy
    value: float | None
    reset_by: str | None = None
    depends_on: str | None = None
    others: tuple[tuple[Value, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Conditions:
    """What decides between statements of the knowledge base: the date, and what files or ``--assume`` say."""

    at: date
    assume: Mapping[str, str]

    def of(self, hop: Hop) -> dict[str, str]:
        """Conditions for one hop: what its files show, then what is assumed for it (``vercel.plan=hobby``, ``plan=hobby``)."""
        given = dict(hop.conditions)
        for key, value in self.assume.items():
            scope, _, name = key.rpartition(".")
            if scope in ("", hop.platform) and name not in ("version", "hop", "replicas"):
                given.setdefault(name, value)
        return given

    def version(self, hop: Hop, knowledge: Knowledge) -> str | None:
        """The hop's version: assumed, shown, or for a moving tag the release that is current at the date."""
        assumed = self.assume.get(f"{hop.platform}.version")
        if assumed or not hop.floating:
            return assumed or hop.version
        return knowledge.platform(hop.platform).current(hop.version or "latest", self.at)

    def ask(self, knowledge: Knowledge, hop: Hop, dimension: str) -> Known:
        """What holds for a hop; ``absent`` where there is no profile of it."""
        if hop.platform not in knowledge.platforms():
            return Known("absent", reason=f"there is no profile of {hop.platform}")
        return knowledge.fact(hop.platform, dimension, at=self.at, version=self.version(hop, knowledge), **self.of(hop))


def fold(
    steps: Iterable[Step],
    server: Use | None,
    own: Iterable[tuple[str, Setting]],
    knowledge: Knowledge,
    conditions: Conditions,
    program: str = "",
) -> tuple[Limit, ...]:
    """The limits in force along a path.

    ``own``: dimensions that the program sets which runs the app (``idle_timeout``, setting), ``program``: its name. What the
    app's own library sets is taken from ``server``, else from what is known of the library.
    """
    walked = tuple(steps)
    settings = [*_library(server), *((program, name, setting) for name, setting in own)]
    limits = []
    for name, dimension in knowledge.dimensions.items():
        if dimension.combine not in ("min", "max"):
            continue
        bounds = [bound for step in walked if (bound := _bound(step, name, knowledge, conditions)) is not None]
        bounds += [bound for who, key, setting in settings if key == name and (bound := _of_app(who, setting)) is not None]
        if bounds:
            limits.append(_combined(name, dimension.unit, bounds, largest=dimension.combine == "max"))
    return tuple(limits)


def _bound(step: Step, dimension: str, knowledge: Knowledge, conditions: Conditions) -> _Bound | None:
    hop = as_taken(step)
    if hop.platform not in knowledge.platforms():
        return None
    known = conditions.ask(knowledge, hop, dimension)
    forward = onward(step.outcome)
    settings = (*(forward.settings if forward else ()), *hop.settings)
    held = [("", known.statement)] if known.statement is not None else list(known.branches)
    keys = knowledge.platform(hop.platform).sets(dimension, conditions.of(hop))
    setting = next((setting for setting in settings if (setting.format, setting.key) in keys), None)
    if setting is not None:
        bound = _configured(hop, dimension, setting, _reset(held[0][1] if held else None, forward))
        open_words = keys[setting.format, setting.key]
        return replace(bound, depends_on=bound.depends_on or open_words) if bound is not None and open_words else bound
    by = DecidedBy(hop.platform, "default", hop.id, None, f"{hop.platform}/{dimension}")
    numbers = [(number, text, each) for text, each in held if (number := _number(each.value)) is not None]
    if not numbers:
        return None
    least, when, statement = min(numbers, key=lambda each: each[0])
    others = tuple((_told(each.value), text) for text, each in held if text != when)
    return _Bound(by, least, _reset(statement, forward), depends_on=when or None, others=others)


def _configured(hop: Hop, dimension: str, setting: Setting, reset_by: str | None) -> _Bound | None:
    """What a file sets: a number, nothing where 0 takes the limit away, or something that the files do not show."""
    by = DecidedBy(hop.platform, "configured", hop.id, setting.place, f"{hop.platform}/{dimension}")
    amount = _number(setting.amount)
    if amount is None:
        return _Bound(by, None, reset_by, depends_on=f"{setting.key} = {setting.value}")
    return _Bound(by, amount, reset_by) if amount else None


def _reset(statement: Statement | None, forward: Forward | None) -> str | None:
    """What resets the clock: as the program's own configuration has it, else as is stated; ``None`` for what is no clock."""
    stated = statement.reset_by if statement is not None else None
    return forward.idle_reset_by if stated is not None and forward is not None and forward.idle_reset_by != "any" else stated


def as_taken(step: Step) -> Hop:
    """The hop with the conditions that hold for the request it forwarded."""
    forward = onward(step.outcome)
    if forward is None or not forward.conditions:
        return step.hop
    return replace(step.hop, conditions=(*forward.conditions, *step.hop.conditions))


def _library(server: Use | None) -> Iterator[tuple[str, str, Setting]]:
    """Name, dimension and setting for the limits of the app's own library: as the code sets them, else by default."""
    if server is None:
        return
    known = libraries().get(server.library)
    pairs = (
        ("idle_timeout", server.idle, known.idle_s if known else None),
        ("max_connection_duration", server.lifetime, known.lifetime_s if known else None),
        ("max_message_size", server.max_message, known.max_message if known else None),
    )
    for dimension, setting, default in pairs:
        if setting is not None:
            yield server.name, dimension, setting
        elif default is not None:
            yield server.name, dimension, Setting(dimension, f"{default:g}", server.place, default, "default")


def _of_app(name: str, setting: Setting) -> _Bound | None:
    """A limit of the app's own; 0 takes it away."""
    default = setting.format == "default"
    by = DecidedBy(APP, "default" if default else "configured", None, setting.place, setting.key, name)
    amount = _number(setting.amount)
    if amount is None:
        return _Bound(by, None, "any", depends_on=f"{setting.key} = {setting.value}")
    return _Bound(by, amount, "any") if amount > 0 else None


def _told(value: FactValue) -> Value:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _combined(dimension: str, unit: str | None, bounds: list[_Bound], *, largest: bool) -> Limit:
    """The first bound decides; one that hangs on something not shown decides nothing, but is told."""
    known = sorted((bound for bound in bounds if bound.value is not None), key=lambda bound: bound.value or 0, reverse=largest)
    open_ones = [bound for bound in bounds if bound.value is None]
    along = tuple(Bound(bound.by, bound.value, bound.reset_by) for bound in bounds if bound.value is not None)
    if not known:
        first = open_ones[0]
        return Limit(dimension, None, unit, first.by, first.reset_by, depends_on=first.depends_on)
    first = known[0]
    following = next((bound for bound in known[1:] if _who(bound.by) != _who(first.by)), None)
    return Limit(
        dimension,
        first.value,
        unit,
        first.by,
        first.reset_by,
        (following.by, following.value) if following else None,
        first.depends_on or (open_ones[0].depends_on if open_ones else None),
        first.others,
        along,
    )


def _who(by: DecidedBy) -> tuple[str | None, str, str]:
    return by.hop, by.platform, by.name

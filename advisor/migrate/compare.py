"""One app, every host -> a row each: whether it runs there, the reason that decides, what would change, what it costs by.

A row is a plan boiled down: the same walk of the same planned deployment, so ``wsadvise plan --to ID`` tells the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from advisor import __version__
from advisor.knowledge import Knowledge, Special
from advisor.migrate import planned
from advisor.migrate.held import HOSTS
from advisor.migrate.plan import Item, Plan, Size
from advisor.migrate.situation import Side, today
from advisor.options import Options
from advisor.tree import Tree

Verdict = Literal["works", "works_with_changes", "cannot", "depends"]
_KINDS = (HOSTS - {"api_gateway"}) | {"static_host"}
"""What can be a new home by itself; other kinds stand in front of one."""
_ORDER: tuple[Verdict, ...] = ("works", "works_with_changes", "depends", "cannot")
_SIZES: tuple[Size, ...] = ("small", "medium", "large")
_LIMITS = ("idle_timeout", "max_connection_duration", "max_message_size")


@dataclass(frozen=True, slots=True)
class Row:
    """One host against this app."""

    platform: str
    name: str
    verdict: Verdict
    because: str
    changes: tuple[str, ...] = ()
    effort: Size = "small"
    cost: str = ""
    """By what the host bills an open socket, in words; empty where it is not known."""
    limits: tuple[tuple[str, str], ...] = ()
    """Dimension and value in words, for those that every socket meets."""
    here: bool = False
    """True where the app runs there today."""
    written: bool = False
    """True where ``wsadvise plan`` writes the files for it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every row, the hosts that fit best first; without ``apps`` there is nothing to compare, and ``sentence`` says why."""

    sentence: str
    apps: tuple[str, ...]
    rows: tuple[Row, ...]
    as_of: str
    version: str
    knowledge_version: str


def compare(
    tree: Tree, options: Options, platforms: Iterable[str] = (), progress: Callable[[int], None] | None = None
) -> Comparison:
    """The app of a tree against ``platforms`` (ids that exist), or against every host there is a profile of."""
    before = today(tree, options)
    knowledge = before.scan.knowledge
    rows = []
    apps: tuple[str, ...] = ()
    for number, id in enumerate(tuple(platforms) or hosts(knowledge)):
        if progress is not None:
            progress(number)
        plan = planned(before, tree, options, id)
        if plan.fits == "no_websocket":
            return _answer(before, (), (), options, plan.sentence)
        apps = plan.apps
        rows.append(_row(plan, before, options))
    ordered = sorted(rows, key=lambda row: (_ORDER.index(row.verdict), _SIZES.index(row.effort), len(row.changes), row.name))
    return _answer(before, apps, tuple(ordered), options, _sentence(apps, ordered))


def hosts(knowledge: Knowledge) -> tuple[str, ...]:
    """Ids of the platforms that can be a new home and are not gone."""
    every = (knowledge.platform(id) for id in knowledge.platforms())
    return tuple(each.id for each in every if each.kind in _KINDS and each.lifecycle.status not in ("moved",))


def _row(plan: Plan, before: Side, options: Options) -> Row:
    changes = [each for each in (*plan.must, *plan.should) if _counts(each, plan.to)]
    hanging = [item for item in plan.watch if item.text.startswith("The websocket support hangs")]
    verdict: Verdict = "works"
    if plan.fits == "cannot":
        verdict = "cannot"
    elif hanging or plan.fits == "depends":
        verdict = "depends"
    elif changes or plan.fits == "rewrite":
        verdict = "works_with_changes"
    limits = _limits(plan, before, options)
    return Row(
        plan.to,
        plan.to_name,
        verdict,
        _because(plan, verdict, changes, hanging, limits),
        tuple(dict.fromkeys(each.text for each in changes)),
        plan.effort.size,
        _cost(plan.to, before, options),
        limits,
        plan.from_ == plan.to,
        bool(plan.files),
    )


def _counts(item: Item, host: str) -> bool:
    """True for what this host asks of the app: not for what holds wherever it runs, nor for the chores of any move."""
    by_host = any(fact.startswith(f"{host}/") for fact in item.facts)
    return by_host or (not item.today and (item.rule is not None or bool(item.facts)))


def _because(plan: Plan, verdict: Verdict, changes: list[Item], hanging: list[Item], limits: tuple[tuple[str, str], ...]) -> str:
    if verdict == "cannot":
        return plan.must[0].because[0] if plan.must and plan.must[0].because else plan.sentence
    if verdict == "depends":
        return hanging[0].text if hanging else plan.sentence
    if changes:
        return changes[0].text
    told = [f"{name.replace('_', ' ')} {value}" for name, value in limits]
    return f"nothing has to change; {', '.join(told)}" if told else "nothing has to change"


def _limits(plan: Plan, before: Side, options: Options) -> tuple[tuple[str, str], ...]:
    knowledge = before.scan.knowledge
    found = []
    for name in _LIMITS:
        known = knowledge.fact(plan.to, name, at=options.as_of)
        if known.statement is not None:
            found.append((name, _words(known.statement.value, known.statement.unit)))
        elif known.branches:
            found.append((name, "; ".join(f"{_words(each.value, each.unit)} if {when}" for when, each in known.branches)))
    return tuple(found)


def _words(value: object, unit: str | None) -> str:
    from advisor.migrate.held import say

    return say(value, unit)


def _cost(id: str, before: Side, options: Options) -> str:
    known = before.scan.knowledge.fact(id, "billing_model", at=options.as_of)
    value = known.statement.value if known.statement is not None else None
    return value if isinstance(value, str) and not isinstance(value, Special) else ""


def _sentence(apps: tuple[str, ...], rows: list[Row]) -> str:
    counts = [
        (sum(row.verdict == verdict for row in rows), words)
        for verdict, words in (
            ("works", "as it is" if len(apps) == 1 else "as they are"),
            ("works_with_changes", "with changes"),
            ("depends", "depending on what the files do not show"),
        )
    ]
    told = ", ".join(f"{number} {words}" for number, words in counts if number)
    barred = sum(row.verdict == "cannot" for row in rows)
    name, runs, its = (apps[0], "runs", "its") if len(apps) == 1 else (" and ".join(apps), "run", "their")
    refused = f"; {barred} cannot carry {its} sockets" if barred else ""
    return f"Of {len(rows)} hosts, {name} {runs} on {told or 'none'}{refused}."


def _answer(before: Side, apps: tuple[str, ...], rows: tuple[Row, ...], options: Options, sentence: str) -> Comparison:
    version = before.scan.knowledge.version
    return Comparison(sentence, apps, rows, options.as_of.isoformat(), __version__, version)

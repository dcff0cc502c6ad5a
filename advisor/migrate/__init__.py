"""One app, two hosts -> a plan: what must be done, what changes kind, what is gained and lost, and the way there and back.

The plan is made by walking both sides. The deployment of today is scanned as ever; the files of the target are filled in for
this app and laid over the tree in memory, and that is scanned too. What the rules find there is what must be done, and what
differs between both sides comes from the knowledge base, dimension by dimension.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from advisor import __version__
from advisor.conclude.cited import stated
from advisor.knowledge import Knowledge, Profile, load
from advisor.migrate.course import effort, rollback, steps, tests
from advisor.migrate.differences import differences
from advisor.migrate.duties import Duties, cannot, duties
from advisor.migrate.plan import Change, Do, Effort, File, Fits, Item, Plan
from advisor.migrate.situation import Side, Situation, situation, today
from advisor.migrate.target import targets
from advisor.model import Fact
from advisor.options import Options
from advisor.tree import Tree

__all__ = ["Change", "Do", "Effort", "File", "Item", "Plan", "plan", "targets"]


def plan(tree: Tree, options: Options, to: str, given: str | None = None) -> Plan:
    """The plan to move the apps of a tree to platform ``to``; ``given``: the platform they leave, where files do not say.

    Raises :class:`advisor.knowledge.UnknownPlatform` for an id that does not exist.
    """
    return planned(today(tree, options, given), tree, options, to, given)


def planned(before: Side, tree: Tree, options: Options, to: str, given: str | None = None) -> Plan:
    """The plan for one target, where the deployment of today is walked already."""
    found = situation(before, tree, options, to, given)
    if not found.fits:
        return _nothing(found, options)
    old, after = found.before.held(), found.after.held()
    what = duties(found, options)
    told = differences(old, after)
    fits = _fits(found, what)
    barred = fits == "cannot"
    cited = [fact for each in (*what.must, *what.should, *what.watch) for fact in each.facts]
    cited += [fact for each in (*told.kinds, *told.gains, *told.losses) for fact in each.facts]
    return Plan(
        to=to,
        to_name=found.name,
        sentence=_sentence(found, what, fits),
        fits=fits,
        as_of=options.as_of.isoformat(),
        version=__version__,
        knowledge_version=found.before.scan.knowledge.version,
        from_=found.origin,
        from_name=found.before.scan.knowledge.platform(found.origin).name if found.origin else "",
        from_how=found.how,  # type: ignore[arg-type]
        apps=tuple(fit.name for fit in found.fits),
        before_hops=_hops(found.before),
        after_hops=_hops(found.after),
        effort=effort(found, what, fits),
        must=what.must,
        should=what.should,
        watch=what.watch,
        changes_kind=told.kinds,
        gains=told.gains,
        losses=told.losses,
        files=() if barred else found.files,
        steps=() if barred else steps(found, what, tree, options),
        rollback=() if barred else rollback(found, tree, options),
        tests=() if barred else tests(found, after, options),
        alternatives=_alternatives(found.profile) if fits in ("rewrite", "cannot", "depends") else (),
        facts=tuple(_facts(found.before.scan.knowledge, cited, options.as_of)),
    )


def _fits(found: Situation, what: Duties) -> Fits:
    if cannot(found):
        return "cannot"
    if any(found.writes_anew(fit) for fit in found.fits):
        return "rewrite"
    if found.origin == found.profile.id:
        return "already_there"
    changed = any(item.rule is not None or item.who in ("app", "client", "proxy") for item in what.must)
    return "with_changes" if changed else "as_it_is"


def _sentence(found: Situation, what: Duties, fits: Fits) -> str:
    apps, name = " and ".join(fit.name for fit in found.fits), found.name
    many = f"{len(what.must)} things" if len(what.must) != 1 else "one thing"
    if fits == "cannot":
        return f"{name} cannot carry the sockets of {apps}."
    if fits == "rewrite":
        return f"{apps} cannot move to {name} as it is: its socket server has to be written anew for another model."
    if fits == "already_there":
        return f"{apps} runs on {name} already; this is what its files would be, and what is still to do."
    start = f"{apps} can run behind {name}" if found.stands_before else f"{apps} can move to {name}"
    if found.target is None:
        return f"{start}, as far as the facts tell; files for it are not planned yet."
    if not what.must:
        return f"{start} as it is."
    return f"{start}; {many} must be done first."


def _nothing(found: Situation, options: Options) -> Plan:
    report = found.before.report
    return Plan(
        to=found.profile.id,
        to_name=found.name,
        sentence=f"There is nothing to plan: {report.sentence[:1].lower()}{report.sentence[1:]}"
        if report.verdict == "no_websocket"
        else "There is nothing to plan: no WebSocket server of the project's own was found in production code.",
        fits="no_websocket",
        as_of=options.as_of.isoformat(),
        version=__version__,
        knowledge_version=found.before.scan.knowledge.version,
    )


def _hops(side: Side) -> tuple[str, ...]:
    return tuple(hop.platform for hop in side.paths[0].hops) if side.paths else ()


def _alternatives(profile: Profile) -> tuple[str, ...]:
    return tuple(
        f"{each.name}: {each.fits}" + (f" (wsadvise plan --to {each.platform})" if each.platform else "")
        for each in profile.alternatives
    )


def _facts(knowledge: Knowledge, cited: Iterable[str], day: date) -> Iterator[Fact]:
    for id in sorted(set(cited)):
        platform, _, dimension = id.partition("/")
        if platform not in knowledge.platforms() or dimension not in knowledge.dimensions:
            continue
        yield from stated(knowledge, id, knowledge.fact(platform, dimension, at=day))


def known_platforms() -> tuple[str, ...]:
    """Ids of all platforms that can be named as source or target."""
    return load().platforms()

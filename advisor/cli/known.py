"""Names on the command line and in the configuration -> checked against the rules and platforms there are.

A name that is not known ends the run with a sentence that offers the nearest one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from advisor.nearest import did_you_mean
from advisor.options import ASSUMED, BadOptions, Options


def platform_ids(begun: str) -> list[str]:
    """The ids of platforms that begin so, for a shell's completion."""
    from advisor.knowledge import load

    return [id for id in load().platforms() if id.startswith(begun)]


def rule_ids(begun: str) -> list[str]:
    """The ids and names of rules that begin so, for a shell's completion."""
    from advisor.rules import catalogue

    return [word for rule in catalogue() for word in (rule.id, rule.name) if word.lower().startswith(begun.lower())]


def library_ids(begun: str) -> list[str]:
    """The ids of libraries that begin so, for a shell's completion."""
    from advisor.stack.library import libraries

    return [id for id in libraries() if id.startswith(begun)]


def check(options: Options) -> None:
    """Raises :class:`BadOptions` for the first rule, platform or condition that does not exist."""
    if options.select or options.ignore:
        check_rules((*options.select, *options.ignore))
    if options.hops or options.platforms:
        check_platforms((*options.hops, *options.platforms))
    check_conditions(options.assume)


def check_rules(wanted: Iterable[str]) -> None:
    """Each is the id, a prefix of an id, or the name of a rule."""
    from advisor.rules import catalogue
    from advisor.suppress import matches

    rules = [(rule.id, rule.name) for rule in catalogue()]
    for each in wanted:
        if not any(matches(each, *rule) for rule in rules):
            meant = did_you_mean(each, [word for rule in rules for word in rule])
            raise BadOptions(f"There is no rule {each!r}.{meant} `wsadvise rule` lists them all.")


def check_platforms(wanted: Iterable[str]) -> None:
    """Each is the id of a platform."""
    from advisor.knowledge import load

    known = load().platforms()
    for each in wanted:
        if each not in known:
            raise BadOptions(f"There is no platform {each!r}.{did_you_mean(each, known)} `wsadvise platform` lists them all.")


def check_conditions(assume: Mapping[str, str]) -> None:
    """Each key is ``<platform>.version``, ``.<condition>`` or ``.<switch>``, with a value that it can have."""
    from advisor.knowledge import load

    for key, value in assume.items():
        if key in ASSUMED:
            continue
        platform, _, condition = key.partition(".")
        check_platforms([platform])
        profile = load().platform(platform)
        names = ("version", *profile.conditions, *(switch.id for switch in profile.switches))
        if condition not in names:
            raise BadOptions(
                f"Nothing about {profile.name} depends on {condition!r}.{did_you_mean(condition, names)} "
                f"It takes {', '.join(f'{platform}.{name}' for name in names)}."
            )
        options = profile.conditions[condition].options if condition in profile.conditions else ()
        if options and value not in options:
            raise BadOptions(f"{key} is one of {', '.join(options)}, but got {value!r}.{did_you_mean(value, options)}")

"""``wsadvise rule``: what a rule looks for, from its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from advisor.cli import known, output
from advisor.nearest import did_you_mean, one_of
from advisor.options import BadOptions

if TYPE_CHECKING:
    from advisor.rules import Rule

FORMATS = ("text", "json")


def rule(
    id: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="A rule's id or name, or a prefix such as WS2.", autocompletion=known.rule_ids),
    ] = None,
    format: Annotated[str, typer.Option("--format", "-f", metavar="F", help="text or json.")] = "text",
) -> None:
    """List the rules, or explain one.

    \b
    Examples:
      wsadvise rule
      wsadvise rule WS201
      wsadvise rule upgrade-not-forwarded
    """
    from advisor.rules import catalogue
    from advisor.suppress import matches

    if format not in FORMATS:
        raise BadOptions(f"There is no format {format!r}.{did_you_mean(format, FORMATS)} It is {one_of(FORMATS)}.")
    if id is not None:
        known.check_rules([id])
    found = [each for each in catalogue() if id is None or matches(id, each.id, each.name)]
    exact = [each for each in found if id is not None and matches(id, each.id, each.name, prefixes=False)]
    if format == "json":
        import json

        told = [
            {"id": each.id, "name": each.name, "severity": each.severity, "summary": each.summary, "doc": each.doc}
            for each in exact or found
        ]
        output.write(json.dumps(told[0] if exact else told, indent=2, ensure_ascii=False) + "\n")
    else:
        output.write(_page(exact[0]) if exact else _list(found))


def _list(rules: list[Rule]) -> str:
    width = max((len(each.name) for each in rules), default=0)
    lines = [f"{each.id}  {each.name:<{width}}  {each.severity:<7}  {each.summary}" for each in rules]
    return "\n".join((*lines, "", "`wsadvise rule ID` explains one.", ""))


def _page(rule: Rule) -> str:
    from inspect import cleandoc

    return f"{rule.id} {rule.name} ({rule.severity})\n\n{cleandoc(rule.doc)}\n"

"""``wsadvise schema``: the JSON Schemas of outputs and configuration."""

from __future__ import annotations

from typing import Annotated

import typer

from advisor.cli import output
from advisor.nearest import did_you_mean, one_of
from advisor.options import BadOptions


def schema(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="report, trace, platform, why, plan, compare, fix, refresh or config.")
    ],
) -> None:
    """Print a JSON Schema: of an output, or of the configuration.

    \b
    Examples:
      wsadvise schema report > report.schema.json
      wsadvise schema config
    """
    import json

    from advisor.reports.schema import NAMES
    from advisor.reports.schema import schema as schema_of

    if name not in NAMES:
        raise BadOptions(f"There is no schema {name!r}.{did_you_mean(name, NAMES)} It is {one_of(NAMES)}.")
    output.write(json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n")

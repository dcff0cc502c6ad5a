"""PATH and what was said about it -> the report; shared by the commands that scan, with their common parameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.cli import known, output
from advisor.cli.progress import Progress
from advisor.model import Report
from advisor.options import BadOptions, Options, load_options, parse_assumptions, parse_day

if TYPE_CHECKING:
    from advisor.tree import Tree

PathArgument = Annotated[str, typer.Argument(metavar="PATH", help="A directory or one file.", show_default="the directory here")]
SelectOption = Annotated[
    list[str] | None, typer.Option("--select", metavar="RULES", help="Only these rules: ids, prefixes or names, with commas.")
]
IgnoreOption = Annotated[list[str] | None, typer.Option("--ignore", metavar="RULES", help="Not these rules.")]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Facts as they were on this day.", show_default="today")
]
EnvironmentOption = Annotated[
    str | None, typer.Option("--environment", metavar="NAME", help="Only the paths of this environment.")
]
AssumeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--assume",
        metavar="KEY=VALUE",
        help="What the repository does not show: hop=cloudflare (outermost first), plan=hobby, replicas=3, "
        "public_url=https://..., nginx.version=1.28.",
    ),
]


@dataclass(frozen=True, slots=True)
class Said:
    """The parameters that every scanning command takes, as given."""

    path: str
    select: list[str] | None = None
    ignore: list[str] | None = None
    as_of: str | None = None
    environment: str | None = None
    assume: list[str] | None = None
    fail_on: str | None = None
    strict: bool | None = None
    baseline: str | None = None


def options_of(said: Said) -> Options:
    """Command line and configuration, checked. Raises :class:`BadOptions`."""
    from advisor.options import parse_fail_on

    overrides = {
        "as_of": parse_day(said.as_of) if said.as_of else None,
        "environment": said.environment,
        "select": _words(said.select),
        "ignore": _words(said.ignore),
        "assume": parse_assumptions(said.assume or ()),
        "fail_on": parse_fail_on(said.fail_on) if said.fail_on else None,
        "strict": said.strict or None,
        "baseline": said.baseline,
    }
    options = load_options(existing(said.path), overrides)
    known.check(options)
    return options


def scanned(path: str, options: Options) -> Report:
    """Reads and judges the tree below ``path``. Raises :class:`BadOptions` where it cannot be read."""
    from advisor import baseline
    from advisor.advise import advise, read

    with Progress(wanted=output.progress_wanted()) as progress:
        try:
            tree = read(Path(path), progress)
        except OSError as error:
            raise BadOptions(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from None
        only = Path(path)
        refused = next((each.reason for each in tree.not_read if each.file == only.name), None) if only.is_file() else None
        if refused is not None:
            raise BadOptions(f"{path} cannot be read: {refused}.")
        old = baseline.read(options.baseline, only if only.is_dir() else only.parent) if options.baseline is not None else None
        return advise(tree, options, old)


def tree_of(path: str) -> Tree:
    """The tree below ``path``. Raises :class:`BadOptions` where it cannot be read."""
    from advisor.advise import read

    with Progress(wanted=output.progress_wanted()) as progress:
        try:
            return read(Path(path), progress)
        except OSError as error:
            raise BadOptions(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from None


def existing(path: str) -> Path:
    """The path, which is there. Raises :class:`BadOptions`."""
    if not path:
        raise BadOptions("PATH is empty; the directory here is written as a dot.")
    try:
        found = Path(path)
        found.stat()
    except FileNotFoundError:
        raise BadOptions(f"There is no file or directory {path!r}.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadOptions(f"{path!r} cannot be read: {reason.lower()}.") from None
    return found


def _words(values: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(word.strip() for value in values or () for word in value.split(",") if word.strip())

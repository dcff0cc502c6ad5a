"""``wsadvise fix``: the edits that settle what a scan finds, as a diff or written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.cli import formats, output
from advisor.cli.progress import Progress
from advisor.cli.scanning import (
    AsOfOption,
    AssumeOption,
    EnvironmentOption,
    IgnoreOption,
    PathArgument,
    Said,
    SelectOption,
    options_of,
    tree_of,
)
from advisor.options import BadOptions, Options
from advisor.sources import Unopened

if TYPE_CHECKING:
    from advisor.fixes.prove import Fixes
    from advisor.tree import Tree

NAMES = ("diff", "json")
DIFFERS = 1


def fix(
    path: PathArgument = ".",
    write: Annotated[bool, typer.Option("--write", "-w", help="Change the files instead of printing a diff.")] = False,
    unsafe: Annotated[bool, typer.Option("--unsafe", help="Also edits that change more than the socket, for review.")] = False,
    format: Annotated[list[str] | None, typer.Option("--format", "-f", metavar="F[:FILE]", help="diff or json.")] = None,
    file: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write the diff there.")] = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    as_of: AsOfOption = None,
    environment: EnvironmentOption = None,
    assume: AssumeOption = None,
    baseline: Annotated[
        str | None, typer.Option("--baseline", metavar="FILE", help="An earlier report in JSON; what it holds is not fixed.")
    ] = None,
) -> None:
    """Print a diff that settles what a scan finds, or write it.

    Only edits that are proven: each is applied in memory and everything is judged again; the finding has to be gone, and
    nothing else worse. A safe one, the only kind without --unsafe, treats no ordinary request and no other socket differently.
    Findings without a fix are told on standard error.

    Exits with 0 where there is nothing to change, with 1 where the diff is not empty; with --write with 0 once it is written.

    \b
    Examples:
      wsadvise fix .
      wsadvise fix . | git apply
      wsadvise fix . --write --select WS101
      wsadvise fix . --unsafe
    """
    from advisor.reports import fix as report

    wanted = formats.parse(format or (), file, NAMES)
    options = options_of(Said(path, select, ignore, as_of, environment, assume, baseline=baseline))
    tree = tree_of(path)
    found = _found(tree, path, options, unsafe=unsafe)
    shown = report.patches(found, {name: tree.mark(name) for name, _, _ in found.files})
    if write:
        _write(tree, found)
    for each in wanted:
        if each.format == "diff" and write and each.file is None:
            continue
        text = report.render(shown) if each.format == "diff" else report.render_json(found, shown, written=write)
        if each.file is None or each.file == "-":
            output.write_exactly(text)
        else:
            output.write_file(each.file, text)
    for sentence in report.told(found, () if write else shown):
        output.complain(sentence)
    if write:
        for name, _, _ in found.files:
            output.complain(f"{name} is changed.")
    raise typer.Exit(DIFFERS if found.files and not write else 0)


def _found(tree: Tree, path: str, options: Options, *, unsafe: bool) -> Fixes:
    from advisor import baseline
    from advisor.fixes.prove import fixes

    only = Path(path)
    old = baseline.read(options.baseline, only if only.is_dir() else only.parent) if options.baseline is not None else None
    with Progress(wanted=output.progress_wanted(), doing="Proving", seen="edits tried") as progress:
        return fixes(tree, options, unsafe=unsafe, baseline=old, progress=progress)


def _write(tree: Tree, found: Fixes) -> None:
    """Writes every changed file, each at once or not at all. Raises :class:`BadOptions` at the first that cannot be written."""
    done: list[str] = []
    for name, _, text in found.files:
        try:
            tree.write(name, text)
        except (OSError, Unopened) as error:
            reason = (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)
            before = f" Changed before that: {', '.join(done)}." if done else " Nothing was changed."
            raise BadOptions(f"{name} cannot be written: {reason}.{before}") from None
        done.append(name)

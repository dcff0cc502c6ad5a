"""``wsadvise init``: a commented configuration to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from advisor.cli import output
from advisor.cli.scanning import PathArgument, Said, existing, options_of, scanned
from advisor.options import OWN_FILE, PROJECT_FILE, BadOptions


def init(
    path: PathArgument = ".",
    file: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write it there; - prints it.", show_default=f"PATH/{OWN_FILE}"),
    ] = None,
) -> None:
    """Write a commented configuration with what was found in PATH.

    Every key is a comment, so it changes nothing until you set one. A file that exists is never overwritten.

    \b
    Examples:
      wsadvise init
      wsadvise init . -o -
    """
    from advisor.reports import starter

    root = existing(path)
    directory = root if root.is_dir() else root.parent
    target = file or str(directory / OWN_FILE)
    if target != "-":
        _check_free(Path(target), directory)
    text = starter.render(scanned(path, options_of(Said(path))))
    if target == "-":
        output.write(text)
        return
    output.write_file(target, text)
    output.write(f"Wrote {target}. Take the number sign off what you want to set.\n")


def _check_free(target: Path, directory: Path) -> None:
    """Raises :class:`BadOptions` where something would be overwritten, or two files would configure one scan."""
    if target.exists():
        raise BadOptions(f"{target} exists; nothing was written. `wsadvise init -o -` prints what would stand there.")
    project = directory / PROJECT_FILE
    try:
        configured = "[tool.wsadvise" in project.read_text(encoding="utf-8", errors="replace")
    except OSError:
        configured = False
    if configured:
        raise BadOptions(f"{project} has [tool.wsadvise] already, and one scan takes one configuration; nothing was written.")

"""The command line: arguments in, an exit code out.

0: nothing at or above ``--fail-on``; 1: findings; 2: wrong usage, or PATH cannot be read; 3: under ``--strict``, something in
PATH could not be read. 130: interrupted. ``--version`` is answered before anything else is imported.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line (that of the process by default) and answers its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in (["--version"], ["-V"]):
        from advisor import __version__

        sys.stdout.write(f"wsadvise {__version__}\n")
        return 0
    try:
        from advisor.cli.app import run

        return run(given or ["--help"])
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return 130

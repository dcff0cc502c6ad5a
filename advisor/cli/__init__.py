"""The command line: arguments in, an exit code out.

0: nothing at or above ``--fail-on``; 1: findings; 2: wrong usage, or PATH cannot be read; 3: under ``--strict``, something in
PATH could not be read; 70: a fault of wsadvise's own. 130: interrupted. ``--version`` is answered before anything else is
imported.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

FAULT = 70
"""``EX_SOFTWARE`` of sysexits.h: no answer about what was scanned, and never taken for findings."""


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
    except Exception as error:
        return _fault(error)


def _fault(error: Exception) -> int:
    """Tells where wsadvise itself failed."""
    import traceback

    sys.stderr.write("".join(traceback.format_exception(error)))
    sys.stderr.write(
        "wsadvise: That is a fault of wsadvise, not of what was scanned; nothing was found out. "
        "Please report it with the lines above, and with the file that causes it if you can share it.\n"
    )
    return FAULT

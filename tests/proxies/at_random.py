"""Configurations made up at random: what ``trace`` says of each is compared with what the real program does.

Run ``python -m tests.proxies.at_random nginx --minutes 10``; nothing runs it by itself. A difference is printed with the
smallest configuration that still shows it, so that it can become a measured case.
"""

# ruff: noqa: T201, S311 - it prints, and makes configurations up

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib import import_module
from random import Random

from advisor.model import Answer, Depends, Invalid, Outcome
from tests.proxies import random_apache, random_haproxy, random_nginx
from tests.proxies.bench import Bench, Case, Measured
from tests.proxies.table import Table

MAKERS: dict[str, Callable[[Random], Case]] = {
    "nginx": random_nginx.case,
    "haproxy": random_haproxy.case,
    "apache": random_apache.case,
}
REASON = "it does not start, for another reason"
_MOST_TRIALS = 120
"""Measurements spent on making one difference smaller."""


@dataclass(frozen=True)
class Compared:
    """One configuration, measured and traced; ``differs``: what disagrees, ``None`` where all agrees."""

    case: Case
    measured: Measured
    outcome: Outcome
    differs: str | None


def compared(table: Table, bench: Bench, case: Case) -> Compared:
    """Measures and traces one case. Where the answer depends on something, one of its branches has to be what was measured."""
    measured = bench.measure(case)
    outcome = table.traced(case, bench.program.version)
    branches = [branch for _, branch in outcome.branches] if isinstance(outcome, Depends) else [outcome]
    differs = None
    for branch in branches:
        if _is_file(branch, measured):
            return Compared(case, measured, outcome, None)
        fixed = replace(table, module=_Said(table.module, branch))  # type: ignore[arg-type]
        try:
            fixed.agree(case, measured.plain(), bench.program.version)
        except AssertionError as error:
            differs = REASON if isinstance(branch, Invalid) and not measured.starts else str(error)
        else:
            return Compared(case, measured, outcome, None)
    return Compared(case, measured, outcome, differs)


def _is_file(branch: Outcome, measured: Measured) -> bool:
    """Whether both say that a file is looked for; which ones there are no configuration shows."""
    answers = (200, 403, 404)
    return isinstance(branch, Answer) and " file" in branch.reason and branch.status in answers and measured.status in answers


class _Said:
    """A module that loads as another one, and answers what was already worked out."""

    def __init__(self, module: object, outcome: Outcome) -> None:
        self.module, self.outcome = module, outcome

    def load(self, *given: object, **named: object) -> object:
        return self.module.load(*given, **named)  # type: ignore[attr-defined]

    def trace(self, *given: object, **named: object) -> Outcome:
        return self.outcome


def smaller(table: Table, bench: Bench, found: Compared) -> Compared:
    """The same difference in less text: lines and blocks are left out as long as the program and ``trace`` still disagree."""
    trials = 0
    again = True
    while again:
        again = False
        for config in _shortened(found.case.config):
            trials += 1
            if trials > _MOST_TRIALS:
                return found
            shorter = compared(table, bench, replace(found.case, config=config))
            if shorter.differs not in (None, REASON) and shorter.measured.starts == found.measured.starts:
                found, again = shorter, True
                break
    return found


def _shortened(config: str) -> Iterator[str]:
    """The text without one of its lines, or one of its blocks; what listens has to stay."""
    lines = config.splitlines()
    for at in range(len(lines)):
        if lines[at].rstrip().endswith("{"):
            depth, end = 1, at + 1
            while depth and end < len(lines):
                depth += lines[end].count("{") - lines[end].count("}")
                end += 1
            if not any("@PORT@" in line for line in lines[at:end]):
                yield "\n".join(lines[:at] + lines[end:]) + "\n"
        elif lines[at].strip() != "}" and "@PORT@" not in lines[at] and not lines[at].startswith("LoadModule"):
            yield "\n".join(lines[:at] + lines[at + 1 :]) + "\n"


def run(name: str, minutes: float, seed: int) -> int:
    """The number of differences found in so many minutes."""
    from tests.proxies.recorder import Recorder

    module = import_module(f"tests.proxies.test_{name}")
    recorder, random, counts = Recorder(), Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        certificate = (f"{folder}/cert.pem", f"{folder}/key.pem")
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=app.example.com"]
        subprocess.run([*command, "-keyout", certificate[1], "-out", certificate[0]], check=True, capture_output=True)
        benches = [module.TABLE.bench(program, recorder, certificate) for program in module.programs()]
        until = time.monotonic() + minutes * 60
        while time.monotonic() < until:
            cases = [(MAKERS[name](random), bench) for _ in range(4) for bench in benches]
            for (_, bench), found in zip(
                cases, pool.map(lambda pair: compared(module.TABLE, pair[1], pair[0]), cases), strict=True
            ):
                counts["depends" if isinstance(found.outcome, Depends) else type(found.outcome).__name__] += 1
                counts[f"status {found.measured.status}" if found.measured.starts else "does not start"] += 1
                counts["another reason"] += found.differs == REASON
                if found.differs not in (None, REASON):
                    counts["DIFFERENT"] += 1
                    _show(smaller(module.TABLE, bench, found), bench.program.version)
        recorder.close()
    print(dict(counts))
    return counts["DIFFERENT"]


def _show(found: Compared, version: str) -> None:
    case = found.case
    print(f"---- {version} {case.path} host={case.host} {case.headers or ''}\n{case.config}", flush=True)
    print(f"measured {found.measured.plain()}\ntraced   {str(found.outcome)[:700]}\n{str(found.differs)[:300]}\n", flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("program", choices=sorted(MAKERS))
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    raise SystemExit(1 if run(given.program, given.minutes, given.seed) else 0)

"""The bad cases of the rules: those that ``settled.yaml`` names are fixed, by a safe edit or by one for review, and stay fixed.

``WSADVISE_UPDATE=1`` writes the list anew; a case that leaves it has lost its fix.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest
import yaml

from advisor.advise import words
from advisor.fixes.prove import Fixes, fixes
from advisor.options import Options
from advisor.tree import Tree
from tests.rules.test_rules import AS_OF, CASES, expected

LIST = Path(__file__).parent / "settled.yaml"
SETTLED: dict[str, str] = yaml.safe_load(LIST.read_text()) or {}
BAD = {f"{case.parent.name}/{case.name}": case for case in CASES if case.name.startswith("bad-")}


def options(case: Path) -> Options:
    told = expected(case.parent.name).get(case.name) or {}
    return Options(as_of=told.get("as_of", AS_OF), assume=told.get("assume", {}))


def fixed(case: Path, *, unsafe: bool) -> Fixes:
    return fixes(Tree.open(case, words()), options(case), unsafe=unsafe)


def settles(found: Fixes, rule: str) -> bool:
    """True where the rule's finding is settled, but for information."""
    left = any(each.finding.rule == rule and each.finding.severity != "info" for each in found.left)
    return any(each.finding.rule == rule for each in found.fixed) and not left


@cache
def outcome(name: str) -> tuple[str, Fixes]:
    """``safe``, ``unsafe`` or ``none``, and the fixes."""
    rule = name.partition("/")[0]
    for kind in ("safe", "unsafe"):
        found = fixed(BAD[name], unsafe=kind == "unsafe")
        if settles(found, rule):
            return kind, found
    return "none", found


@pytest.mark.skipif(not os.environ.get("WSADVISE_UPDATE"), reason="writes the list")
def test_the_list_is_written() -> None:
    """Every bad case of every rule, asked."""
    kinds = {name: outcome(name)[0] for name in BAD}
    LIST.write_text("".join(f"{name}: {kind}\n" for name, kind in sorted(kinds.items()) if kind != "none"))


def test_the_list_names_cases() -> None:
    """No entry outlives its case, and every kind of file has its entries."""
    assert set() == set(SETTLED) - set(BAD)
    assert {"safe", "unsafe"} == set(SETTLED.values())


@pytest.mark.parametrize("name", sorted(SETTLED))
def test_a_case_is_settled(name: str) -> None:
    """As safely as the list says; run again on what it wrote, there is nothing more to do."""
    kind, found = outcome(name)
    written = {path: after for path, _, after in found.files}
    again = fixes(Tree.open(BAD[name], words()).with_files(written), options(BAD[name]), unsafe=kind == "unsafe")

    assert SETTLED[name] == kind
    assert {} == {path: after for path, _, after in again.files}
    assert kind == "unsafe" or all(each.candidate.safe for each in found.fixed)

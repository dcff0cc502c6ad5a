"""Whole repositories with their whole report: the problems people meet, each beside its healed twin.

``<name>.txt`` beside a folder is what ``wsadvise scan`` prints for it. ``WSADVISE_UPDATE=1`` writes the files anew; read the
difference before you commit it.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from advisor.advise import advise, words
from advisor.options import Options
from advisor.reports.text import render
from advisor.tree import Tree

HERE = Path(__file__).parent
EXAMPLES = sorted(path for path in HERE.iterdir() if path.is_dir() and not path.name.startswith("__"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_report_is_the_expected_one(example: Path) -> None:
    """The text report of the example, to the letter."""
    report = advise(Tree.open(example, words()), Options(as_of=date(2026, 11, 25)))
    printed = render(report)
    file = HERE / f"{example.name}.txt"
    if os.environ.get("WSADVISE_UPDATE"):
        file.write_text(printed, encoding="utf-8")

    assert file.read_text(encoding="utf-8") == printed


@pytest.mark.parametrize(
    "example", [path for path in EXAMPLES if path.name.endswith("-healed")], ids=lambda example: example.name
)
def test_the_healed_twin_works(example: Path) -> None:
    """A healed repository has no error and no warning, and its sick twin has one."""
    sick = example.with_name(example.name.removesuffix("-healed"))
    severities = [
        {finding.severity for finding in advise(Tree.open(path, words()), Options(as_of=date(2026, 11, 25))).findings} - {"info"}
        for path in (sick, example)
    ]

    assert severities[0]
    assert set() == severities[1]

"""The block that a finding offers heals the file: pasted where its first line says, the finding is gone and nothing worse."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from advisor.advise import advise, words
from advisor.model import Finding
from advisor.options import Options
from advisor.tree import Tree
from tests.rules.test_rules import AS_OF, CASES, expected, report_on

_WHERE = re.compile(r"# (instead of|beside) the location at (\S+):(\d+)\n")
_ORDER = ("error", "warning", "info")
_ALSO = ("WS113", "WS605")
"""Rules beside those up to WS107 that offer a block for a proxy's file."""


def offered(case: Path) -> Finding | None:
    """The rule's own finding on a bad case, where it offers a block for a place in a proxy's file."""
    rule = case.parent.name
    return next((each for each in report_on(case).findings if each.rule == rule and _WHERE.match(each.snippet)), None)


def pasted(text: str, snippet: str) -> str:
    """The file with the block in it, as a reader of its first line would put it."""
    where = _WHERE.match(snippet)
    assert where is not None
    lines = text.splitlines()
    start = int(where[3]) - 1
    depth, end = 0, start
    for end in range(start, len(lines)):
        depth += lines[end].count("{") - lines[end].count("}")
        if depth == 0:
            break
    inside, _, beside = snippet.partition("\n\n# once, beside the server blocks\n")
    block = ["    " + line for line in inside.splitlines()]
    return (
        "\n".join([*beside.splitlines(), *lines[:start], *block, *lines[end + 1 if where[1] == "instead of" else start :]]) + "\n"
    )


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.name.startswith("bad-") and (case.parent.name < "WS108" or case.parent.name in _ALSO)],
    ids=lambda case: f"{case.parent.name}/{case.name}",
)
def test_the_pasted_block_heals(case: Path, tmp_path: Path) -> None:
    """With the block in place the rule is silent, and no rule of the handshake speaks instead."""
    finding = offered(case)
    if finding is None:
        pytest.skip("offers no block for a proxy's file")
    told = expected(case.parent.name).get(case.name) or {}
    shutil.copytree(case, tmp_path / "healed")
    where = _WHERE.match(finding.snippet)
    assert where is not None
    file = tmp_path / "healed" / where[2]
    file.write_text(pasted(file.read_text(), finding.snippet))
    options = Options(as_of=told.get("as_of", AS_OF), assume=told.get("assume", {}))

    report = advise(Tree.open(tmp_path / "healed", words()), options)

    assert [] == [f"{each.rule} {each.place}" for each in report.findings if each.rule < "WS108" or each.rule in _ALSO]
    assert not report.paths or {"accepted"} == {path.handshake.outcome for path in report.paths}

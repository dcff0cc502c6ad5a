"""Environment files: names, places, and values that are kept back."""

from __future__ import annotations

import pytest

from advisor.formats.document import Unreadable
from advisor.formats.dotenv import Name, parse
from advisor.model import Place


def at(line: int, column: int, end_column: int) -> Place:
    return Place(".env", line, column, line, end_column)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("PORT=3000\nTOKEN=x", [Name("PORT", at(1, 1, 5), "3000"), Name("TOKEN", at(2, 1, 6))], id="plain"),
        pytest.param("export  PORT = '3000' # c", [Name("PORT", at(1, 9, 13), "3000")], id="export, quotes, comment"),
        pytest.param(
            "PORT=3000 # c\r\n# d\r\n\r\nA=\r\n", [Name("PORT", at(1, 1, 5), "3000"), Name("A", at(4, 1, 2))], id="CRLF"
        ),
        pytest.param(
            'KEY="a\nPORT=1\nb"\nPORT=2', [Name("KEY", at(1, 1, 4)), Name("PORT", at(4, 1, 5), "2")], id="value over lines"
        ),
        pytest.param("HOST: 0.0.0.0", [Name("HOST", at(1, 1, 5), "0.0.0.0")], id="colon"),
        pytest.param("\ufeffPORT=", [Name("PORT", at(1, 1, 5), "")], id="byte order mark, no value"),
        pytest.param("A.B-C", [Name("A.B-C", at(1, 1, 6))], id="name alone"),
        pytest.param("A='it", [Name("A", at(1, 1, 2))], id="open quote"),
        pytest.param("PORT=1\nPORT=2", [Name("PORT", at(1, 1, 5), "1"), Name("PORT", at(2, 1, 5), "2")], id="twice"),
        pytest.param("", [], id="empty"),
    ],
)
def test_parse(text: str, expected: list[Name]) -> None:
    """Each entry gives its name and place, and a value only where it is harmless."""
    assert expected == parse(text, ".env")


def test_values_are_kept_back() -> None:
    """No part of a secret gets out, not even through the reason of a line that is not read."""
    skipped: list[Unreadable] = []
    found = parse("TOKEN=hunter2\nhunter3 is odd\nexport KEY='hunter4'\n", ".env", skipped)
    assert ["TOKEN", "KEY"] == [name.name for name in found]
    assert "hunter" not in repr((found, [problem.reason for problem in skipped]))


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        pytest.param("A=1\nno entry here\n", 2, "NAME=value", id="odd line"),
        pytest.param("=1", 1, "NAME=value", id="no name"),
        pytest.param("\0", 1, "NUL", id="binary"),
        pytest.param("<<<<<<< a\nA=1\n=======\nA=2\n>>>>>>> b\n", 1, "merge conflict", id="conflict"),
    ],
)
def test_unreadable(text: str, line: int, part: str) -> None:
    """What is not an environment file is refused with a sentence and its line."""
    with pytest.raises(Unreadable) as caught:
        parse(text, ".env")
    assert (line, True) == (caught.value.line, part in caught.value.reason)

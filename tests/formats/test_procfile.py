"""Procfiles: process types, commands, places, and what is refused."""

from __future__ import annotations

import pytest

from advisor.formats.document import Unreadable
from advisor.formats.procfile import ProcessType, parse
from advisor.model import Place


def at(line: int, column: int, end_column: int) -> Place:
    return Place("Procfile", line, column, line, end_column)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("web: node a.js", [ProcessType("web", "node a.js", at(1, 1, 15), at(1, 6, 15))], id="one line"),
        pytest.param(
            "# start\r\nweb : node ä.js \r\n\r\nmy-worker_2:./w: x\r\n",
            [
                ProcessType("web", "node ä.js", at(2, 1, 16), at(2, 7, 16)),
                ProcessType("my-worker_2", "./w: x", at(4, 1, 19), at(4, 13, 19)),
            ],
            id="CRLF, comment, blank line",
        ),
        pytest.param("\ufeffweb: a", [ProcessType("web", "a", at(1, 1, 7), at(1, 6, 7))], id="byte order mark"),
        pytest.param("web: a # b", [ProcessType("web", "a # b", at(1, 1, 11), at(1, 6, 11))], id="a shell's comment stays"),
        pytest.param("", [], id="empty"),
    ],
)
def test_parse(text: str, expected: list[ProcessType]) -> None:
    """Each line gives a name and a command with their places."""
    assert expected == parse(text, "Procfile")


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        pytest.param("web: a\nnode b.js\n", 2, "name: command", id="no name"),
        pytest.param("web:\n", 1, "name: command", id="no command"),
        pytest.param("web: a\nweb: b\n", 2, "twice", id="name twice"),
        pytest.param("<<<<<<< HEAD\nweb: a\n=======\nweb: b\n>>>>>>> x\n", 1, "merge conflict", id="conflict"),
        pytest.param("we\0b: a", 1, "NUL", id="binary"),
    ],
)
def test_unreadable(text: str, line: int, part: str) -> None:
    """What is not a Procfile is refused with a sentence and its line."""
    with pytest.raises(Unreadable) as caught:
        parse(text, "Procfile")
    assert (line, True) == (caught.value.line, part in caught.value.reason)


def test_other_lines_are_read_and_the_problem_told() -> None:
    """One odd line does not hide the web process from who asks for both."""
    skipped: list[Unreadable] = []
    found = parse("web: a\nnode b.js\nweb: c\n", "Procfile", skipped)
    assert ["c"] == [process.command for process in found]
    assert [2, 3] == [problem.line for problem in skipped]

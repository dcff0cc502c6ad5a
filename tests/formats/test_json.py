"""JSON documents with and without comments: values, places, and what is refused."""

from __future__ import annotations

import pytest

from advisor.formats.document import Node, Unreadable
from advisor.formats.json import load, parse
from advisor.formats.source import Duplicate
from advisor.model import Place

VERCEL = """\
{
  // the functions
  "functions": {
    "api/*.ts": {"maxDuration": 300,},
  },
  "rewrites": [{"source": "/ws//x"}, "ü", 1.50, null, true,],
  /* "fluid": false,
  */ "fluid": true
}
"""


def at(line: int, column: int, end_line: int, end_column: int) -> Place:
    return Place("vercel.json", line, column, end_line, end_column)


def node(text: str, *keys: str | int) -> Node:
    found = parse(text, "vercel.json").get(*keys)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("keys", "key_place", "place"),
    [
        pytest.param((), None, at(1, 1, 9, 2), id="document"),
        pytest.param(("functions", "api/*.ts", "maxDuration"), at(4, 18, 4, 31), at(4, 33, 4, 36), id="nested number"),
        pytest.param(("functions",), at(3, 3, 3, 14), at(3, 16, 5, 4), id="mapping"),
        pytest.param(("rewrites", 0), None, at(6, 16, 6, 36), id="mapping in a list"),
        pytest.param(("rewrites", 2), None, at(6, 43, 6, 47), id="after a wide character"),
        pytest.param(("fluid",), at(8, 6, 8, 13), at(8, 15, 8, 19), id="after a comment"),
    ],
)
def test_places(keys: tuple[str | int, ...], key_place: Place | None, place: Place) -> None:
    """Keys and values stand where the file writes them, comments or not."""
    found = node(VERCEL, *keys)
    assert (key_place, place) == (found.key_place, found.place)


def test_values() -> None:
    """Comments and trailing commas are white space; what looks like a comment in a string is not one."""
    expected = {
        "functions": {"api/*.ts": {"maxDuration": 300}},
        "rewrites": [{"source": "/ws//x"}, "ü", 1.5, None, True],
        "fluid": True,
    }
    assert expected == parse(VERCEL, "vercel.json").plain()
    assert expected == load(VERCEL)


def test_number_prints_as_written() -> None:
    """A version written as a number keeps its zero."""
    expected = "1.50"
    assert expected == node(VERCEL, "rewrites", 2).text()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param(r'"a\"b\\\n"', 'a"b\\\n', id="escapes"),
        pytest.param(r'"\ud83d\ude00"', "😀", id="surrogate pair"),
        pytest.param(r'"\ud83d"', "\ufffd", id="half a pair cannot be printed"),
        pytest.param(r'"\\ud83d"', "\\ud83d", id="escaped backslash before u"),
        pytest.param("\ufeff[1]", [1], id="byte order mark"),
        pytest.param('{\r\n"a":\r\n1}', {"a": 1}, id="CRLF"),
        pytest.param("-1.5e3", -1500.0, id="number alone"),
        pytest.param("9" * 5000, float("inf"), id="number too long for a number"),
        pytest.param('"a // b /* c */ ,]"', "a // b /* c */ ,]", id="text with comment signs"),
        pytest.param('["a,", ",]", ]', ["a,", ",]"], id="commas in text"),
    ],
)
def test_scalars(text: str, value: object) -> None:
    """Both readings give the same value."""
    assert (value, value) == (parse(text, "vercel.json").plain(), load(text))


def test_crlf_lines() -> None:
    """A carriage return and line feed end one line."""
    assert at(3, 1, 3, 2) == node('{\r\n"a":\r\n1}', "a").place


def test_duplicate_keys_are_reported() -> None:
    """The last of two equal keys holds, and both places are told."""
    duplicates: list[Duplicate] = []
    document = parse('{"a": 1,\n "a": 2}', "vercel.json", duplicates)
    assert (2, [Duplicate("a", at(2, 2, 2, 5), at(1, 2, 1, 5))]) == (document.plain()["a"], duplicates)


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        pytest.param("", 1, "empty", id="empty"),
        pytest.param("// only\n", 1, "empty", id="only a comment"),
        pytest.param('{"a": 1,\n"b": {', 2, "cut off", id="truncated mapping"),
        pytest.param('{"a": "x', 1, "cut off", id="truncated text"),
        pytest.param('{"a": 1}\n}', 2, "extra data", id="more than one value"),
        pytest.param('{"a" 1}', 1, "delimiter", id="colon missing"),
        pytest.param("{'a': 1}", 1, "double quotes", id="single quotes"),
        pytest.param("[,]", 1, "value", id="comma alone"),
        pytest.param("[1,,]", 1, "value", id="two commas"),
        pytest.param("{}\n/* open", 2, "comment is not closed", id="open comment"),
        pytest.param("[/*/ 1]", 1, "comment is not closed", id="comment that only seems closed"),
        pytest.param("[NaN]", None, "NaN", id="not a number"),
        pytest.param('["a\nb"]', 1, "control character", id="line break in text"),
    ],
)
def test_unreadable(text: str, line: int | None, part: str) -> None:
    """What is not JSON is refused with a sentence and its line, by both readings."""
    for read in (lambda: parse(text, "vercel.json"), lambda: load(text)):
        with pytest.raises(Unreadable) as caught:
            read()
        assert (line, True) == (caught.value.line, part in caught.value.reason)

"""TOML documents: values, places, and what is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest

from advisor.formats.document import Node, Unreadable
from advisor.formats.toml import parse
from advisor.model import Place

FLY = """\
app = "chat"   # the name
kill_timeout = 30
version = 1.30

[build.args]
"a.b" = 'x'

[http_service]
  internal_port = 3_000
  concurrency = { type = "connections", hard_limit = 25 }
  http_options.response.pristine = true

[[services]]
  ports = [
    { handlers = ["tls", "http"], port = 443 }, # both
    80,
  ]
  [services.concurrency]
    soft_limit = 0x10

[[services]]
  [[services.checks]]
    grace = 1979-05-27 07:32:00
    text = \"\"\"a
"" b\"\"\"\"
"""


def at(line: int, column: int, end_line: int, end_column: int) -> Place:
    return Place("fly.toml", line, column, end_line, end_column)


def node(text: str, *keys: str | int) -> Node:
    found = parse(text, "fly.toml").get(*keys)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("keys", "key_place", "place"),
    [
        pytest.param(("app",), at(1, 1, 1, 4), at(1, 7, 1, 13), id="top level"),
        pytest.param(("build",), at(5, 2, 5, 7), at(5, 1, 5, 13), id="table that only a longer header names"),
        pytest.param(("build", "args"), at(5, 8, 5, 12), at(5, 1, 6, 12), id="table runs to its last value"),
        pytest.param(("build", "args", "a.b"), at(6, 1, 6, 6), at(6, 9, 6, 12), id="quoted key"),
        pytest.param(("http_service", "internal_port"), at(9, 3, 9, 16), at(9, 19, 9, 24), id="in a table"),
        pytest.param(("http_service", "concurrency"), at(10, 3, 10, 14), at(10, 17, 10, 58), id="inline table"),
        pytest.param(
            ("http_service", "concurrency", "hard_limit"), at(10, 41, 10, 51), at(10, 54, 10, 56), id="in an inline table"
        ),
        pytest.param(("http_service", "http_options"), at(11, 3, 11, 15), at(11, 3, 11, 40), id="table of a dotted key"),
        pytest.param(
            ("http_service", "http_options", "response", "pristine"), at(11, 25, 11, 33), at(11, 36, 11, 40), id="dotted key"
        ),
        pytest.param(("services",), at(13, 3, 13, 11), at(13, 1, 13, 13), id="array of tables"),
        pytest.param(("services", 0, "ports", 0, "handlers", 1), None, at(15, 26, 15, 32), id="array in a table in an array"),
        pytest.param(("services", 0, "ports", 1), None, at(16, 5, 16, 7), id="after a comment"),
        pytest.param(
            ("services", 0, "concurrency", "soft_limit"), at(19, 5, 19, 15), at(19, 18, 19, 22), id="table below an array"
        ),
        pytest.param(("services", 1, "checks", 0, "text"), at(24, 5, 24, 9), at(24, 12, 25, 9), id="text over several lines"),
    ],
)
def test_places(keys: tuple[str | int, ...], key_place: Place | None, place: Place) -> None:
    """Keys and values stand where the file writes them."""
    found = node(FLY, *keys)
    assert (key_place, place) == (found.key_place, found.place)


def test_values_are_those_of_tomllib() -> None:
    """Values are Python's own, with dates as text."""
    expected = tomllib.loads(FLY)
    check = expected["services"][1]["checks"][0]
    check["grace"] = check["grace"].isoformat()
    assert expected == parse(FLY, "fly.toml").plain()


def scalars(found: Node) -> Iterator[Node]:
    if isinstance(found.value, dict | list):
        for _, child in found.items():
            yield from scalars(child)
        for child in found.value if isinstance(found.value, list) else []:
            yield from scalars(child)
    else:
        yield found


def test_every_place_holds_its_value() -> None:
    """What stands at a value's place, read alone, is the value."""
    lines = FLY.split("\n")
    for found in scalars(parse(FLY, "fly.toml")):
        place = found.place
        text = "\n".join(lines[place.line - 1 : place.end_line])
        last = len(lines[(place.end_line or 1) - 1])
        text = text[place.column - 1 : len(text) - last + (place.end_column or 1) - 1]
        alone = parse(f"key = {text}", "fly.toml").get("key")
        assert alone is not None
        assert found.value == alone.value


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (("version",), "1.30"),
        (("http_service", "internal_port"), "3_000"),
        (("services", 0, "concurrency", "soft_limit"), "0x10"),
    ],
)
def test_numbers_print_as_written(keys: tuple[str | int, ...], text: str) -> None:
    """Numbers keep the form of the file."""
    assert text == node(FLY, *keys).text()


@pytest.mark.parametrize(
    ("text", "line", "place"),
    [
        pytest.param("\ufeffa = 1", 1, at(1, 5, 1, 6), id="byte order mark"),
        pytest.param("b = 0\r\na = 1\r\n", 2, at(2, 5, 2, 6), id="CRLF"),
        pytest.param('"ä\\u0041" = "😀"\na = 1', 2, at(2, 5, 2, 6), id="escaped key"),
        pytest.param("x = '''a\n'' b''''\na = 1", 3, at(3, 5, 3, 6), id="literal text over lines"),
    ],
)
def test_forms(text: str, line: int, place: Place) -> None:
    """Marks, line ends and quotes do not shift what follows."""
    assert (line, place) == (node(text, "a").place.line, node(text, "a").place)


def test_empty() -> None:
    """An empty file is an empty table."""
    assert Node({}, at(1, 1, 1, 1)) == parse("", "fly.toml")


def test_tables_written_apart() -> None:
    """A table's own header is its place, wherever its parts stand; a list of tables keeps its first."""
    text = "[c.d]\n[[a]]\n[[a]]\nx=1\n[a.b]\n[c]\n"
    expected = [at(6, 1, 6, 4), at(1, 1, 1, 6), at(2, 1, 2, 6), at(3, 1, 4, 4), at(5, 1, 5, 6)]
    paths: list[tuple[str | int, ...]] = [("c",), ("c", "d"), ("a",), ("a", 1), ("a", 1, "b")]
    assert expected == [node(text, *path).place for path in paths]
    assert at(2, 3, 2, 4) == node(text, "a").key_place


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        pytest.param("a = 1\na = 2\n", 2, "overwrite", id="duplicate key"),
        pytest.param("a = 1\n[a]\n", 2, "a", id="table over a value"),
        pytest.param("a = 1\nb = \n", 2, "invalid value", id="no value"),
        pytest.param('a = 1\nb = "x', 2, "cut off", id="cut off in text"),
        pytest.param("a = [1,\n", 2, "cut off", id="cut off in a list"),
        pytest.param("a = " + "9" * 5000, None, "limit", id="number too long"),
        pytest.param("a = 2020-13-45", 1, "expected newline", id="no such date"),
        pytest.param("<<<<<<< HEAD\na=1\n=======\na=2\n>>>>>>> x\n", 1, "merge conflict", id="conflict"),
        pytest.param("[" + "a." * 10_000 + "a]", None, "nested", id="deep key"),
        pytest.param("a" + '."a"' * 10_000 + "=1", None, "nested", id="deep quoted key"),
        pytest.param("a = " + "[" * 10_000, None, "nested", id="deep list"),
        pytest.param("a = " + "[" * 150 + "]" * 150, 1, "nested", id="closed deep list"),
    ],
)
def test_unreadable(text: str, line: int | None, part: str) -> None:
    """What is not TOML is refused with a sentence and its line."""
    with pytest.raises(Unreadable) as caught:
        parse(text, "fly.toml")
    assert (line, True) == (caught.value.line, part in caught.value.reason)

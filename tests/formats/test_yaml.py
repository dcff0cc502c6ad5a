"""YAML documents: values, places, aliases, tags, and what is refused."""

from __future__ import annotations

from itertools import pairwise

import pytest

from advisor.formats.document import Node, Unreadable
from advisor.formats.source import Duplicate
from advisor.formats.yaml import parse, parse_all
from advisor.model import Place

COMPOSE = """\
x-base: &base
  image: nginx:1.27
  restart: always
services:
  web:
    <<: *base
    restart: "no"
    ports: ["80:80", 22:22]
"""


def at(line: int, column: int, end_line: int, end_column: int) -> Place:
    return Place("f.yml", line, column, end_line, end_column)


def node(text: str, *keys: str | int) -> Node:
    found = parse(text, "f.yml").get(*keys)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("keys", "key_place", "place"),
    [
        pytest.param(("services", "web", "restart"), at(7, 5, 7, 12), at(7, 14, 7, 18), id="quoted scalar"),
        pytest.param(("services", "web", "image"), at(2, 3, 2, 8), at(2, 10, 2, 20), id="merged key keeps its own line"),
        pytest.param(("services", "web", "ports"), at(8, 5, 8, 10), at(8, 12, 8, 28), id="flow list"),
        pytest.param(("services", "web", "ports", 1), None, at(8, 22, 8, 27), id="list member"),
        pytest.param(("services", "web"), at(5, 3, 5, 6), at(6, 5, 8, 28), id="block mapping ends with its last value"),
        pytest.param(("x-base",), at(1, 1, 1, 7), at(1, 9, 3, 18), id="anchored mapping starts at its anchor"),
    ],
)
def test_places(keys: tuple[str | int, ...], key_place: Place | None, place: Place) -> None:
    """Keys and values stand where the file writes them."""
    found = node(COMPOSE, *keys)
    assert (key_place, place) == (found.key_place, found.place)


def test_merge_keeps_written_keys() -> None:
    """A key written beside a merge wins over the merged one."""
    expected = {"image": "nginx:1.27", "restart": "no", "ports": ["80:80", "22:22"]}
    assert expected == node(COMPOSE, "services", "web").plain()


def test_earlier_merge_wins() -> None:
    """Of several merged mappings the first one in the list holds."""
    text = "a: &a {k: 1}\nb: &b {k: 2, m: 3}\nc:\n  <<: [*a, *b]\n"
    assert {"k": 1, "m": 3} == node(text, "c").plain()


def test_columns_count_characters() -> None:
    """A character outside ASCII is one column."""
    assert at(1, 6, 1, 9) == node("äöü: 'x'\n", "äöü").place


@pytest.mark.parametrize(
    ("written", "value", "text"),
    [
        pytest.param("yes", True, "true", id="boolean word"),
        pytest.param("'yes'", "yes", "yes", id="quoted is text"),
        pytest.param("~", None, None, id="null"),
        pytest.param("0644", 420, "0644", id="octal prints as written"),
        pytest.param("0x1F", 31, "0x1F", id="hexadecimal"),
        pytest.param("1_000", 1000, "1_000", id="underscores"),
        pytest.param("1.30", 1.3, "1.30", id="version keeps its zero"),
        pytest.param("-.inf", float("-inf"), "-.inf", id="infinity"),
        pytest.param("1e3", "1e3", "1e3", id="no dot is text in YAML 1.1"),
        pytest.param("22:22", "22:22", "22:22", id="base 60 stays text"),
        pytest.param("2026-06-22", "2026-06-22", "2026-06-22", id="date stays text"),
        pytest.param("!!str 5", "5", "5", id="forced text"),
        pytest.param('!!int "5"', 5, "5", id="forced number"),
        pytest.param("9" * 5000, "9" * 5000, "9" * 5000, id="number too long for a number"),
    ],
)
def test_scalars(written: str, value: object, text: str | None) -> None:
    """Plain scalars resolve as PyYAML's safe loader does it, and print as written."""
    found = node(f"k: {written}\n", "k")
    assert (value, type(value) is bool) == (found.value, type(found.value) is bool)
    if text != "-.inf":
        assert text == found.text()


def test_boolean_key_stays_as_written() -> None:
    """The ``on:`` of a GitHub workflow is a key called on."""
    assert {"on": "push", "8080": 1} == parse("on: push\n8080: 1\n", "f.yml").plain()


@pytest.mark.parametrize(
    ("text", "tag", "value"),
    [
        pytest.param("k: !Ref Bucket", "!Ref", "Bucket", id="scalar"),
        pytest.param("k: !GetAtt [A, Arn]", "!GetAtt", ["A", "Arn"], id="flow list"),
        pytest.param("k: !If\n  - c\n  - !Ref A\n", "!If", ["c", "A"], id="block list"),
        pytest.param("k: !Sub {a: 1}", "!Sub", {"a": 1}, id="mapping"),
        pytest.param("k: !!python/object:os.system x", "tag:yaml.org,2002:python/object:os.system", "x", id="never run"),
        pytest.param("k: plain", None, "plain", id="no tag"),
    ],
)
def test_tags(text: str, tag: str | None, value: object) -> None:
    """A tag that plain data cannot hold stays on the node."""
    found = node(text, "k")
    assert (tag, value) == (found.tag, found.plain())


def test_duplicate_keys_are_reported() -> None:
    """The last of two equal keys holds, and both places are told."""
    duplicates: list[Duplicate] = []
    document = parse("a: 1\nb: 2\na: 3\n", "f.yml", duplicates)
    assert {"a": 3, "b": 2} == document.plain()
    assert [Duplicate("a", at(3, 1, 3, 2), at(1, 1, 1, 2))] == duplicates


def test_several_documents() -> None:
    """A stream gives its documents in order and leaves empty ones out."""
    assert [{"a": 1}, [2]] == [document.plain() for document in parse_all("---\na: 1\n---\n---\n- 2\n...\n", "f.yml")]


def test_anchors_end_with_their_document() -> None:
    """An alias cannot reach into the document before."""
    with pytest.raises(Unreadable) as caught:
        parse_all("a: &x 1\n---\nb: *x\n", "f.yml")
    assert ("uses the alias *x, which no anchor defines", 3) == (caught.value.reason, caught.value.line)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "~"])
def test_empty(text: str) -> None:
    """A file without content is a node without a value."""
    assert Node(None, Place("f.yml")) == parse(text, "f.yml")


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        pytest.param("a: 1\nb: c: d\n", 2, "mapping values are not allowed", id="bad mapping"),
        pytest.param('a: "open\n', 2, "end of stream", id="open quote"),
        pytest.param("a: 1\nb: {{ .Values.x }}\n", 2, "template braces", id="helm value"),
        pytest.param("{{- if x }}\na: 1\n{{- end }}\n", 1, "{{ }}", id="helm block"),
        pytest.param("a: 1\nb: \x07\n", 2, "control characters", id="control character"),
        pytest.param("a: &a [*a]\n", 1, "inside its own anchor", id="recursive alias"),
        pytest.param("a: 1\n---\nb: 1\n", 3, "2 YAML documents", id="several documents"),
        pytest.param("a:\n  <<: 1\n", 2, "merge key", id="merge of a number"),
    ],
)
def test_unreadable(text: str, line: int, part: str) -> None:
    """What is not YAML is refused with a sentence and its line."""
    with pytest.raises(Unreadable) as caught:
        parse(text, "f.yml")
    assert (line, True) == (caught.value.line, part in caught.value.reason)


def test_bomb_is_refused_before_it_grows() -> None:
    """Nine levels of nine aliases each stop at the bound, with no more values built than the file writes."""
    names = "abcdefghij"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{after}: &{after} [{', '.join([f'*{before}'] * 9)}]" for before, after in pairwise(names)]
    with pytest.raises(Unreadable) as caught:
        parse("\n".join(lines), "f.yml")
    assert "its aliases expand to more than 100000 values" == caught.value.reason


def test_deep_aliases_are_refused() -> None:
    """Nesting that only aliases make is bounded like written nesting."""
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 200)]
    with pytest.raises(Unreadable) as caught:
        parse("\n".join(lines), "f.yml")
    assert "is nested more than 100 levels deep" == caught.value.reason

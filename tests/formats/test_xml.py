"""XML becomes a document with places; nothing that stands in a file raises but ``Unreadable``."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as some

from advisor.formats.document import Node, Unreadable
from advisor.formats.xml import parse


def test_elements_and_attributes_have_places() -> None:
    """One element is a mapping, several of one name a list; an attribute stands at its name, also on a later line."""
    text = '<?xml version="1.0"?>\n<a>\n  <b x="1"/>\n  <b\n     x="2" y="&lt;ü"/>\n  <c z="3"/>\n</a>\n'
    document = parse(text, "web.config")
    second = document.get("a", "b", 1, "x")

    assert {"a": {"b": [{"x": "1"}, {"x": "2", "y": "<ü"}], "c": {"z": "3"}}} == document.plain()
    assert second is not None
    assert (5, 6) == (second.place.line, second.place.column)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<a>\n<b></a>", 2),
        ("<a", 1),
        ("", 1),
        ('<!DOCTYPE a [<!ENTITY b "c">]>\n<a>&b;</a>', 1),
        ("<a>" * 200 + "</a>" * 200, 1),
    ],
)
def test_what_is_not_read(text: str, line: int) -> None:
    """It is told with its line."""
    with pytest.raises(Unreadable) as told:
        parse(text, "web.config")

    assert line == told.value.line


PIECES = [
    "<a>",
    "</a>",
    "<b c='d'/>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "&x;",
    "<?p?>",
    "\n",
    "é",
    "\x00",
    "\ud800",
    "<",
]


@given(some.lists(some.sampled_from(PIECES), max_size=30).map("".join) | some.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever it is."""
    with suppress(Unreadable):
        assert isinstance(parse(text, "x.config"), Node)

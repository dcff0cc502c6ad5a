"""Bicep text becomes declarations with places and values; nothing that stands in a file raises but ``Unreadable``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from advisor.formats.bicep import Document, parse
from advisor.formats.bicep_values import Values
from advisor.formats.document import Node, Unreadable

SITE = """\
param plan string
@secure()
param key string
@allowed([
  'B1'
  'P1'
])
param sku string = 'B1'
var name = 'chat-${sku}'

resource site 'Microsoft.Web/sites@2023-01-01' = if (sku != 'F1') {
  name: name // the host's
  properties: {
    serverFarmId: plan
    siteConfig: { alwaysOn: sku != 'F1', ports: [80, 443] }
    text: sku == 'F1'
      ? 'free'
      : 'paid'
  }
  resource web 'config' = {
    name: 'web'
  }
}
resource old 'Microsoft.Web/sites@2023-01-01' existing = {
  name: 'old'
}
module door './door.bicep' = [for i in range(0, 2): {
  name: 'door'
  params: { host: site.properties.defaultHostName }
}]
output host string = site.properties.defaultHostName
"""


def values(document: Document) -> Values:
    """What a file says by itself."""
    defaults = {name: each.default for name, each in document.parameters.items() if each.default is not None}
    return Values(lambda name: {**defaults, **document.variables}.get(name))


def worked_out(text: str, declared: str = "") -> Node:
    """The value of a variable, with what else is declared put in."""
    document = parse(f"{declared}\nvar asked = {text}\n", "main.bicep")
    return values(document).filled(document.variables["asked"])


def test_declarations_have_places() -> None:
    """Resources, also nested ones, with type, line and what says whether they are made."""
    document = parse(SITE, "main.bicep")

    assert [
        ("site", "Microsoft.Web/sites", 11, False, "sku != 'F1'", None),
        ("web", "Microsoft.Web/sites/config", 20, False, None, "site"),
        ("old", "Microsoft.Web/sites", 24, True, None, None),
    ] == [
        (each.symbol, each.type, each.place.line, each.existing, each.condition.value if each.condition else None, each.within)
        for each in document.resources
    ]
    assert [("door", "./door.bicep", True)] == [(each.symbol, each.source, each.repeated) for each in document.modules]
    assert [] == document.problems


def test_values_have_places() -> None:
    """A property's key and value stand where they are written."""
    body = parse(SITE, "main.bicep").resources[0].body
    node = body.get("properties", "siteConfig", "alwaysOn")

    assert node is not None
    assert node.key_place is not None
    assert ("sku != 'F1'", "expression", 15, 29) == (node.value, node.tag, node.place.line, node.place.column)
    assert (15, 19) == (node.key_place.line, node.key_place.column)


def test_parameters_and_variables_are_put_in() -> None:
    """What a file decides is a value; what the caller gives stays open; a nested resource is no property."""
    document = parse(SITE, "main.bicep")

    assert {
        "name": "chat-B1",
        "properties": {"serverFarmId": "plan", "siteConfig": {"alwaysOn": True, "ports": [80, 443]}, "text": "paid"},
    } == values(document).filled(document.resources[0].body).plain()
    assert [("plan", False), ("key", True), ("sku", False)] == [(e.name, e.secure) for e in document.parameters.values()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'a'", "a"),
        ("'it''", Unreadable),
        ("'it\\'s'", "it's"),
        ("'''a\n'b''''", "a\n'b'"),
        ("'\\u{1F600}'", "\U0001f600"),
        ("-3", -3),
        ("true", True),
        ("[\n  1\n  2\n]", [1, 2]),
        ("{ a: 1, 'b-c': 2 }", {"a": 1, "b-c": 2}),
        ("name", "chat"),
        ("'x-${name}'", "x-chat"),
        ("'x-${unknown}'", None),
        ("on ? 1 : 2", 1),
        ("!on ? 1 : unknown()", None),
        ("on ? 1 : unknown()", 1),
        ("unknown ? 1 : 2", None),
        ("on || unknown", True),
        ("off && unknown", False),
        ("size.big", 10),
        ("size['big']", 10),
        ("size.none ?? 4", None),
        ("empty(blank)", True),
        ("empty(blank) ? 5 : 6", 5),
        ("name == 'chat'", True),
        ("union(size, { small: name })", {"big": 10, "small": "chat"}),
        ("union(size, unknown)", None),
        ("environment().suffixes.storage", None),
        ("[for i in range(0, 2): i]", None),
    ],
)
def test_values(text: str, expected: object) -> None:
    """Literals and what can be worked out; ``None`` stands for what stays open."""
    declared = "param name string = 'chat'\nparam on bool = true\nvar off = false\nvar size = { big: 10 }\nvar blank = ''\n"
    if expected is Unreadable:
        with pytest.raises(Unreadable):
            worked_out(text, declared)
        return
    found = worked_out(text, declared)

    assert expected == (None if found.tag == "expression" else found.plain())


def test_a_variable_that_names_itself() -> None:
    """A circle stays open."""
    assert "expression" == worked_out("a", "var a = b\nvar b = a\n").tag


def test_a_parameter_file() -> None:
    """What it gives is kept by name."""
    assert {"sku": "P1", "on": True} == {
        name: node.plain()
        for name, node in parse("using './main.bicep'\nparam sku = 'P1'\nparam on = true\n", "x").assigned.items()
    }


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("var a = 'x\n", 1),
        ("var b = 1\nvar a = {\n  b: 1\n", 2),
        ("var a = [1\n", 1),
        ("<<<<<<< HEAD\nvar a = 1\n=======\n>>>>>>> x\n", 1),
        ("var a = " + "[" * 500 + "]" * 500, 1),
    ],
)
def test_what_is_no_bicep(text: str, line: int) -> None:
    """It is told with the line at which it begins to be wrong."""
    with pytest.raises(Unreadable) as told:
        parse(text, "main.bicep")

    assert line == told.value.line


def test_an_unknown_statement_is_told() -> None:
    """And the rest is read."""
    document = parse("strange thing { a: 1 }\nvar b = 2\n", "main.bicep")

    assert ([1], ["b"]) == ([each.place.line for each in document.problems], list(document.variables))


FRAGMENTS = [
    "resource a 'b@c' = ",
    "module m './x' = ",
    "param p ",
    "var v = ",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "'",
    "${",
    "\n",
    ":",
]
FRAGMENTS += [
    "if (",
    "for i in x:",
    "?",
    "@secure()",
    "//",
    "/*",
    "'''",
    "a.b",
    "1",
    ",",
    "...",
    "#",
    "\\",
    "existing",
    "=",
    "\x00",
    "é",
]


@given(some.lists(some.sampled_from(FRAGMENTS), max_size=40).map("".join) | some.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    """And what is read can be worked out, whatever it is."""
    try:
        document = parse(text, "x.bicep")
    except Unreadable:
        return
    filled = values(document)
    for node in (*document.variables.values(), *(each.body for each in document.resources)):
        assert isinstance(filled.filled(node), Node)
        assert 1 <= node.place.line <= text.count("\n") + 1

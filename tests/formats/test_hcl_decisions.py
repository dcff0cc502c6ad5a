"""Tests of what HCL's conditions, functions and a caller's arguments settle."""

from __future__ import annotations

import pytest

from advisor.formats.document import Node
from advisor.formats.hcl import Module, Syntax
from advisor.model import Place

VARIABLES = """
variable "on" { default = true }
variable "off" { default = false }
variable "name" { default = "web" }
variable "empty" { default = "" }
variable "list" { default = ["a", "b"] }
variable "object" { default = { port = 80, inner = { on = true } } }
variable "open" { type = string }
"""


def value_of(expression: str, arguments: dict[str, Node] | None = None) -> object:
    """What ``x = <expression>`` becomes, as plain data; open expressions as their text in brackets."""
    module = Module.of({"main.tf": f'{VARIABLES}\nresource "a" "b" {{\n  x = {expression}\n}}\n'}, arguments)
    node = next(iter(module.of_type("a"))).body.get("x")
    assert node is not None
    return f"<{node.value}>" if node.tag == "expression" else node.plain()


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("var.on ? 1 : 0", 1),
        ("var.off ? 1 : 0", 0),
        ("!var.off ? 1 : 0", 1),
        ('var.name == "web" ? "a" : "b"', "a"),
        ('var.name != "" && var.on ? 1 : 0', 1),
        ("!var.on || var.off ? 1 : 0", 0),
        ("var.off && var.open ? 1 : 0", 0),
        ("length(var.list) > 1 ? [1] : []", [1]),
        ("var.object.inner.on ? 1 : 0", 1),
        ("(var.on) ? 1 : 0", "<(var.on) ? 1 : 0>"),
        ("var.open ? 1 : 0", "<var.open ? 1 : 0>"),
        ("var.open == null ? 1 : 0", "<var.open == null ? 1 : 0>"),
        ("var.on || var.open ? 1 : 0", 1),
        ("3 > 2 ? 1 : 0", 1),
    ],
)
def test_condition(expression: str, expected: object) -> None:
    """A condition on known values takes its branch; one that hangs on something else stays open."""
    assert expected == value_of(expression)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("merge({ a = 1 }, { b = 2 })", {"a": 1, "b": 2}),
        ("merge({ a = 1 }, var.open)", "<merge({ a = 1 }, var.open)>"),
        ("concat([1], var.list)", [1, "a", "b"]),
        ("flatten([[1], [2]])", [1, 2]),
        ('coalesce(var.empty, lower("WEB"))', "web"),
        ("coalesce(var.open, 1)", "<coalesce(var.open, 1)>"),
        ("try(var.object.port, 1)", 80),
        ("try(var.object.missing, 1)", "<try(var.object.missing, 1)>"),
        ('lookup(var.object, "port", 1)', 80),
        ('lookup(var.object, "missing", 1)', 1),
        ("length(var.list)", 2),
        ('contains(var.list, "a") ? 1 : 0', 1),
        ('upper("a")', "A"),
        ("jsonencode([merge({ a = 1 }, { a = 2 })])", [{"a": 2}]),
        ("cidrsubnet(var.name, 1, 2)", "<cidrsubnet(var.name, 1, 2)>"),
    ],
)
def test_function(expression: str, expected: object) -> None:
    """A function with known arguments gives its value; others stay open."""
    assert expected == value_of(expression)


def test_argument_replaces_default() -> None:
    """An argument of the calling module stands in place of the default, an open one leaves the variable open."""
    place = Place("root.tf", 3)
    assert 7 == value_of("var.name", {"name": Node(7, place)})
    assert "<var.name>" == value_of("var.name", {"name": Node("aws_lb.a.arn", place, tag="expression")})


def test_unwanted_bodies_are_left_out() -> None:
    """A block that is not wanted keeps its address and place, and its body is not read."""
    text = 'resource "a" "one" {\n  x = 1\n}\n\nresource "b" "two" {\n  x = 2\n}\n'
    module = Module.of({"main.tf": Syntax.of(text, "main.tf")}, wanted=lambda type_, labels: labels[:1] == ("a",))
    assert [("a.one", {"x": 1}, 1), ("b.two", {}, 5)] == [(b.address, b.body.plain(), b.place.line) for b in module.blocks]

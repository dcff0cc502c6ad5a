"""Terraform files: blocks, places, what is evaluated, what stays open, and what is refused."""

from __future__ import annotations

import pytest

from advisor.formats.document import Node, Unreadable
from advisor.formats.hcl import Block, Module, parse, references
from advisor.formats.source import Duplicate
from advisor.model import Place

ALB = """\
# front
resource "aws_lb" "main" {
  name               = "web-${var.stage}"
  idle_timeout       = 4000
  security_groups    = [aws_security_group.lb.id, "sg-1"]
  tags               = { Name = "ä", "k" : true }

  access_logs {
    bucket = "x"
  }
  access_logs {
    bucket = "y"
  }
  dynamic "subnet_mapping" {
    for_each = var.subnets
    content {
      subnet_id = subnet_mapping.value
    }
  }
}
"""


def at(line: int, column: int, end_line: int, end_column: int) -> Place:
    return Place("a.tf", line, column, end_line, end_column)


def block(text: str) -> Block:
    (found,) = parse(text, "a.tf").blocks
    return found


def value(expression: str, **files: str) -> Node:
    """The node of ``x = <expression>`` in a module with these further files."""
    module = Module.of(
        {"a.tf": f"locals {{\n  x = {expression}\n}}\n", **{name.replace("_", "."): text for name, text in files.items()}}
    )
    assert module.unreadable == ()
    found = module.blocks[0].body.get("x")
    assert found is not None
    return found


def test_block() -> None:
    """A block has its type, its labels, the name by which expressions call it, and its place."""
    lb = block(ALB)
    assert ("resource", ("aws_lb", "main"), "aws_lb.main", None) == (lb.type, lb.labels, lb.address, lb.repeated)
    assert at(2, 1, 20, 2) == lb.place


@pytest.mark.parametrize(
    ("keys", "key_place", "place", "plain", "tag"),
    [
        pytest.param(("idle_timeout",), at(4, 3, 4, 15), at(4, 24, 4, 28), 4000, None, id="number"),
        pytest.param(("name",), at(3, 3, 3, 7), at(3, 24, 3, 42), '"web-${var.stage}"', "expression", id="open text"),
        pytest.param(
            ("security_groups", 0), None, at(5, 25, 5, 49), "aws_security_group.lb.id", "expression", id="reference in a list"
        ),
        pytest.param(("tags", "k"), at(6, 38, 6, 41), at(6, 44, 6, 48), True, None, id="object, after a wide character"),
        pytest.param(("access_logs",), at(8, 3, 8, 14), at(8, 3, 10, 4), [{"bucket": "x"}, {"bucket": "y"}], None, id="blocks"),
        pytest.param(("access_logs", 1), at(11, 3, 11, 14), at(11, 3, 13, 4), {"bucket": "y"}, None, id="second block"),
        pytest.param(
            ("subnet_mapping", 0),
            at(14, 3, 14, 10),
            at(16, 5, 18, 6),
            {"subnet_id": "subnet_mapping.value"},
            "dynamic",
            id="dynamic",
        ),
    ],
)
def test_nodes(keys: tuple[str | int, ...], key_place: Place | None, place: Place, plain: object, tag: str | None) -> None:
    """Attributes and nested blocks stand where the file writes them."""
    found = block(ALB).body.get(*keys)
    assert found is not None
    assert (key_place, place, plain, tag) == (found.key_place, found.place, found.plain(), found.tag)


@pytest.mark.parametrize(
    ("expression", "plain"),
    [
        pytest.param("-5", -5, id="negative"),
        pytest.param("60 * 60 + 1", 3601, id="arithmetic"),
        pytest.param("10 / 4", 2.5, id="division"),
        pytest.param("(3)", 3, id="brackets"),
        pytest.param("!true", False, id="not"),
        pytest.param("null", None, id="null"),
        pytest.param(r'"a\"b\n\u00e4$${c}"', 'a"b\nä${c}', id="escapes"),
        pytest.param('""', "", id="empty text"),
        pytest.param('"${"q"}-${1}"', "q-1", id="known parts"),
        pytest.param('"${5}"', 5, id="one part keeps its type"),
        pytest.param("[1, [true], {}]", [1, [True], {}], id="collections"),
        pytest.param('{ a = 1, (local.k) = 2, "b" = 3 }', {"a": 1, "key": 2, "b": 3}, id="keys"),
        pytest.param("jsonencode([{ a = 1 }])", [{"a": 1}], id="jsonencode is its value"),
        pytest.param('tonumber("5")', "5", id="conversions pass on"),
        pytest.param("local.k", "key", id="local"),
        pytest.param("local.deep.a[1].b", "found", id="below a local"),
        pytest.param("var.d", 30, id="default of a variable"),
        pytest.param("var.d * 2", 60, id="arithmetic with a variable"),
        pytest.param('"t-${var.d}"', "t-30", id="text with a variable"),
    ],
)
def test_evaluated(expression: str, plain: object) -> None:
    """What the files settle has a value."""
    other = 'locals {\n  k = "key"\n  deep = { a = [0, { b = "found" }] }\n}\nvariable "d" {\n  default = 30\n}\n'
    found = value(expression, b_tf=other)
    assert (plain, True) == (found.plain(), found.tag in (None, "variable"))


@pytest.mark.parametrize(
    "expression",
    [
        "var.none",
        "var.unset",
        "var.void",
        "local.none",
        "local.x",
        "local.deep.b",
        "var.unset ? 1 : 2",
        "max(1, 2)",
        "aws_lb.main.arn",
        "aws_lb.main[0].arn",
        "aws_lb.main[*].arn",
        "[for s in var.l : s]",
        "1 / 0",
        "1 == 1",
        '"${var.unset}-b"',
        '"%{ if true }a%{ endif }"',
        "data.aws_vpc.main.id",
        "each.value",
    ],
)
def test_open(expression: str) -> None:
    """What the files leave open keeps its text and says so."""
    found = value(expression, b_tf='variable "unset" {}\nvariable "void" {\n  default = null\n}\nlocals {\n  deep = {}\n}\n')
    assert (expression, "expression", None) == (found.value, found.tag, found.text())


def test_place_of_a_variable_is_its_use() -> None:
    """A setting whose value comes from a variable stands where it is set."""
    found = value("var.d", b_tf='variable "d" {\n  default = 30\n}\n')
    assert (at(2, 7, 2, 12), "variable") == (found.place, found.tag)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"terraform_tfvars": "d = 60"}, (60, "secret"), id="loaded by itself"),
        pytest.param({"x_auto_tfvars": "d = 60"}, (60, "secret"), id="auto"),
        pytest.param({"dev_tfvars": "d = 60"}, (30, "variable"), id="only where it is named"),
    ],
)
def test_tfvars(files: dict[str, str], expected: tuple[int, str]) -> None:
    """Values of a variable file are used where Terraform loads it by itself, and are marked as secret."""
    found = value("var.d", b_tf='variable "d" {\n  default = 30\n}\n', **files)
    assert expected == (found.value, found.tag)


def test_secrets_stay_marked() -> None:
    """A text made with a secret is one, and variable files hand out only names."""
    files = {
        "a.tf": 'variable "p" {\n sensitive = true\n default = "hunter2"\n}\n',
        "b.tf": 'locals {\n  url = "x:${var.p}"\n  all = [local.url]\n}\n',
        "dev.tfvars": 'token = "hunter3"\n',
    }
    module = Module.of(files)
    assert {"dev.tfvars": ("token",)} == module.names_set
    assert "hunter3" not in repr(module)
    assert ["secret"] == [node.tag for node in (module.blocks[1].body.get("url"),) if node]
    assert ["secret"] == [node.tag for node in (module.blocks[1].body.get("all", 0),) if node]


def test_heredoc() -> None:
    """A heredoc's text has its indentation taken off and its place at its first line; open parts stay as written."""
    text = 'locals {\n  k = 5\n  x = <<-EOT\n    {\n      "a": ${local.k}, "b": "${var.b}"\n    }\n  EOT\n}\n'
    found = Module.of({"a.tf": text}).blocks[0].body.get("x")
    assert found is not None
    assert ('{\n  "a": 5, "b": "${var.b}"\n}\n', "heredoc") == (found.value, found.tag)
    assert (4, 5) == (found.place.line, found.place.column)
    assert ("var.b",) == references(found)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("aws_lb.main.arn", ("aws_lb.main",)),
        ('"${aws_lb.a[0].arn}:${data.aws_x.b.c}"', ("aws_lb.a", "data.aws_x.b")),
        ("aws_lb.a.arn == aws_lb.a.id", ("aws_lb.a",)),
        ("5", ()),
    ],
)
def test_references(expression: str, expected: tuple[str, ...]) -> None:
    """An open expression tells the resources that it names."""
    assert expected == references(value(expression))


def test_module() -> None:
    """The files of a directory are one module; a broken one is told and the others are read."""
    files = {
        "a.tf": ALB,
        "b.tf": 'resource "aws_lb" "other" {\n  count = var.on ? 1 : 0\n}\ndata "aws_vpc" "v" {}\n',
        "c.tf": "resource {",
        "d.tf.json": "{}",
    }
    module = Module.of(files)
    assert ["aws_lb.main", "aws_lb.other"] == [found.address for found in module.of_type("aws_lb")]
    other, data = module.find("aws_lb.other"), module.find("data.aws_vpc.v")
    assert other is not None
    assert other.repeated is not None
    assert ("var.on ? 1 : 0", True) == (other.repeated.value, data is not None)
    assert ["c.tf", "d.tf.json"] == [file for file, _ in module.unreadable]


def test_duplicate_attributes_are_reported() -> None:
    """The last of two equal attributes holds, and both places are told."""
    duplicates: list[Duplicate] = []
    document = parse("a = 1\na = 2\n", "a.tf", duplicates)
    assert (2, [Duplicate("a", at(2, 1, 2, 2), at(1, 1, 1, 2))]) == (document.attributes["a"].value, duplicates)


@pytest.mark.parametrize(
    "text", ["", "\n", "# c\n", "/* c */", "a = <<E\nE\n", "\ufeffa = 1", "a {\r\n  b = 1\r\n}\r\n", "a {}", "f = g()"]
)
def test_readable(text: str) -> None:
    """Files that are short, empty or from Windows are files all the same."""
    assert parse(text, "a.tf") == parse(text, "a.tf")


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        pytest.param('a "b" {\n  c = 1\n', 3, "} is missing", id="cut off block"),
        pytest.param("a {\n  b = [1, 2\n}\n", 3, "] is missing", id="open list"),
        pytest.param("a = ", 1, "missing", id="no value"),
        pytest.param('a = "b', 1, "missing", id="open quote"),
        pytest.param("a = <<E\nb\n", 3, "missing", id="open heredoc"),
        pytest.param("a { b = 1, c = 2 }", 1, "syntax", id="comma between attributes"),
        pytest.param("a {\n  b = 1\n}\n}\n", 4, "syntax", id="bracket too many"),
        pytest.param("<<<<<<< HEAD\na=1\n=======\na=2\n>>>>>>> x\n", 1, "merge conflict", id="conflict"),
        pytest.param("a = " + "[" * 150 + "]" * 150, 1, "nested", id="deep list"),
        pytest.param("a {\n" * 150 + "}\n" * 150, 101, "nested", id="deep blocks"),
        pytest.param("a = " + "(" * 150 + "1" + ")" * 150, 1, "nested", id="deep brackets"),
    ],
)
def test_unreadable(text: str, line: int, part: str) -> None:
    """What is not HCL is refused with a sentence and its line."""
    with pytest.raises(Unreadable) as caught:
        parse(text, "a.tf")
    assert (line, True) == (caught.value.line, part in caught.value.reason)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "locals {\n" + "".join(f"  a{i} = [{', '.join([f'local.a{i + 1}'] * 9)}]\n" for i in range(15)) + "a15=1}", id="lists"
        ),
        pytest.param(
            "locals {\n" + "".join(f'  a{i} = "${{local.a{i + 1}}}${{local.a{i + 1}}}"\n' for i in range(60)) + "a60=1}",
            id="text",
        ),
        pytest.param("locals {\n" + "".join(f"  a{i} = local.a{i + 1}\n" for i in range(5000)) + "a5000=1}", id="long chain"),
        pytest.param("locals {\n  a = local.b\n  b = local.a\n}", id="circle"),
        pytest.param("locals {\n  a = " + "1 + " * 4000 + "1\n}", id="long sum"),
        pytest.param("locals {\n  a = " + "9" * 5000 + "\n}", id="long number"),
    ],
)
def test_growth_is_bounded(text: str) -> None:
    """Locals that multiply, run on or go in circles are left open in time."""
    module = Module.of({"a.tf": text})
    assert (1, ()) == (len(module.blocks), module.unreadable)
    assert len(str(module.blocks[0].body.plain())) < 3_000_000

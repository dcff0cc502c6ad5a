"""lighttpd text is read into assignments and conditions with places, and nothing makes the reader raise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.formats.document import Unreadable
from advisor.formats.lighttpd import Assign, Conditional, Include, Joined, Listed, Name, looks_like_lighttpd, parse
from advisor.model import Place

CONFIG = """server.modules += ( "mod_proxy" ) # comment
var.port = 3000
include "conf.d/*.conf"
$HTTP["url"] =~ "^/ws" {
  proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => var.port )) )
} else $HTTP["host"] == "a" {
} else {
  server.tag = "a" + env.NAME
}
"""


def test_statements() -> None:
    """Assignments, includes and a chain of conditions, each with its place."""
    document = parse(CONFIG, "lighttpd.conf")
    modules, port, include, first, second, last = document.statements

    assert document.problem is None
    assert Assign("server.modules", "+=", Listed(((None, "mod_proxy"),)), Place("lighttpd.conf", 1, 1, 1, 34)) == modules
    assert Assign("var.port", "=", 3000, Place("lighttpd.conf", 2, 1, 2, 16)) == port
    assert Include("conf.d/*.conf", Place("lighttpd.conf", 3, 1, 3, 24)) == include
    assert isinstance(first, Conditional)
    host = Listed((("host", "127.0.0.1"), ("port", Name("var.port"))))
    assert Listed((("", Listed(((None, host),))),)) == first.block[0].value  # type: ignore[union-attr]
    assert ('$HTTP["url"]', "=~", "^/ws", False, 4, 6) == (
        first.key,
        first.operator,
        first.value,
        first.otherwise,
        first.place.line,
        first.place.end_line,
    )
    assert isinstance(second, Conditional)
    assert ('$HTTP["host"]', True) == (second.key, second.otherwise)
    assert isinstance(last, Conditional)
    assert (None, True) == (last.key, last.otherwise)
    assert Joined(("a", Name("env.NAME"))) == last.block[0].value  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("a = ( 1\n", "parser failed somehow near here", 2),
        ("a =\n", "parser failed somehow near here", 2),
        ("\nlocation / { }", "invalid character in variable name", 2),
        ("} a = 1", "parser failed somehow near here", 1),
        ("else { }", "parser failed somehow near here", 1),
    ],
)
def test_problems(text: str, reason: str, line: int) -> None:
    """Where lighttpd stops reading, and why."""
    problem = parse(text, "l.conf").problem

    assert problem is not None
    assert (reason, line) == (problem.reason, problem.place.line)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('server.modules = ( "mod_proxy" )\n', True),
        ('$HTTP["url"] =~ "^/ws" {\n}\n', True),
        ("server { listen 80; }\n", False),
        ("server.port=8080\nspring.application.name=x\n", False),
        ("proxy_pass http://app;\n", False),
    ],
)
def test_recognised(text: str, expected: bool) -> None:
    """By its assignments and conditions."""
    assert expected is looks_like_lighttpd(text)


PIECES = st.sampled_from(
    ['$HTTP["url"]', "=~", '"x"', "{", "}", "(", ")", "=>", ",", "a", "=", "+", "1", "else", "include", "\n", "#", '"']
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60).map(" ".join) | st.text(max_size=200))
def test_any_text_gives_a_document(text: str) -> None:
    """Nothing but ``Unreadable`` is raised."""
    try:
        document = parse(text, "l.conf")
    except Unreadable:
        return
    assert document.problem is None or document.problem.reason


def test_depth_is_bounded() -> None:
    """Neither blocks nor lists nested without end exhaust the reader."""
    for text in ('$HTTP["url"] == "/" { ' * 5_000, "a = " + "(" * 5_000):
        assert parse(text, "l.conf").problem is not None

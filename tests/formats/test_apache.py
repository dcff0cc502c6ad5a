"""Apache text to directives: words, places, sections, problems, and telling Apache from its look-alikes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from advisor.formats.apache import Directive, looks_like_apache, parse, words
from advisor.formats.document import Unreadable
from advisor.model import Place


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b", ("a", "b")),
        ("\"a b\" 'c d'", ("a b", "c d")),
        (r'"a \"b\" \\ \n"', ('a "b" \\ \\n',)),
        ('a"b c', ('a"b', "c")),
        ('"not closed', ("not closed",)),
        ("", ()),
    ],
)
def test_words_are_split_as_httpd_splits_them(text: str, expected: tuple[str, ...]) -> None:
    """Quotes only count at the start of a word."""
    assert expected == words(text)


def test_lines_are_joined_and_comments_dropped() -> None:
    """A backslash joins lines, also those of a comment; a hash inside a line is none."""
    text = "# a \\\nProxyPass / http://no/\nProxyPass /ws \\\n  http://app/ws \\\n  upgrade=websocket # b\n"

    (only,) = parse(text, "f").directives
    assert ("ProxyPass", ("/ws", "http://app/ws", "upgrade=websocket", "#", "b")) == (only.name, only.args)
    assert Place("f", 3, 1, 5, 24) == only.place


def test_sections_hold_directives_with_places() -> None:
    """A section runs to the end of its closing tag."""
    (host,) = parse("<VirtualHost *:80>\n  ServerName a\n</virtualhost>\n", "f").directives

    assert ("*:80",) == host.args
    assert Place("f", 1, 1, 3, 15) == host.place
    assert (Directive("ServerName", "a", Place("f", 2, 3, 2, 15)),) == host.block


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<Location /a>\n", "<Location> was not closed."),
        ("<Location /a>\n</Directory>\n</Location>\n", "Expected </Location> but saw </Directory>"),
        ("</Location>\n", "</Location> without matching <Location> section"),
        ("<Location /a\n</Location>\n", "<Location> directive missing closing '>'"),
    ],
)
def test_problems_are_told_in_httpds_words(text: str, reason: str) -> None:
    """Reading goes on behind them."""
    assert reason == parse(text, "f").problems[0].reason


def test_templates_with_branches_are_refused() -> None:
    """Their branches cannot stand side by side."""
    with pytest.raises(Unreadable, match="template"):
        parse("{% if tls %}\nSSLEngine on\n{% endif %}\n", "f")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<VirtualHost *:80>\nServerName a\n</VirtualHost>\n", True),
        ("ProxyPass / http://app/\n", True),
        ("RewriteEngine On\nRewriteRule ^(.*) ws://app/$1 [P]\n", True),
        ("server {\n listen 80;\n}\n", False),
        ("# ProxyPass / http://app/\nnothing\n", False),
        ("```apache\n<VirtualHost *:80>\n```\n", False),
        ("frontend web\n  bind *:80\n", False),
    ],
)
def test_apache_is_told_from_others(text: str, expected: bool) -> None:
    """By its directives, not by its name."""
    assert expected is looks_like_apache(text)


@given(some.text())
def test_any_text_is_read(text: str) -> None:
    """No text makes the parser fail, and every place lies inside it."""
    looks_like_apache(text)
    try:
        document = parse(text, "f")
    except Unreadable:
        return
    lines = text.count("\n") + 1
    assert all(1 <= one.place.line <= lines for one in document.directives)

"""Caddyfile text to blocks: words, places, sites without braces, the environment, and telling it from its look-alikes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from advisor.formats.caddyfile import Directive, filled, looks_like_caddyfile, parse
from advisor.formats.document import Unreadable
from advisor.model import Place


def lines(text: str) -> list[tuple[str, ...]]:
    """The words of a site's lines."""
    return [(one.name, *one.args) for one in parse(f"a {{\n{text}\n}}\n", "f").blocks[0].block or ()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("respond hello 200", [("respond", "hello", "200")]),
        ('respond "a \\" b" `c "d"`', [("respond", 'a " b', 'c "d"')]),
        ("root * /srv # comment", [("root", "*", "/srv")]),
        ("rewrite /a#b /c", [("rewrite", "/a#b", "/c")]),
        ("reverse_proxy a:1 \\\n  b:2", [("reverse_proxy", "a:1", "b:2")]),
        ("respond <<END\n  two\n  lines\n  END", [("respond", "  two\n  lines")]),
        ("header X {args[0]}", [("header", "X", "{args[0]}")]),
        ("{$MORE}", [("{$MORE}",)]),
        ("", []),
    ],
)
def test_words_are_split_as_caddy_splits_them(text: str, expected: list[tuple[str, ...]]) -> None:
    """Quotes, backticks, comments, joined lines and heredocs."""
    assert expected == lines(text)


def test_blocks_and_places() -> None:
    """Addresses over several lines, blocks in blocks; a block runs to behind its brace."""
    (site,) = parse("a.com,\nb.com {\n\thandle /ws {\n\t\trespond x\n\t}\n}\n", "f").blocks

    assert ("a.com", ("b.com",), Place("f", 1, 1, 6, 2)) == (site.name, site.args, site.place)
    handle = site.first("handle")
    assert handle is not None
    assert (("/ws",), Place("f", 3, 2, 5, 3)) == (handle.args, handle.place)
    assert (Directive("respond", ("x",), Place("f", 4, 3, 4, 12)),) == handle.block


def test_a_site_may_stand_without_braces() -> None:
    """Then it takes the whole file."""
    (site,) = parse(":8080\n\nlog {\n\toutput stdout\n}\nrespond x\n", "f").blocks

    assert (":8080", False, ["log", "respond"]) == (site.name, site.braced, [one.name for one in site.block or ()])


def test_options_snippets_and_routes_stand_at_the_top() -> None:
    """The global options have no name."""
    blocks = parse("{\n\tdebug\n}\n(a) {\n}\n&(b) {\n}\nimport x\n", "f").blocks

    assert ["", "(a)", "&(b)", "import"] == [one.name for one in blocks]


def test_the_environment_is_filled_in_first() -> None:
    """A known value, a default, and a name that stays."""
    assert "a 1 2 {$C}" == filled("a {$A} {$B:2} {$C}", {"A": "1"})


def test_the_end_of_the_file_closes_what_is_open() -> None:
    """Caddy does not mind either."""
    assert [("respond", "x")] == [(one.name, *one.args) for one in parse("a {\nrespond x", "f").blocks[0].block or ()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.com {\n\treverse_proxy app:1\n}\n", True),
        (":80\nfile_server\n", True),
        ("server {\n listen 80;\n}\n", False),
        ("services:\n  web:\n    image: x\n", False),
        ("# reverse_proxy\n", False),
    ],
)
def test_a_caddyfile_is_told_from_others(text: str, expected: bool) -> None:
    """By its directives, not by its name."""
    assert expected is looks_like_caddyfile(text)


@given(some.text())
def test_any_text_is_read(text: str) -> None:
    """No text makes the parser fail, and every place lies inside it."""
    looks_like_caddyfile(filled(text, {"A": "b"}))
    try:
        document = parse(text, "f")
    except Unreadable:
        return
    assert all(1 <= one.place.line <= text.count("\n") + 1 for one in document.blocks)

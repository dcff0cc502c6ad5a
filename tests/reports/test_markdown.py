"""The Markdown report, judged by a CommonMark parser: what is scanned never becomes markup."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from advisor.reports import markdown, markup

from .samples import ALL, HOSTILE, HOSTILE_TEXT

EXPECTED = Path(__file__).parent / "expected"
FORBIDDEN = {"html_inline", "html_block", "image", "em_open", "s_open", "table_open", "blockquote_open", "heading_open", "hr"}


def tokens(source: str) -> list[Token]:
    """All tokens of a document, inline ones included."""
    parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source)
    return [each for token in parsed for each in (token, *(token.children or ()))]


@pytest.mark.parametrize("name", ALL)
def test_golden(name: str) -> None:
    """Each sample reads as the file beside it."""
    file = EXPECTED / f"{name}.md"
    actual = markdown.render(ALL[name])
    if os.environ.get("WSADVISE_UPDATE"):
        file.write_text(actual, encoding="utf-8")
    expected = file.read_text(encoding="utf-8")
    assert expected == actual


def test_hostile_report_has_no_foreign_markup() -> None:
    """Names, messages and blocks of a hostile repository add no HTML, no heading, no link and no emphasis."""
    parsed = tokens(markdown.render(HOSTILE))
    kinds = {token.type for token in parsed}
    assert set() == kinds & {"html_inline", "html_block", "image", "em_open", "s_open", "table_open"}
    headings = [parsed[number + 1].content for number, token in enumerate(parsed) if token.type == "heading_open"]
    assert ["WebSocket report", "Taken for production", "Stack", "Paths"] == headings[:4]
    assert 8 >= len(headings)
    links = {str(token.attrs["href"]) for token in parsed if token.type == "link_open"}
    assert {"https://nginx.org/en/docs/http/websocket.html"} == links


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a|b", "a\\|b"),
        ("<b>", "&lt;b>"),
        ("`x`", "\\`x\\`"),
        ("__init__ and max_message_size", "\\_\\_init\\_\\_ and max_message_size"),
        ("ask @ada about @socket.io/redis-adapter", "ask `@ada` about `@socket.io/redis-adapter`"),
        ("$http_upgrade and $host", "\\$http_upgrade and \\$host"),
        ("[x](http://evil)", "[x\\](http://evil)"),
        ("refused [400] by it", "refused [400] by it"),
        ("# no heading", "&#35; no heading"),
        ("1. no list", "1&#46; no list"),
        ("0.1.0 is a version", "0.1.0 is a version"),
        ("> no quote", "&#62; no quote"),
        ("&amp; stays", "&amp;amp; stays"),
        ("two\nlines", "two lines"),
    ],
)
def test_escape(text: str, expected: str) -> None:
    """What would be markup is shown as it is; what would not is left readable."""
    assert expected == markup.escape(text)


@given(st.text(st.characters(codec="utf-8")))
def test_escaped_text_is_plain(text: str) -> None:
    """Any text, escaped, is one paragraph of text and code spans, and reads as the clean text."""
    escaped = markup.escape(text)
    parsed = tokens(escaped)
    assert set() == {token.type for token in parsed} & (
        FORBIDDEN | {"link_open", "bullet_list_open", "ordered_list_open", "fence"}
    )


@given(st.text(st.characters(codec="utf-8")))
def test_code_span_holds_anything(text: str) -> None:
    """Any text in a code span is one code span."""
    span = markup.code(text)
    inner = [
        token
        for token in tokens(f"a {span} b")
        if token.type in ("code_inline", "html_inline", "em_open", "strong_open", "link_open")
    ]
    assert ["code_inline"] * bool(span) == [token.type for token in inner]


@given(st.text(st.characters(codec="utf-8")), st.sampled_from([0, 2]))
def test_fence_holds_anything(text: str, indent: int) -> None:
    """Any text in a fenced block leaves what follows outside of it."""
    before = "- item\n\n" if indent else ""
    parsed = tokens(f"{before}{markup.fence(text, indent=indent)}\n\nafter")
    assert 1 == [token.type for token in parsed].count("fence")
    assert "after" == [token.content for token in parsed if token.type == "inline"][-1]


def test_hostile_text_in_a_fence_keeps_its_lines() -> None:
    """Escape sequences are gone, line feeds and everything else stay."""
    assert "```\nevil\nname|`<script>alert(1)</script>`*bold*\ufffd\n```" == markup.fence(HOSTILE_TEXT)

"""Pages become blocks of text, whatever they are written in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.refresh.passage import Missing, passage
from advisor.refresh.text import Block, blocks, normalised

MARKDOWN = b"""---
title: Limits
---
# Limits

## Idle timeout {#idle}
Closed after
60 seconds.
- one
- two

| a | b |
|---|---|

## Other
x
"""


def html(text: str) -> tuple[Block, ...]:
    return blocks(text.encode(), "text/html")


@pytest.mark.parametrize(
    ("page", "texts"),
    [
        ("<p>One<b>two</b> three</p><p>four", ["onetwo three", "four"]),
        ("<table><tr><th>Default:<td><code>60s</code></tr><tr><td>x</table>", ["default: 60s", "x"]),
        ("<ul><li>a<li>b</ul>", ["a", "b"]),
        ("<nav>menu</nav><main>text</main><aside>also</aside>", ["text"]),
        ("<header><nav>never closed<main>text</main>", ["text"]),
        ("<div><nav>only menu</nav></div>", ["only menu"]),
        ("<script>var a = '<p>x</p>'</script><style>p{}</style>t", ["t"]),
        ("a &amp; b &#8217; c&nbsp;d<br>e", ["a & b ' c d e"]),
        ("</p></nav></div>text</b>", ["text"]),
        ("<p>a<![x[ b ]]><![ c><p>d", ["a", "d"]),
        ("", []),
    ],
    ids=[
        "inline",
        "table",
        "list",
        "frame",
        "open frame",
        "nothing but a frame",
        "script",
        "references",
        "stray ends",
        "sections",
        "empty",
    ],
)
def test_html(page: str, texts: list[str]) -> None:
    """Blocks hold what a reader reads of the page's own text."""
    assert texts == [block.text for block in html(page)]


def test_headings_and_anchors() -> None:
    """A heading has a level; a name before a block belongs to it."""
    page = html('<h2 id="a">Idle</h2><a name="b"></a><p>x</p>')

    assert (Block("idle", 2, ("a",)), Block("x", 0, ("b",))) == page


def test_markdown() -> None:
    """Lines of a paragraph belong together; items and rows stand alone; a heading has the anchor that it is given."""
    page = blocks(MARKDOWN, "text/markdown")

    assert Block("idle timeout", 2, ("idle",)) in page
    assert ("idle timeout", "closed after 60 seconds.", "- one", "- two", "| a | b |", "|---|---|") == passage(page, ["#idle"])


def test_lines_of_a_file() -> None:
    """A line of source code is found by its number, and by what it says."""
    page = blocks(b"int a;\n\nint timeout = 60;\nint b;\nint c;\n", "text/plain")

    assert ("int timeout = 60;",) == passage(page, ["#L3"])
    assert ("int timeout = 60;", "int b;") == passage(page, ["#L2-L4"])
    assert ("int a;", "int timeout = 60;", "int b;") == passage(page, ["timeout ="])


def test_a_directive_without_headings() -> None:
    """What a name points at goes up to the next name, as in references that have no headings."""
    page = html('<a name="a"></a><div>syntax a</div><p>text a</p><p>more a</p><a name="b"></a><div>syntax b</div>')

    assert ("syntax a", "text a", "more a") == passage(page, ["#a"])


def test_a_title_is_no_section() -> None:
    """A phrase that also stands in the page's title does not make the whole page the passage."""
    page = html("<h1>About the idle timeout of things</h1><p>intro</p><h2>A</h2><p>the idle timeout is 60</p><h2>B</h2><p>x</p>")

    assert "x" not in passage(page, ["idle timeout"])
    assert "the idle timeout is 60" in passage(page, ["idle timeout"])


@pytest.mark.parametrize("anchor", ["#nowhere", "#L99", "no such words"])
def test_missing(anchor: str) -> None:
    """An anchor that is not there is named."""
    with pytest.raises(Missing, match=anchor):
        passage(html("<p>text</p>"), [anchor])


def test_typography_does_not_count() -> None:
    """Quotes, dashes, case and white space may change."""
    plain = normalised('The "idle" time-out isn\'t  60 s')

    assert plain == normalised("the \u201cIDLE\u201d time\u2011out isn\u2019t\n60\xa0s\u200b")


@given(st.binary(max_size=400), st.sampled_from(["text/html", "text/markdown", "text/plain"]), st.none() | st.text(max_size=12))
def test_any_bytes(content: bytes, kind: str, charset: str | None) -> None:
    """Nothing that a server sends raises."""
    assert all(block.text for block in blocks(content, kind, charset))


@given(st.text("<>/!-[]&;#ab p=\"'?", max_size=120))
def test_any_markup(page: str) -> None:
    """Neither does broken markup."""
    assert all(block.text for block in html(page))

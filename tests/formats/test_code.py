"""Source code: grammar by file name, script blocks of pages, places, and the guard around the parser."""

from __future__ import annotations

import pytest

from advisor.formats.code import LANGUAGES, Block, blocks, language_of, parse, place
from advisor.formats.document import Unreadable
from advisor.model import Place


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("src/a.js", "javascript"),
        ("a.JSX", "javascript"),
        ("a.mjs", "javascript"),
        ("a.cjs", "javascript"),
        ("a.d.ts", "typescript"),
        ("a.mts", "typescript"),
        ("a.cts", "typescript"),
        ("a.tsx", "tsx"),
        ("a.py", "python"),
        ("a.htm", "html"),
        ("a.vue", "html"),
        ("a.svelte", "html"),
        ("a.go.txt", None),
        ("folder.js/README", None),
        ("js", None),
    ],
)
def test_language_of(path: str, language: str | None) -> None:
    """The ending of the file name alone decides."""
    assert language == language_of(path)


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        pytest.param("let a", "a.ts", [Block("typescript", "let a", 0)], id="code file"),
        pytest.param("let a", "a.txt", [], id="no code"),
        pytest.param("<p>\n<script>\nlet a\n</script>", "a.html", [Block("javascript", " " * 8 + "\nlet a\n", 1)], id="page"),
        pytest.param("<script type='module'>a</script>", "a.html", [Block("javascript", " " * 22 + "a", 0)], id="module"),
        pytest.param('<script setup lang="ts">a</script>', "a.vue", [Block("typescript", " " * 24 + "a", 0)], id="vue"),
        pytest.param(
            '<script lang="ts" generic="T extends R<X>">a</script>',
            "a.vue",
            [Block("typescript", " " * 43 + "a", 0)],
            id="generic",
        ),
        pytest.param(
            "<script lang=ts>a</script>{#if x}<b/>{/if}", "a.svelte", [Block("typescript", " " * 16 + "a", 0)], id="svelte"
        ),
        pytest.param("<!-- <script>a</script> -->", "a.html", [], id="commented out"),
        pytest.param("<!-- <script>a", "a.html", [], id="open comment"),
        pytest.param("<script>a", "a.html", [Block("javascript", " " * 8 + "a", 0)], id="script that runs to the end"),
        pytest.param("<SCRIPT>a</Script >", "a.html", [Block("javascript", " " * 8 + "a", 0)], id="capitals"),
        pytest.param("<scripts>a</scripts>", "a.html", [], id="other tag"),
        pytest.param('<script type="application/json">{}</script>', "a.html", [], id="data"),
        pytest.param('<script src="a.js"></script>', "a.html", [], id="elsewhere"),
    ],
)
def test_blocks(text: str, path: str, expected: list[Block]) -> None:
    """Only script blocks that a browser or bundler would run are code."""
    assert expected == blocks(text, path)


def test_places_are_those_of_the_page() -> None:
    """A call in a script block stands where the page has it, counted in characters."""
    page = '<html>\n<script>const ä = "😀"; open("x")\n  open("y")</script>'
    (block,) = blocks(page, "a.html")
    calls = parse(block.text, block.language, "a.html").root().find_all(kind="call_expression")
    expected = [Place("a.html", 2, 24, 2, 33), Place("a.html", 3, 3, 3, 12)]
    assert expected == [place(call, "a.html", block.offset) for call in calls]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_a_grammar(language: str) -> None:
    """No name that is let through makes the parser end the program."""
    kinds = {node.kind() for node in [parse("", language, "a").root()]}
    assert len(kinds) == 1


@pytest.mark.parametrize(
    ("text", "language", "part"),
    [
        ("x", "vue", "no grammar for vue"),
        ("x", "", "no grammar for"),
        ("\ud800", "python", "surrogate"),
        ("{\U00031860", "bash", "outside ASCII"),
    ],
)
def test_unreadable(text: str, language: str, part: str) -> None:
    """An unknown grammar and broken Unicode are refused before they reach the parser."""
    with pytest.raises(Unreadable) as caught:
        parse(text, language, "a")
    assert (True, None) == (part in caught.value.reason, caught.value.line)

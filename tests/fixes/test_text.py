"""Edits by place: what is not edited stays to the letter, whatever ends the lines, and whatever the file holds."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from advisor.fixes.calls import bracket
from advisor.fixes.pasted import Part, parts
from advisor.fixes.text import Overlap, Text
from advisor.model import Edit, Place

TEXTS = st.text(st.sampled_from("ab {}\t\r\n;#\"'é\u2028\f"), max_size=60)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]], list[str]]:
    """A text, spans of it that do not meet, and what replaces each."""
    text = draw(TEXTS)
    bounds = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    spans = list(zip(bounds[::2], bounds[1::2], strict=False))
    return text, spans, [draw(TEXTS) for _ in spans]


def edit(text: Text, start: int, end: int, new: str) -> Edit:
    (line, column), (end_line, end_column) = text.place(start), text.place(end)
    return Edit(Place(text.file, line, column, end_line, end_column), new)


@given(edited())
def test_nothing_outside_an_edit_is_touched(case: tuple[str, list[tuple[int, int]], list[str]]) -> None:
    """The result is the text with the spans replaced, and nothing else."""
    written, spans, news = case
    text = Text("a", written)
    assume(all(written[at - 1 : at + 1] != "\r\n" for span in spans for at in span))
    result = text.apply([edit(text, start, end, new) for (start, end), new in zip(spans, news, strict=True)])
    expected, done = "", 0
    for (start, end), new in zip(spans, news, strict=True):
        expected += written[done:start] + new
        done = end

    assert expected + written[done:] == result


@given(TEXTS, st.integers(1, 8), st.lists(st.text(st.sampled_from("xyz"), min_size=1, max_size=5), min_size=1, max_size=3))
def test_whole_lines_are_put_in(written: str, before: int, lines: list[str]) -> None:
    """Every line that was there is there, in its order, and the new ones stand together."""
    text = Text("a", written)
    result = text.apply([text.insert_lines(min(before, text.count + 1), lines)])
    old, new = written.split("\n"), result.split("\n")

    rest = iter(each.rstrip("\r") for each in new)
    assert all(line.rstrip("\r") in rest for line in old if line.strip())
    assert written.endswith("\n") == result.endswith("\n") or not written


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("line feeds", "a\nb\n", "a\nx\ny\nb\n"),
        ("carriage returns", "a\r\nb\r\n", "a\r\nx\r\ny\r\nb\r\n"),
        ("no end of the last line", "a\nb", "a\nx\ny\nb"),
    ],
)
def test_lines_end_as_the_file_ends_them(name: str, written: str, expected: str) -> None:
    """New lines end like most of the old ones."""
    text = Text("a", written)

    assert expected == text.apply([text.insert_lines(2, ["x", "y"])])


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("behind the last line", "a\n", "a\nx\n"),
        ("behind one without an end", "a", "a\nx"),
        ("in an empty file", "", "x"),
    ],
)
def test_lines_at_the_end(name: str, written: str, expected: str) -> None:
    """What comes last ends as what was last did."""
    text = Text("a", written)

    assert expected == text.apply([text.insert_lines(text.count + 1, ["x"])])


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("a {\n\tb;\n}\n", "\t"),
        ("a {\n  b {\n    c;\n  }\n}\n", "  "),
        ("a {\n    b {\n        c;\n    }\n}\n", "    "),
        ("a\n", "    "),
    ],
)
def test_a_step_of_indentation(written: str, unit: str) -> None:
    """A block to paste is indented as the file is."""
    text = Text("a", written)

    assert unit == text.unit
    assert [f"{unit}x {{", f"{unit}{unit}y;", f"{unit}}}"] == text.indented(["x {", "    y;", "}"], unit)


def test_edits_that_meet_are_refused() -> None:
    """Two edits of one place are no edit; the same one twice is one."""
    text = Text("a", "abc\n")
    one, two = text.replace(1, 1, 1, 3, "x"), text.replace(1, 2, 1, 4, "y")

    assert "xc\n" == text.apply([one, one])
    with pytest.raises(Overlap):
        text.apply([one, two])


@given(st.text(st.sampled_from("([{}])\"'`,:=a \n/*#\\"), max_size=80), st.integers(0, 5))
def test_brackets_of_any_text(written: str, at: int) -> None:
    """No text makes the reader of calls fail, and members stand inside their bracket."""
    opened = bracket(written, at) if at < len(written) and written[at] in "([{" else None

    assert opened is None or all(opened.start <= piece.start < piece.end <= opened.end for piece in opened.members)


def test_members_of_a_call() -> None:
    """Commas in strings, comments and inner brackets part nothing."""
    written = 'f(a, "b, c", /* d, e */ { g: [1, 2], h: `x, ${y}` }, )'
    opened = bracket(written, 1)

    assert opened is not None
    assert ["a", '"b, c"', "/* d, e */ { g: [1, 2], h: `x, ${y}` }"] == [
        written[each.start : each.end] for each in opened.members
    ]
    inner = bracket(written, written.index("{ g"))
    assert inner is not None
    assert [("g", "[1, 2]"), ("h", "`x, ${y}`")] == [
        (pair.name, written[pair.value.start : pair.value.end]) for pair in inner.pairs(written)
    ]


def test_parts_of_a_block() -> None:
    """The comments that say where something goes become places; files may have blanks and colons in their names."""
    found = parts(
        "# beside the location at my conf/a:b.conf:10\nlocation /ws {\n}\n\n# once, beside the server blocks\nmap a b {}"
    )

    assert (
        Part("beside the location", "at my conf/a:b.conf:10", Place("my conf/a:b.conf", 10), ("location /ws {", "}")),
        Part("once, beside the server blocks", "", None, ("map a b {}",)),
    ) == found

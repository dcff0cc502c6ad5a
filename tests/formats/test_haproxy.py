"""HAProxy text is split into sections and words as the program does it, and nothing makes the reader raise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.formats.document import Unreadable
from advisor.formats.haproxy import looks_like_haproxy, parse
from advisor.model import Place


def words(row: str, **environment: str) -> tuple[str, ...]:
    return parse(f"frontend web\n{row}\n", "haproxy.cfg", environment).sections[0].lines[0].words


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (" bind :80 # all", ("bind", ":80")),
        ("\tacl a  path_beg\t/ws", ("acl", "a", "path_beg", "/ws")),
        (" acl a path 'a b'", ("acl", "a", "path", "a b")),
        (' acl a path "a b"c', ("acl", "a", "path", "a bc")),
        (r" acl a path a\ b", ("acl", "a", "path", "a b")),
        (r" acl a path_reg ^/(ws|x)\.js$", ("acl", "a", "path_reg", r"^/(ws|x)\.js$")),
        (r" acl a path \#x", ("acl", "a", "path", "#x")),
        (r' acl a path "\$x"', ("acl", "a", "path", "$x")),
        (' http-request set-header X ""', ("http-request", "set-header", "X", "")),
        (" acl a path '$HOME #x'", ("acl", "a", "path", "$HOME #x")),
        (r" acl a path \x41", ("acl", "a", "path", "A")),
    ],
)
def test_words(row: str, expected: tuple[str, ...]) -> None:
    """Blanks separate, quotes and backslashes keep, a hash begins a comment."""
    assert expected == words(row)


def test_variables() -> None:
    """Only double quotes expand them; one that is not given stays, or becomes its default."""
    row = ' server a "${HOST}:${PORT-3000}" \'$HOST\' $HOST "$OTHER"'

    assert ("server", "a", "app:3000", "$HOST", "$HOST", "$OTHER") == words(row, HOST="app")


def test_sections_with_places() -> None:
    """A section runs from its head to its last line."""
    document = parse("# top\nglobal\n  daemon\n\nfrontend web from base\n  bind :80\nbackend app\n", "h.cfg")

    assert [
        ("global", "", (), Place("h.cfg", 2, 1, 3, 9)),
        ("frontend", "web", ("from", "base"), Place("h.cfg", 5, 1, 6, 11)),
        ("backend", "app", (), Place("h.cfg", 7, 1, 7, 12)),
    ] == [(section.kind, section.name, section.args, section.place) for section in document.sections]
    assert Place("h.cfg", 6, 3, 6, 11) == document.sections[1].lines[0].place


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("bind :80\n", "unknown keyword 'bind' out of section."),
        ("global\n daemon", "Missing LF on last line, file might have been truncated at position 8."),
        ('global\n log "x\n', "unmatched quote at position 6:"),
        ('global\n log "$"\n', "forbidden first char in environment variable name at position 8:"),
    ],
)
def test_problems(text: str, reason: str) -> None:
    """What HAProxy refuses is told in its words, and the rest is read."""
    assert [reason] == [problem.reason for problem in parse(text, "h.cfg").problems]


def test_conditional_parts() -> None:
    """A literal condition is followed; any other leaves its lines out and is noted."""
    text = "frontend f\n.if true\n bind :1\n.else\n bind :2\n.endif\n.if feature(X)\n bind :3\n.endif\n bind :4\n"
    document = parse(text, "h.cfg")

    assert [":1", ":4"] == [line.args[0] for line in document.sections[0].lines]
    assert [7] == [place.line for place in document.undecided]


def test_templates_are_refused() -> None:
    """Branches of a template cannot stand side by side."""
    with pytest.raises(Unreadable) as raised:
        parse("backend b\n{% for s in servers %}\n server {{ s }}\n{% endfor %}\n", "h.cfg.j2")

    assert 2 == raised.value.line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("defaults\n  mode http\n", True),
        ("listen x\n  bind *:80\n", True),
        ("server {\n  listen 80;\n}\n", False),
        ("backend: app\n", False),
        ("The backend is fast.\n", False),
    ],
)
def test_recognised(text: str, expected: bool) -> None:
    """By its sections and what stands in them."""
    assert expected is looks_like_haproxy(text)


PIECES = st.sampled_from(
    ["frontend f", "backend", " acl", " a", '"', "'", "\\", "$", "${", "}", "#", "\n", ".if 0", ".else", "[*]", "é"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map(" ".join) | st.text(max_size=200))
def test_any_text_gives_a_document(text: str) -> None:
    """Nothing but ``Unreadable`` is raised, and every line has its place in the text."""
    try:
        document = parse(text, "h.cfg")
    except Unreadable:
        return
    rows = text.split("\n")
    for section in document.sections:
        for line in section.lines:
            assert line.words
            assert 1 <= line.place.line <= len(rows)

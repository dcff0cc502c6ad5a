"""squid.conf text becomes lines with places; nothing that stands in a file raises but ``Unreadable``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from advisor.formats.document import Unreadable
from advisor.formats.squid import ACCELERATES, looks_like_squid, parse


def test_lines_have_places() -> None:
    """A directive, its words, and where it stands."""
    lines = parse("# squid\n\n  http_port 80 accel # front\nacl x dstdomain a b\n", "squid.conf").lines

    assert [("http_port", ("80", "accel"), 3, 3), ("acl", ("x", "dstdomain", "a", "b"), 4, 1)] == [
        (line.name, line.args, line.place.line, line.place.column) for line in lines
    ]


def test_continued_line() -> None:
    """A backslash joins lines; the last one is what Squid tells of."""
    (line,) = parse("http_access allow \\\n  a \\\n  b\n", "squid.conf").lines

    assert ("allow", "a", "b") == line.args
    assert (1, 3, "b") == (line.place.line, line.place.end_line, line.last)


def test_quotes() -> None:
    """Quoted words lose quotes and backslashes, and keep that they had them."""
    (line,) = parse('request_header_add X "a \\"b\\" # c" all\n', "squid.conf").lines

    assert ("X", 'a "b" # c', "all") == line.args
    assert [False, True, False] == [word.quoted for word in line.words]


@pytest.mark.parametrize(("text", "expected"), [('acl x url_regex "abc', False), ('acl x url_regex "abc"', True)])
def test_open_quote(text: str, expected: bool) -> None:
    """A quote that nothing closes is seen."""
    assert expected is parse(text, "squid.conf").lines[0].words[-1].whole


@pytest.mark.parametrize("text", ["http_port 80\0", "{% if x %}\nhttp_port 80\n{% endif %}\n"])
def test_unreadable(text: str) -> None:
    """Binary content and templates with branches are refused."""
    with pytest.raises(Unreadable):
        parse(text, "squid.conf")


@pytest.mark.parametrize(
    ("text", "squid", "accelerates"),
    [
        ("http_port 80 accel vhost\n", True, True),
        ("http_port 3128\nhttp_access allow all\n", True, False),
        ("cache_peer app parent 3000 0 originserver\n", True, True),
        ("cache_peer up.example parent 3128 0 default\n", True, False),
        ("# http_port 80 accel\nhttp_port 3128 # accel\n", True, False),
        ("frontend f\n  acl is_ws hdr(Upgrade) -i websocket\n  use_backend b if is_ws\n", False, False),
        ("server { listen 80; }\n", False, False),
        ("about http_port and cache_peer\n", False, False),
    ],
)
def test_recognised(text: str, squid: bool, accelerates: bool) -> None:
    """Whose text it is, and whether it is a reverse proxy's."""
    assert squid is looks_like_squid(text)
    assert accelerates is bool(ACCELERATES.search(text))


PIECES = some.sampled_from(
    ["http_port", " ", "80", "\\\n", "\n", '"', "#", "\\", "accel", "\t", "acl x", "é", "\r", "${A}", "!", "if", "endif"]
)


@given(some.one_of(some.text(max_size=200), some.lists(PIECES, max_size=60).map("".join)))
def test_any_text_is_read(text: str) -> None:
    """Every text becomes lines in order, inside the text, or is unreadable."""
    try:
        document = parse(text, "squid.conf")
    except Unreadable:
        return
    looks_like_squid(text)
    ACCELERATES.search(text)
    starts = [line.place.line for line in document.lines]
    assert starts == sorted(set(starts))
    assert all(1 <= start <= text.count("\n") + 1 for start in starts)
    assert all(line.name and line.name in text.replace("\\\n", "") for line in document.lines if "\r" not in text)

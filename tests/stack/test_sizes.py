"""Tests of the largest message that a script is seen to send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.stack.sizes import largest

READ = "reader.readAsArrayBuffer(file); socket.emit('photo', reader.result);"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("socket.send(Buffer.alloc(2 * 1024 * 1024));", 2097152),
        ("socket.emit('big', new Uint8Array(1e6));", 1000000),
        ("socket.send('x'.repeat(1 << 20));", 1048576),
        ("const buffer = Buffer.alloc(2 * 1024 * 1024); socket.send('hello');", None),
        (f"const MAX_FILE_SIZE = 5 * 1024 * 1024;\n{READ}", 5242880),
        (f"if (file.size > 300_000) return;\n{READ}", 300000),
        ("if (file.size > 300) return; reader.readAsDataURL(file); socket.emit('photo', reader.result);", 400),
        (f"const CHUNK_SIZE = 64 * 1024;\nif (file.size > 9_000_000) return;\n{READ}", 65536),
        (f"const MAX_FILE_SIZE = 5 * 1024 * 1024;\nfetch('/photos');\n{READ}", None),
        ("const MAX_FILE_SIZE = 5 * 1024 * 1024;\nsocket.emit('photo', id);", None),
    ],
)
def test_largest(text: str, expected: int | None) -> None:
    """What is sent over the socket counts, and what goes over HTTP does not."""
    sent = largest(text, "a.js")

    assert expected == (sent.bytes if sent is not None else None)


@given(st.text(alphabet="socket.end()emit'1 024*<MAX_FILE_SIZE=;\n>&", max_size=300))
def test_any_text_is_read(text: str) -> None:
    """No text makes it raise, and what is found is a size."""
    sent = largest(text, "a.js")

    assert sent is None or sent.bytes > 0

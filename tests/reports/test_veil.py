"""What is veiled in a text, and what is left as it is."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.reports import veil


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wss://user:hunter2@example.com/ws", "wss://user:***@example.com/ws"),
        ("redis://:hunter2@cache:6379", "redis://:***@cache:6379"),
        ("wss://example.com/ws?room=1&token=hunter2&x=2", "wss://example.com/ws?room=1&token=***&x=2"),
        ("JWT_SECRET=hunter2 node server.js", "JWT_SECRET=*** node server.js"),
        ("      - POSTGRES_PASSWORD: hunter2", "      - POSTGRES_PASSWORD: ***"),
        ("ENV PASSWORD hunter2", "ENV PASSWORD ***"),
        ('const apiKey = "hunter2";', 'const apiKey = "***";'),
        ("auth: { token: 'hunter2' }", "auth: { token: '***' }"),
        ('proxy_set_header X-Api-Key "hunter2";', 'proxy_set_header X-Api-Key "***";'),
        ("proxy_set_header X-Api-Key hunter2;", "proxy_set_header X-Api-Key ***;"),
        ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer ***"),
        ("node server.js --api-key hunter2", "node server.js --api-key ***"),
        ('["--token", "hunter2"]', '["--token", "***"]'),
        ("uses AKIAIOSFODNN7EXAMPLE here", "uses *** here"),
        ("x: q9XwB7vN2mK4lP8tR6yZ", "x: ***"),
    ],
)
def test_secrets_are_veiled(text: str, expected: str) -> None:
    """Each form of a secret."""
    assert expected == veil.text(text)


@pytest.mark.parametrize(
    "text",
    [
        "curl -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' https://app.example.com/ws",
        "wss://app.example.com/socket.io/?EIO=4&transport=websocket",
        "wss://exacalidraw.example.com?token=; no heartbeat",
        "wss://app.example.com/ws?token={token}",
        "wss://app.example.com/ws?token=${token}",
        "API_KEY=$API_KEY node server.js",
        "      TOKEN: ${{ secrets.TOKEN }}",
        "const token = localStorage.getItem('x');",
        "auth: { token }, path: '/ws'",
        "password = process.env.PASSWORD",
        "proxy_set_header Authorization $http_authorization;",
        "proxy_set_header Sec-WebSocket-Key $http_sec_websocket_key;",
        "nginx@sha256:9d6b58feebd2dbd3c56ab5853333d627cc6e281011cfd6050fa4bcf2072c9496",
        "const wss = new ExperimentalUpgradeWebSocketServer2({ port: 3000 });",
        "gunicorn -k geventwebsocket.gunicorn.workers.GeventWebSocketWorker",
        "ws://localhost:3000/ws and http://a:80/b@c",
        "None for sockets is built in: basic authentication is answered with 401",
        "a handshake that needs a token is refused with 403",
    ],
)
def test_the_rest_stays(text: str) -> None:
    """References to secrets, words about them, and names that only look like them."""
    assert text == veil.text(text)


def test_an_entry_on_two_lines() -> None:
    """The value below a telling name is veiled, and no line is lost."""
    assert ["  - name: AUTH_TOKEN", "    value: ***"] == veil.lines(["  - name: AUTH_TOKEN", "    value: hunter2"])
    assert ["  - name: PORT", "    value: 3000"] == veil.lines(["  - name: PORT", "    value: 3000"])


PIECES = ["token", "=", ":", " ", '"', "'", "://", "@", "?", "&", "--", "a", "\n", "value", "name", "ENV ", "Bearer "]


@given(st.lists(st.sampled_from(PIECES)))
def test_any_text(pieces: list[str]) -> None:
    """Lines are kept, and what is veiled once is not veiled again."""
    text = "".join(pieces)
    assert text.count("\n") == veil.text(text).count("\n")
    assert veil.text(text) == veil.text(veil.text(text))


@pytest.mark.parametrize(
    "piece", ["token", "token ", "-", "A_", "://a:", "?token=", "--token ", 'token="', "name: token,", "a1B"]
)
def test_time_grows_with_the_text_alone(piece: str) -> None:
    """Two hundred thousand characters take well under the seconds that a square would."""
    start = process_time()
    veil.text(piece * (200_000 // len(piece)))
    assert process_time() - start < 2

"""Sockets that Go code opens: the URL, and what follows a close."""

from __future__ import annotations

import pytest

from tests.stack.go.trees import only

HEAD = 'package main\nimport ("time"; "os"; "net/url"; "github.com/gorilla/websocket")\n'
READ = "for { conn.ReadMessage() }"


@pytest.mark.parametrize(
    ("before", "argument", "expected"),
    [
        ("", '"wss://chat.example.com/ws"', ("wss", "chat.example.com", None, "/ws", None)),
        (
            'u := url.URL{Scheme: "ws", Host: "10.0.0.5:8080", Path: "/echo"};',
            "u.String()",
            ("ws", "10.0.0.5", 8080, "/echo", None),
        ),
        ('a := os.Getenv("FEED_URL");', "a", (None, None, None, None, "FEED_URL")),
        ("", "address()", (None, None, None, None, None)),
    ],
)
def test_urls(before: str, argument: str, expected: tuple[object, ...]) -> None:
    """Literals, ``url.URL`` and the environment."""
    use = only(f"{HEAD}func main() {{ {before} conn, _, err := websocket.DefaultDialer.Dial({argument}, nil); {READ} }}\n")
    (url,) = use.urls
    assert expected == (url.scheme, url.host, url.port, url.path, url.environment)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            f'for {{ conn, _, _ := websocket.DefaultDialer.Dial("ws://h/a", nil); {READ}; time.Sleep(5 * time.Second) }}',
            ("fixed", 5),
        ),
        (
            f'for {{ conn, _, _ := websocket.DefaultDialer.Dial("ws://h/a", nil); {READ}; time.Sleep(backoff.Next()) }}',
            ("exponential", None),
        ),
        (f'conn, _, _ := websocket.DefaultDialer.Dial("ws://h/a", nil); {READ}', None),
    ],
)
def test_reconnects(body: str, expected: tuple[object, ...] | None) -> None:
    """The loop around a dial says how often it is tried; without one nothing is claimed."""
    found = only(f"{HEAD}func main() {{ {body} }}\n").reconnect
    assert expected == (found and (found.kind, found.delay_s))


def test_one_shot() -> None:
    """A program that never reads in a loop asks once."""
    assert only(f'{HEAD}func main() {{ websocket.DefaultDialer.Dial("ws://h/a", nil) }}\n').one_shot

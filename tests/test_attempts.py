"""Which handshakes are worth sending for an endpoint, and which received paths belong to it."""

from __future__ import annotations

import pytest

from advisor.attempts import attempts, clients_of, matches, sample
from advisor.model import App, Endpoint, Listen, Place, Stack, Url, Use

PLACE = Place("x", 1)
HTTP = Listen("http", 80, PLACE, ("chat.example.org",))
HTTPS = Listen("https", 443, PLACE, ("chat.example.org",))
REDIRECT = Listen("http", 80, PLACE, ("chat.example.org",), "https")


def client(*urls: Url, **more: object) -> Use:
    return Use("browser", "WebSocket", "client", "web", PLACE, urls=urls, **more)  # type: ignore[arg-type]


def tried(endpoint: Endpoint, clients: list[Use], *sides: Listen, samples: tuple[str, ...] = ()) -> list[str]:
    return [attempt.text for attempt in attempts(endpoint, clients, sides, samples)]


@pytest.mark.parametrize(
    ("path", "received", "prefix", "expected"),
    [
        (None, "/anything", False, True),
        ("/ws", "/ws", False, True),
        ("/ws", "/ws/", False, True),
        ("/ws", "/wsx", False, False),
        ("/ws", "/ws/room", False, False),
        ("/socket.io/", "/socket.io/", True, True),
        ("/socket.io/", "/socket.io/1/x", True, True),
        ("/ws/{room}", "/ws/1", False, True),
        ("/ws/{room}", "/ws/a/b", False, False),
        ("/rooms/:id/live", "/rooms/7/live", False, True),
        ("/ws/<int:room>", "/ws/7", False, True),
        ("/", "/", False, True),
        ("/", "/x", False, False),
    ],
)
def test_a_path_belongs_to_an_endpoint(path: str | None, received: str, prefix: bool, expected: bool) -> None:
    """Parameters stand for one segment, prefixes for all below, a closing slash for nothing."""
    assert expected == matches(Endpoint(path, PLACE, prefix=prefix), received)


def test_parameters_are_filled_in() -> None:
    """A virtual handshake needs a real path."""
    assert ["/ws/1", "/r/1/x", "/1", "/"] == [sample(path) for path in ("/ws/{room}", "/r/:id/x", "/<path:p>", "")]


def test_without_a_client_the_endpoint_is_the_public_path() -> None:
    """Over TLS where there is a side that ends it, and to the name it serves."""
    assert ["wss://chat.example.org/ws"] == tried(Endpoint("/ws", PLACE), [], HTTP, HTTPS)


def test_a_side_that_only_redirects_is_not_tried_first() -> None:
    """Nobody writes the address that only redirects, unless a client does."""
    assert ["wss://chat.example.org/ws"] == tried(Endpoint("/ws", PLACE), [], REDIRECT, HTTPS)


def test_the_clients_own_url_comes_first() -> None:
    """A literal ws:// to a public host is sent as it is written, to the plain side."""
    url = Url("ws://chat.example.org/ws", PLACE, "ws", "chat.example.org", None, "/ws")

    assert "ws://chat.example.org/ws" == tried(Endpoint("/ws", PLACE), [client(url)], REDIRECT, HTTPS)[0]


def test_a_derived_url_takes_the_pages_scheme() -> None:
    """``location.host`` is the name the page has, over TLS where that is served."""
    url = Url("{scheme}://{host}/live", PLACE, path="/live", derived=True)

    assert "wss://chat.example.org/live" == tried(Endpoint("/ws", PLACE), [client(url)], HTTP, HTTPS)[0]


def test_an_app_that_takes_any_path_is_tried_at_each_location() -> None:
    """Sample paths of the proxy's locations stand in for the path that the app does not name."""
    assert ["wss://chat.example.org/a/", "wss://chat.example.org/b/"] == tried(
        Endpoint(None, PLACE), [], HTTPS, samples=("/a/", "/b/")
    )


def test_clients_belong_to_the_endpoint_they_name() -> None:
    """A client that names another endpoint, speaks another protocol, or calls somebody else is not this server's."""
    server = Use("ws", "ws", "server", "web", PLACE, endpoints=(Endpoint("/ws", PLACE), Endpoint("/feed", PLACE)))
    mine = client(Url("/ws", PLACE, path="/api/ws"))
    other = client(Url("/feed", PLACE, path="/feed"))
    io = Use("socket-io-client", "Socket.IO client", "client", "web", PLACE, transports=("polling", "websocket"))
    foreign = client(Url("wss://stream.example.com/ws", PLACE, path="/ws"), foreign=True)
    stack = Stack((App("web", ".", uses=(server, mine, other, io, foreign)),))

    assert (mine,) == clients_of(server, server.endpoints[0], stack)

"""Heartbeats of Go servers: tickers beside pings, options of libraries, and what is not guessed."""

# ruff: noqa: E501 - code of the other language reads better in one piece

from __future__ import annotations

import pytest

from tests.stack.go.test_servers import GORILLA
from tests.stack.go.trees import only

WAITS = "const (\n\tpongWait = 60 * time.Second\n\tpingPeriod = (pongWait * 9) / 10\n)\n"
PUMP = """func writePump(conn *websocket.Conn) {
	ticker := time.NewTicker(INTERVAL)
	for {
		select {
		case m := <-send:
			conn.WriteMessage(websocket.TextMessage, m)
		case <-ticker.C:
			conn.WriteMessage(websocket.PingMessage, nil)
		}
	}
}
"""


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (WAITS + PUMP.replace("INTERVAL", "pingPeriod"), ("server", "observed", 54, True)),
        (PUMP.replace("INTERVAL", "time.Duration(20) * time.Second"), ("server", "observed", 20, True)),
        (PUMP.replace("INTERVAL", "1500 * time.Millisecond"), ("server", "observed", 1.5, True)),
        (
            "func beat(conn *websocket.Conn) { for { time.Sleep(25 * time.Second); conn.WriteControl(websocket.PingMessage, nil, d) } }\n",
            ("server", "observed", 25, True),
        ),
        (
            "func push(conn *websocket.Conn) { t := time.NewTicker(time.Second); for range t.C { conn.WriteJSON(state()) } }\n",
            ("server", "observed", 1, False),
        ),
        (PUMP.replace("INTERVAL", "settings.Period()"), None),
        ("", ("none", "default", None, True)),
        ("func clean() { t := time.NewTicker(time.Minute); for range t.C { sweep() } }\n", ("none", "default", None, True)),
    ],
)
def test_own_loops(more: str, expected: tuple[object, ...] | None) -> None:
    """A ping or another message by a timer is a heartbeat; one whose interval is computed is not known."""
    beat = only(GORILLA + more).heartbeat
    assert expected == (beat and (beat.sender, beat.source, beat.interval_s, beat.answered))


def test_timeout() -> None:
    """The read deadline that a pong extends says after how long a silent peer is dropped."""
    read = "func read(conn *websocket.Conn) { conn.SetReadDeadline(time.Now().Add(pongWait)); conn.SetPongHandler(f) }\n"
    beat = only(GORILLA + WAITS + PUMP.replace("INTERVAL", "pingPeriod") + read).heartbeat
    assert beat is not None
    assert (54, 60) == (beat.interval_s, beat.timeout_s)


def test_a_clients_pings_are_not_the_servers() -> None:
    """A program beside the server that dials and pings says nothing about the server."""
    dials = 'package main\nimport ("time"; "github.com/gorilla/websocket")\nfunc dial() { c, _, _ := websocket.DefaultDialer.Dial("ws://a/ws", nil); run(c) }\n'
    files = {
        "server/main.go": GORILLA,
        "server/client.go": dials + PUMP.replace("INTERVAL", "time.Second").replace("writePump", "run"),
    }
    from tests.stack.go.trees import uses

    server = next(use for use in uses(files) if use.role == "server")
    assert server.heartbeat is not None
    assert "none" == server.heartbeat.sender


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("", ("default", 54, 60)),
        ("m.Config.PingPeriod = 20 * time.Second;", ("configured", 20, 60)),
        ("m.Config.PingPeriod = 20 * time.Second; m.Config.PongWait = 25 * time.Second;", ("configured", 20, 25)),
    ],
)
def test_melody(config: str, expected: tuple[object, ...]) -> None:
    """Melody pings by itself, as often as it is told."""
    text = f'package main\nimport ("time"; "github.com/olahol/melody")\nfunc main() {{ m := melody.New(); {config} http.HandleFunc("/ws", func(w W, r R) {{ m.HandleRequest(w, r) }}) }}\n'
    beat = only(text).heartbeat
    assert beat is not None
    assert expected == (beat.source, beat.interval_s, beat.timeout_s)


def test_gqlgen() -> None:
    """A keep-alive of gqlgen goes one way only."""
    shape = 'package main\nimport ("time"; "github.com/99designs/gqlgen/graphql/handler/transport")\nfunc main() {{ srv.AddTransport(transport.Websocket{{{0}}}) }}\n'
    beat = only(shape.format("KeepAlivePingInterval: 10 * time.Second")).heartbeat
    assert beat is not None
    assert (10, False) == (beat.interval_s, beat.answered)
    none = only(shape.format("")).heartbeat
    assert none is not None
    assert "none" == none.sender

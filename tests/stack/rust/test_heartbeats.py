"""Heartbeats and clients of Rust code: intervals beside pings, actors, options, and what is not guessed."""

from __future__ import annotations

import pytest

from tests.stack.rust.test_servers import AXUM
from tests.stack.rust.trees import only, uses

CONST = (
    "const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(5);\nconst CLIENT_TIMEOUT: Duration = Duration::from_secs(10);\n"
)
SELECT = """async fn handle_socket(mut socket: WebSocket) {
    let mut beat = tokio::time::interval(INTERVAL);
    loop {
        tokio::select! {
            _ = beat.tick() => { if socket.send(Message::Ping(vec![].into())).await.is_err() { break; } }
            Some(m) = rx.recv() => { socket.send(m).await; }
        }
    }
}
"""


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (SELECT.replace("INTERVAL", "Duration::from_secs(25)"), ("server", "observed", 25, True)),
        (SELECT.replace("INTERVAL", "Duration::from_millis(20 * 1000)"), ("server", "observed", 20, True)),
        (CONST + SELECT.replace("INTERVAL", "HEARTBEAT_INTERVAL"), ("server", "observed", 5, True)),
        (
            SELECT.replace("INTERVAL", "Duration::from_secs(15)").replace("Message::Ping(vec![].into())", "state()"),
            ("server", "observed", 15, False),
        ),
        (SELECT.replace("INTERVAL", "config.beat"), None),
        ("async fn f(m: Message) { match m { Message::Ping(p) => answer(p), _ => {} } }\n", ("none", "default", None, True)),
        (
            "async fn other(tx: Sender) { tx.send(ServerMessage::Ping(1)); sleep(Duration::from_secs(1)) }\n",
            ("none", "default", None, True),
        ),
    ],
)
def test_own_loops(more: str, expected: tuple[object, ...] | None) -> None:
    """A ping or another message by an interval is a heartbeat; answers to pings and pings of other protocols are none."""
    beat = only(AXUM + more).heartbeat
    assert expected == (beat and (beat.sender, beat.source, beat.interval_s, beat.answered))


def test_actor() -> None:
    """The heartbeat of the actor's example, with the time after which it gives a client up."""
    text = (
        "use actix_web_actors::ws;\nuse std::time::{Duration, Instant};\n"
        + CONST
        + "async fn h(r: HttpRequest, s: web::Payload) -> R { ws::start(Me {}, &r, s) }\n"
        + "impl Me { fn hb(&self, ctx: &mut C) { ctx.run_interval(HEARTBEAT_INTERVAL, |act, ctx| {\n"
        + "if Instant::now().duration_since(act.hb) > CLIENT_TIMEOUT { ctx.stop(); return; }\n"
        + 'ctx.ping(b"");\n}); } }\n'
    )
    beat = only(text).heartbeat
    assert beat is not None
    assert (5, 10) == (beat.interval_s, beat.timeout_s)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", ("default", 25, 20)),
        (".ping_interval(Duration::from_secs(10))", ("configured", 10, 20)),
        (".ping_interval(Duration::from_secs(10)).ping_timeout(Duration::from_secs(4))", ("configured", 10, 4)),
    ],
)
def test_socketioxide(options: str, expected: tuple[object, ...]) -> None:
    """Its own pings, as often as it is told."""
    beat = only(
        f"use socketioxide::SocketIo;\nfn main() {{ let (l, io) = SocketIo::builder(){options}.build_layer(); }}\n"
    ).heartbeat
    assert beat is not None
    assert expected == (beat.source, beat.interval_s, beat.timeout_s)


CONNECT = "use tokio_tungstenite::connect_async;\n"


@pytest.mark.parametrize(
    ("body", "url", "reconnect"),
    [
        (
            'let (ws, _) = connect_async("wss://feed.example.com/live").await?; ws.next().await;',
            "wss://feed.example.com/live",
            None,
        ),
        (
            'loop { let (ws, _) = connect_async("ws://h/a").await?; ws.next().await; sleep(Duration::from_secs(5)).await; }',
            "ws://h/a",
            ("fixed", 5),
        ),
        (
            'loop { let (ws, _) = connect_async("ws://h/a").await?; ws.next().await; delay *= 2; sleep(delay).await; }',
            "ws://h/a",
            ("exponential", None),
        ),
        ('let u = std::env::var("FEED").unwrap(); connect_async(u).await; ws.next()', "{FEED}", None),
    ],
)
def test_clients(body: str, url: str, reconnect: tuple[object, ...] | None) -> None:
    """The URL, and the loop around the connect."""
    use = only(f"{CONNECT}async fn run() {{ {body} }}\n")
    assert ("client", url) == (use.role, use.urls[0].text)
    assert reconnect == (use.reconnect and (use.reconnect.kind, use.reconnect.delay_s))


def test_client_in_the_browser() -> None:
    """WebAssembly opens sockets as a page does."""
    use = only('use gloo_net::websocket::futures::WebSocket;\nfn f() { WebSocket::open("wss://a.example/ws"); }\n')
    assert ("gloo-websocket", "browser") == (use.library, use.runs_in)


def test_one_of_each_in_tests() -> None:
    """Tests open many sockets, and one of each kind stands for all."""
    text = CONNECT + 'async fn a() { connect_async("ws://a/b").await; connect_async("ws://a/c").await; }\n'
    assert ["test"] == [use.scope for use in uses({"tests/live.rs": text})]

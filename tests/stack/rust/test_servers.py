"""Handshakes that Rust code takes: which library, on which paths, where, and with which limits."""

# ruff: noqa: E501 - code of the other language reads better in one piece

from __future__ import annotations

import pytest

from tests.stack.rust.trees import only, paths, uses

HEAD = """use axum::{extract::ws::{Message, WebSocket, WebSocketUpgrade}, response::Response, routing::{any, get}, Router};
use std::time::Duration;
"""
HANDLER = "async fn handler(ws: WebSocketUpgrade) -> Response { ws.on_upgrade(handle_socket) }\n"
AXUM = HEAD + HANDLER


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ('let app = Router::new().route("/ws", get(handler)); serve(app);', [("/ws", False)]),
        ('let app = Router::new().route("/ws/{room}", any(handler)); serve(app);', [("/ws/{room}", False)]),
        ('let app = Router::new().route("/ws/:room", any(handler)); serve(app);', [("/ws/{room}", False)]),
        (
            'let api = Router::new().route("/ws", get(handler)); let app = Router::new().nest("/api", api); serve(app);',
            [("/api/ws", False)],
        ),
        (
            'let app = Router::new().nest("/v1", Router::new().nest("/live", Router::new().route("/", get(handler)))); serve(app);',
            [("/v1/live", False)],
        ),
        ("let app = Router::new().route(&path(), get(handler)); serve(app);", [(None, False)]),
        ("serve(handler);", [(None, False)]),
    ],
)
def test_axum_paths(main: str, expected: list[tuple[str, bool]]) -> None:
    """Routes and nests, also those that another variable holds."""
    assert expected == paths(only(f"{AXUM}async fn main() {{ {main} }}\n"))


def test_routes_in_other_files() -> None:
    """A router that a function of another module makes, nested by its path; several modules have a ``router`` each."""
    use = only(
        {
            "Cargo.toml": '[package]\nname = "chat"\nversion = "0.1.0"\n[dependencies]\naxum = { version = "0.8", features = ["ws"] }\n',
            "Cargo.lock": '[[package]]\nname = "axum"\nversion = "0.7.9"\n\n[[package]]\nname = "axum"\nversion = "0.8.4"\n',
            "src/live.rs": AXUM + 'pub fn router() -> Router { Router::new().route("/ws", get(handler)) }\n',
            "src/files.rs": 'pub fn router() -> Router { Router::new().route("/list", get(list)) }\n',
            "src/main.rs": "mod live; mod files;\nasync fn main() {\n"
            'let app = Router::new().nest("/api", live::router()).nest("/files", files::router());\n'
            'let listener = tokio::net::TcpListener::bind("0.0.0.0:3000").await.unwrap();\n'
            "axum::serve(listener, app).await.unwrap();\n}\n",
        }
    )
    assert [("/api/ws", False)] == paths(use)
    assert ("0.8.4", 3000, None) == (use.version, use.endpoints[0].port, use.endpoints[0].bind)


@pytest.mark.parametrize(
    ("bind", "expected"),
    [
        ('TcpListener::bind("127.0.0.1:3000")', ("127.0.0.1", 3000, "literal")),
        ("let addr = SocketAddr::from(([0, 0, 0, 0], 4000)); TcpListener::bind(addr)", (None, 4000, "literal")),
        ("TcpListener::bind((Ipv4Addr::UNSPECIFIED, 4000))", (None, 4000, "literal")),
        (
            'let port = std::env::var("PORT").unwrap_or_else(|_| "5000".to_string()); TcpListener::bind(format!("0.0.0.0:{}", port))',
            (None, 5000, "environment"),
        ),
        (
            'let port: u16 = std::env::var("PORT").unwrap().parse().unwrap(); TcpListener::bind(format!("0.0.0.0:{port}"))',
            (None, None, "environment"),
        ),
        ('axum::Server::bind(&"0.0.0.0:8080".parse().unwrap())', (None, 8080, "literal")),
        ("TcpListener::bind(address())", (None, None, None)),
    ],
)
def test_listens(bind: str, expected: tuple[object, ...]) -> None:
    """Literals, pairs, formatted texts, and the environment with its fallback."""
    endpoint = only(f'{AXUM}async fn main() {{ let app = Router::new().route("/ws", get(handler)); {bind}; }}\n').endpoints[0]
    assert expected == (endpoint.bind, endpoint.port, endpoint.port_from)


ACTIX = "use actix_web::{web, get, App, HttpServer};\nasync fn ws(req: HttpRequest, body: web::Payload) -> R { let (res, session, stream) = actix_ws::handle(&req, body)?; res }\n"
WARP = "use warp::Filter;\nasync fn main() {"


@pytest.mark.parametrize(
    ("library", "text", "expected"),
    [
        (
            "actix-ws",
            ACTIX + 'fn main() { HttpServer::new(|| App::new().route("/ws", web::get().to(ws))).bind(("127.0.0.1", 80)) }',
            "/ws",
        ),
        (
            "actix-ws",
            ACTIX + 'fn main() { App::new().service(web::scope("/api").service(web::resource("/ws").route(web::get().to(ws)))) }',
            "/api/ws",
        ),
        (
            "actix-ws",
            ACTIX.replace("async fn", '#[get("/live")]\nasync fn')
            + 'fn main() { App::new().service(web::scope("/v1").service(ws)) }',
            "/v1/live",
        ),
        (
            "actix-ws",
            'use actix_web_actors::ws;\nasync fn h(r: HttpRequest, s: web::Payload) -> R { ws::start(Me {}, &r, s) }\nfn main() { App::new().route("/ws", web::get().to(h)) }',
            "/ws",
        ),
        (
            "warp",
            WARP + ' let chat = warp::path("chat").and(warp::ws()).map(f); warp::serve(chat).run(([0, 0, 0, 0], 3030)); }',
            "/chat",
        ),
        (
            "warp",
            WARP + ' let live = warp::path!("room" / String).and(warp::ws()).map(f); warp::serve(live).run(a); }',
            "/room/{String}",
        ),
        (
            "rocket-ws",
            '#[macro_use] extern crate rocket;\n#[get("/echo?<name>")]\nfn echo(ws: rocket_ws::WebSocket, name: String) -> S { s }\nfn main() { rocket::build().mount("/api", routes![echo]); }',
            "/api/echo",
        ),
        (
            "salvo",
            'use salvo::prelude::*;\nuse salvo::websocket::WebSocketUpgrade;\nasync fn connect(req: R) { WebSocketUpgrade::new().upgrade(req, res, f).await }\nfn main() { let r = Router::new().push(Router::with_path("ws").goal(connect)); }',
            "/ws",
        ),
        (
            "poem",
            'use poem::web::websocket::WebSocket;\nfn ws(ws: WebSocket) -> impl IntoResponse { ws.on_upgrade(f) }\nfn main() { let app = Route::new().at("/ws/:name", get(ws)); }',
            "/ws/{name}",
        ),
        (
            "async-graphql",
            'use async_graphql_axum::GraphQLSubscription;\nfn main() { let app = Router::new().route_service("/ws", GraphQLSubscription::new(schema)); }',
            "/ws",
        ),
        (
            "socketioxide",
            "use socketioxide::SocketIo;\nfn main() { let (layer, io) = SocketIo::builder().ping_interval(d).build_layer(); }",
            "/socket.io/",
        ),
        (
            "tokio-tungstenite",
            'async fn main() { let l = TcpListener::bind("0.0.0.0:9001").await; tokio_tungstenite::accept_async(stream).await; }',
            None,
        ),
        ("fastwebsockets", "use fastwebsockets::upgrade;\nfn h(req: R) { let (r, f) = upgrade::upgrade(&mut req)?; }", None),
        ("hyper-tungstenite", "fn h(req: R) { let (r, ws) = hyper_tungstenite::upgrade(&mut req, None)?; }", None),
        ("tide-websockets", 'use tide_websockets::WebSocket;\nfn main() { app.at("/ws").get(WebSocket::new(f)); }', "/ws"),
        ("tokio-websockets", "use tokio_websockets::ServerBuilder;\nfn main() { ServerBuilder::new().accept(stream); }", None),
    ],
)
def test_each_library(library: str, text: str, expected: str | None) -> None:
    """Every library is found by its types and functions, under the path of its framework's routers."""
    use = only(text + "\n")
    assert (library, expected) == (use.library, use.endpoints[0].path)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("fn f(u: WebSocketUpgrade) -> R { u.max_message_size(64 * 1024).on_upgrade(g) }\n", 65536),
        ("const MOST: usize = 1 << 20;\nfn f() { WebSocketConfig { max_message_size: Some(MOST) } }\n", 1048576),
        ("fn f() { WebSocketConfig { max_message_size: None } }\n", 0),
    ],
)
def test_size(more: str, expected: int) -> None:
    """A call or a field sets the size; ``None`` takes it away."""
    use = uses(AXUM + more)[0]
    assert use.max_message is not None
    assert expected == use.max_message.amount


def test_broadcasts_and_backplane() -> None:
    """Loops over clients and channels of the process are broadcasts; Redis joins where it is subscribed to."""
    loop = "async fn all(peers: Peers) { for (_, peer) in peers.lock().await.iter() { peer.send(m.clone()); } }\n"
    assert only(AXUM + loop).broadcasts is not None
    assert only(AXUM + "use tokio::sync::broadcast;\nfn f() { let (tx, _) = broadcast::channel(100); }\n").broadcasts is not None
    assert only(AXUM + "fn f(rows: R) { for row in rows { row.send(1); } }\n").broadcasts is None
    assert only(AXUM + "use redis::AsyncCommands;\n").backplane is None
    assert "redis" == only(AXUM + 'use redis::AsyncCommands;\nfn f() { pubsub.subscribe("room"); }\n').backplane


def test_cookies_and_origin() -> None:
    """A cookie jar among the parameters, and a handler that looks at the Origin header."""
    assert only(HEAD + "async fn h(jar: CookieJar, ws: WebSocketUpgrade) -> R { ws.on_upgrade(f) }\n").cookies
    looks = "async fn h(headers: HeaderMap, ws: WebSocketUpgrade) -> R { headers.get(header::ORIGIN); ws.on_upgrade(f) }\n"
    assert ("{decided in code}",) == only(HEAD + looks).origins
    assert only(AXUM).origins is None


@pytest.mark.parametrize(
    "files",
    [
        {"Cargo.toml": '[package]\nname = "a"\n[dependencies]\ntokio-tungstenite = "0.26"\n', "src/main.rs": "fn main() {}\n"},
        {"src/main.rs": "// axum::extract::ws::WebSocketUpgrade\nfn main() {}\n"},
        {"src/main.rs": "use axum::Router;\nfn main() { Router::new(); }\n"},
        {"src/lib.rs": f"fn main() {{}}\n#[cfg(test)]\nmod tests {{\n{AXUM}}}\n"},
        {"src/main.rs": "use crate::own::WebSocketUpgrade;\nfn f(ws: WebSocketUpgrade) {}\n"},
        {"src/main.rs": "use tungstenite::Message;\nfn accept(m: Message) {}\nfn main() { accept(m); listener.accept(); }\n"},
        {"Cargo.toml": '[package]\nname = "tokio-tungstenite"\nversion = "0.26.0"\n', "src/lib.rs": AXUM},
    ],
    ids=["manifest", "comment", "framework", "own tests", "own type", "other accept", "the library itself"],
)
def test_mentions(files: dict[str, str]) -> None:
    """What only names a library is no use of it."""
    assert () == uses(files)

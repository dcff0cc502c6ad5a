"""Whatever a Rust file holds: an answer, never an exception."""

# ruff: noqa: E501 - code of the other language reads better in one piece

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stack.rust.test_heartbeats import CONST, SELECT
from tests.stack.rust.test_servers import AXUM
from tests.stack.rust.trees import found

_MAIN = (
    'async fn main() { let port = std::env::var("PORT").unwrap_or("80".into());\n'
    'let api = Router::new().route("/ws", get(handler)); let app = Router::new().nest("/api", api);\n'
    'TcpListener::bind(format!("0.0.0.0:{port}")).await; }\n'
)
_WHOLE = AXUM + CONST + SELECT.replace("INTERVAL", "HEARTBEAT_INTERVAL") + _MAIN


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(_WHOLE)), st.integers(0, 60), st.text(max_size=12))
def test_mutated(at: int, cut: int, put: str) -> None:
    """Text that is cut out and put in anywhere."""
    found({"src/main.rs": _WHOLE[:at] + put + _WHOLE[at + cut :], "Cargo.toml": f"[package]\nname = {put}\n", "Cargo.lock": put})


def test_names_that_lead_to_themselves() -> None:
    """Circles of values, routers and functions end."""
    text = (
        AXUM
        + "const A: Duration = B;\nconst B: Duration = A;\nfn x() -> Router { y() }\nfn y() -> Router { x().route(A, get(handler)) }\n"
    )
    text += "async fn main() { let a = a; let b = Router::new().nest(A, b); interval(A); TcpListener::bind(a); u.max_message_size(A); }\n"
    assert 1 == len(found({"src/main.rs": text}).uses)


def test_deep_nesting() -> None:
    """What nests beyond reason is said not to be read."""
    text = AXUM + "const X: u8 = " + "(" * 3000 + ")" * 3000 + ";\n"
    assert ["src/main.rs"] == [item.file for item in found({"src/main.rs": text}).not_read]

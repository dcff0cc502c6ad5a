"""Whatever a Go file holds: an answer, never an exception."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stack.go.test_heartbeats import PUMP, WAITS
from tests.stack.go.test_servers import GORILLA
from tests.stack.go.trees import found

_WHOLE = (
    GORILLA + WAITS + PUMP + 'func main() { http.HandleFunc("/ws", serveWs); http.ListenAndServe(":"+os.Getenv("PORT"), nil) }\n'
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(_WHOLE)), st.integers(0, 60), st.text(max_size=12))
def test_mutated(at: int, cut: int, put: str) -> None:
    """Text that is cut out and put in anywhere."""
    found({"main.go": _WHOLE[:at] + put + _WHOLE[at + cut :], "go.mod": f"module {put}\n"})


def test_names_that_lead_to_themselves() -> None:
    """Circles of values, routers and functions end."""
    text = GORILLA + "const a = b\nconst b = a\nfunc x() { y() }\nfunc y() { x(); serveWs(w, r) }\n"
    text += "func main() { r := r.Group(a); r.Handle(a, serveWs); conn.SetReadLimit(a); time.NewTicker(b) }\n"
    assert 1 == len(found({"main.go": text}).uses)


def test_deep_nesting() -> None:
    """What nests beyond reason is said not to be read."""
    text = GORILLA + "var x = " + "(" * 3000 + ")" * 3000 + "\n"
    assert ["main.go"] == [item.file for item in found({"main.go": text}).not_read]

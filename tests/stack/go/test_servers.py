"""Handshakes that Go code takes: which library, on which paths, where, and with which limits."""

# ruff: noqa: E501 - code of the other language reads better in one piece

from __future__ import annotations

import pytest

from tests.stack.go.trees import only, paths, uses

HEAD = """package main
import (
	"net/http"
	"os"
	"time"
	"github.com/gorilla/websocket"
)
"""
UPGRADER = "var upgrader = websocket.Upgrader{}\n"
SERVE = """func serveWs(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil { return }
	defer conn.Close()
}
"""
GORILLA = HEAD + UPGRADER + SERVE


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ('http.HandleFunc("/ws", serveWs)', [("/ws", False)]),
        ('http.HandleFunc("GET /ws/{room}", serveWs)', [("/ws/{room}", False)]),
        ('http.HandleFunc("/ws/", serveWs)', [("/ws", True)]),
        ('http.HandleFunc("/", serveWs)', [(None, False)]),
        ('http.Handle("/ws", auth(http.HandlerFunc(serveWs)))', [("/ws", False)]),
        ('http.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) { serveWs(w, r) })', [("/ws", False)]),
        (
            'r := gin.Default(); api := r.Group("/api"); v1 := api.Group("/v1"); v1.GET("/ws/:id", wrap(serveWs))',
            [("/api/v1/ws/:id", False)],
        ),
        ('r := mux.NewRouter(); s := r.PathPrefix("/api").Subrouter(); s.HandleFunc("/ws", serveWs)', [("/api/ws", False)]),
        ('r := mux.NewRouter(); r.Methods("GET").Path("/live").HandlerFunc(serveWs)', [("/live", False)]),
        ('r := chi.NewRouter(); r.Route("/api", func(r chi.Router) { r.Get("/ws", serveWs) })', [("/api/ws", False)]),
        ('sub := chi.NewRouter(); sub.Get("/ws", serveWs); r := chi.NewRouter(); r.Mount("/live", sub)', [("/live/ws", False)]),
        ("http.HandleFunc(computed(), serveWs)", [(None, False)]),
        ("run(serveWs)", [(None, False)]),
    ],
)
def test_paths(main: str, expected: list[tuple[str, bool]]) -> None:
    """Routers of every kind, groups, mounts, wrappers and handlers written in place."""
    assert expected == paths(only(f"{GORILLA}func main() {{ {main} }}\n"))


def test_routes_in_other_files() -> None:
    """A method is reached from another package through what makes its object, and a router that is handed over keeps its prefix."""
    use = only(
        {
            "go.mod": "module example.com/chat\n\nrequire github.com/gorilla/websocket v1.5.3\n",
            "ws/handler.go": HEAD.replace("package main", "package ws")
            + UPGRADER
            + "type Hub struct{}\nfunc New() *Hub { return &Hub{} }\n"
            + SERVE.replace("func serveWs", "func (h *Hub) Handle"),
            "routes.go": 'package main\nimport (\n"github.com/gin-gonic/gin"\n"example.com/chat/ws"\n)\n'
            'func register(g *gin.RouterGroup) { h := ws.New(); g.GET("/live", h.Handle) }\n',
            "main.go": 'package main\nimport "github.com/gin-gonic/gin"\n'
            'func main() { r := gin.Default(); register(r.Group("/api")); r.Run(":9000") }\n',
        }
    )
    assert [("/api/live", False)] == paths(use)
    assert ("1.5.3", 9000, "literal") == (use.version, use.endpoints[0].port, use.endpoints[0].port_from)


@pytest.mark.parametrize(
    ("listens", "expected"),
    [
        ('http.ListenAndServe(":8080", nil)', (None, 8080, "literal")),
        ('http.ListenAndServe("127.0.0.1:8080", nil)', ("127.0.0.1", 8080, "literal")),
        ('http.ListenAndServe(":"+os.Getenv("PORT"), nil)', (None, None, "environment")),
        (
            'port := os.Getenv("PORT"); if port == "" { port = "8080" }; http.ListenAndServe(":"+port, nil)',
            (None, 8080, "environment"),
        ),
        ('http.ListenAndServe(":"+getEnv("PORT", "3000"), nil)', (None, 3000, "environment")),
        ('addr := flag.String("addr", ":7000", "where"); flag.Parse(); http.ListenAndServe(*addr, nil)', (None, 7000, "default")),
        ('s := &http.Server{Addr: fmt.Sprintf(":%d", 9100)}; s.ListenAndServe()', (None, 9100, "literal")),
        ("http.ListenAndServe(config.Addr(), nil)", (None, None, None)),
    ],
)
def test_listens(listens: str, expected: tuple[object, ...]) -> None:
    """Host and port from literals, the environment with its fallback, and flags."""
    endpoint = only(f'{GORILLA}func main() {{ http.HandleFunc("/ws", serveWs); {listens} }}\n').endpoints[0]
    assert expected == (endpoint.bind, endpoint.port, endpoint.port_from)


@pytest.mark.parametrize(
    ("upgrader", "expected"),
    [
        ("", ("{same origin}",)),
        ("CheckOrigin: func(r *http.Request) bool { return true }", ("*",)),
        ("CheckOrigin: func(r *http.Request) bool {\n\t// for now\n\treturn true\n}", ("*",)),
        ('CheckOrigin: func(r *http.Request) bool { return r.Host == "a" }', ("{decided in code}",)),
    ],
)
def test_origins(upgrader: str, expected: tuple[str, ...]) -> None:
    """gorilla compares hosts unless a function that is always true says otherwise."""
    text = (
        HEAD + f"var upgrader = websocket.Upgrader{{{upgrader}}}\n" + SERVE + 'func main() { http.HandleFunc("/ws", serveWs) }\n'
    )
    assert expected == only(text).origins


def test_limits_and_cookies() -> None:
    """A read limit, a cookie that is asked for, and the library's own limit where none is set."""
    more = "const most = 64 << 10\nfunc read(c *websocket.Conn) { c.SetReadLimit(most) }\n"
    use = only(GORILLA.replace("if err", 'r.Cookie("session"); if err') + more)
    assert use.max_message is not None
    assert (65536, True) == (use.max_message.amount, use.cookies)
    assert not only(GORILLA).cookies


def test_broadcasts_and_backplane() -> None:
    """A loop over clients that sends to each is a broadcast; one over anything else is none; Redis joins where it is subscribed to."""
    hub = "func (h *Hub) run() { for m := range h.in { for client := range h.clients { client.send <- m } } }\n"
    assert only(GORILLA + hub).broadcasts is not None
    assert only(GORILLA + "func f(items []T) { for _, item := range items { item.send <- 1 } }\n").broadcasts is None
    redis = HEAD.replace('"os"', '"github.com/redis/go-redis/v9"') + UPGRADER + SERVE + hub
    assert only(redis).backplane is None
    assert "redis" == only(redis + 'func sub(c *redis.Client) { c.Subscribe(ctx, "room") }\n').backplane


@pytest.mark.parametrize(
    ("library", "text", "expected"),
    [
        (
            "coder-websocket",
            'import "github.com/coder/websocket"\nfunc h(w W, r R) { websocket.Accept(w, r, nil) }\nfunc main() { mux.HandleFunc("/ws", h) }',
            "/ws",
        ),
        (
            "coder-websocket",
            'import "nhooyr.io/websocket"\nfunc h(w W, r R) { websocket.Accept(w, r, nil) }\nfunc main() { mux.HandleFunc("/ws", h) }',
            "/ws",
        ),
        (
            "gobwas-ws",
            'import "github.com/gobwas/ws"\nfunc h(w W, r R) { ws.UpgradeHTTP(r, w) }\nfunc main() { mux.HandleFunc("/ws", h) }',
            "/ws",
        ),
        (
            "x-net-websocket",
            'import "golang.org/x/net/websocket"\nfunc main() { http.Handle("/ws", websocket.Handler(echo)) }',
            "/ws",
        ),
        (
            "melody",
            'import "github.com/olahol/melody"\nfunc main() { m := melody.New(); http.HandleFunc("/ws", func(w W, r R) { m.HandleRequest(w, r) }) }',
            "/ws",
        ),
        (
            "centrifuge-go",
            'import "github.com/centrifugal/centrifuge"\nfunc main() { h := centrifuge.NewWebsocketHandler(node, c); http.Handle("/live", auth(h)) }',
            "/live",
        ),
        (
            "gofiber-websocket",
            'import "github.com/gofiber/contrib/websocket"\nfunc main() { app.Get("/ws/:id", websocket.New(func(c *websocket.Conn) {})) }',
            "/ws/:id",
        ),
        (
            "gqlgen",
            'import "github.com/99designs/gqlgen/graphql/handler/transport"\nfunc main() { srv := handler.New(s); srv.AddTransport(transport.Websocket{}); http.Handle("/query", srv) }',
            "/query",
        ),
        (
            "socketio-go",
            'import "github.com/zishang520/socket.io/v2/socket"\nfunc main() { io := socket.NewServer(nil, nil); http.Handle("/socket.io/", io.ServeHandler(nil)) }',
            "/socket.io/",
        ),
        (
            "googollee-socketio",
            'import socketio "github.com/googollee/go-socket.io"\nfunc main() { s := socketio.NewServer(nil); http.Handle("/socket.io/", s) }',
            "/socket.io/",
        ),
        (
            "sockjs-go",
            'import "github.com/igm/sockjs-go/v3/sockjs"\nfunc main() { h := sockjs.NewHandler("/echo", sockjs.DefaultOptions, f); http.Handle("/echo/", h) }',
            "/echo",
        ),
        (
            "signalr-go",
            'import "github.com/philippseith/signalr"\nfunc main() { s, _ := signalr.NewServer(ctx); s.MapHTTP(f, "/chat") }',
            None,
        ),
        (
            "gws",
            'import "github.com/lxzan/gws"\nfunc main() { u := gws.NewUpgrader(h, nil); http.HandleFunc("/ws", func(w W, r R) { u.Upgrade(w, r) }) }',
            None,
        ),
    ],
)
def test_each_library(library: str, text: str, expected: str | None) -> None:
    """Every library is found by what it is called with."""
    use = only(f"package main\n{text}\n")
    assert library == use.library
    assert expected is None or expected == use.endpoints[0].path


@pytest.mark.parametrize(
    "files",
    [
        {
            "go.mod": "module a\nrequire github.com/gorilla/websocket v1.5.3 // indirect\n",
            "main.go": "package main\nfunc main() {}\n",
        },
        {"main.go": "package main\n// websocket.Upgrader of github.com/gorilla/websocket\nfunc main() {}\n"},
        {"main_test.go": GORILLA},
        {"main.go": 'package main\nimport "github.com/gorilla/websocket"\nfunc f(c *websocket.Conn) {}\n'},
        {
            "main.go": 'package main\nimport "example.com/own/websocket"\nvar u = websocket.Upgrader{}\nfunc h(w W, r R) { u.Upgrade(w, r, nil) }\n'
        },
        {"main.go": 'package main\nimport "golang.org/x/net/html"\nfunc main() { html.Parse(r) }\n'},
        {"main.go": 'package main\nimport "helm.sh/helm"\nfunc main() { client.Upgrade(a, b, c) }\n'},
        {"go.mod": "module github.com/gorilla/websocket\n", "examples/main.go": GORILLA},
    ],
    ids=["indirect", "comment", "test", "type", "other package", "other subpackage", "other method", "the library itself"],
)
def test_mentions(files: dict[str, str]) -> None:
    """What only names a library is no use of it."""
    assert () == uses(files)

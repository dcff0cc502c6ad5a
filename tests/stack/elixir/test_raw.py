"""Plain handlers and clients in Elixir, start commands, and code that is broken."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.stack.commands import interpret
from tests.stack.elixir.trees import PHOENIX, ROOMS, found, uses

_MIX = {"mix.exs": "  app: :plain,\n"}
_ROUTER = (
    'defmodule R do\n  use Plug.Router\n  get "/ws" do\n    WebSockAdapter.upgrade(conn, H, %{}, timeout: 30_000)\n  end\nend\n'
)
_HANDLER = (
    "defmodule Plain.Handler do\n  @behaviour :cowboy_websocket\n  def init(req, s), do: {:cowboy_websocket, req, s}\nend\n"
)


def test_websock() -> None:
    """The route around the upgrade is its path, and its timeout counts in milliseconds."""
    (use,) = uses({**_MIX, "lib/r.ex": _ROUTER})
    assert ("websock", "/ws", 30) == (use.library, use.endpoints[0].path, use.idle.amount if use.idle else None)


def test_cowboy() -> None:
    """A handler takes the path that the dispatch table gives it."""
    table = '[{:_, [{"/feed", Plain.Handler, []}, {:_, Plug.Cowboy.Handler, {R, []}}]}]'
    app = f"defmodule Plain.App do\n  # :cowboy_websocket\n  def dispatch, do: {table}\nend\n"
    (use,) = uses({**_MIX, "lib/h.ex": _HANDLER, "lib/app.ex": app})
    assert ("cowboy", "/feed", 60) == (use.library, use.endpoints[0].path, use.idle.amount if use.idle else None)


@pytest.mark.parametrize(
    ("code", "library", "host", "foreign"),
    [
        ('WebSockex.start_link("wss://feed.acme.org/x", __MODULE__, s)', "websockex", "feed.acme.org", True),
        ('WebSockex.start_link("ws://localhost:4000/socket", __MODULE__, s)', "websockex", "localhost", False),
        ("WebSockex.start_link(url, __MODULE__, s)", "websockex", None, True),
        ('Mint.WebSocket.upgrade(:wss, conn, "/feed", [])', "mint-websocket", None, True),
    ],
)
def test_clients(code: str, library: str, host: str | None, foreign: bool) -> None:
    """A client with a public or an unknown address is somebody else's customer."""
    (use,) = uses({**_MIX, "lib/c.ex": f"defmodule C do\n  use WebSockex\n  def go(url, s), do: {code}\nend\n"})
    assert (library, "client", foreign) == (use.library, use.role, use.foreign)
    assert host == (use.urls[0].host if use.urls else None)


@pytest.mark.parametrize(
    "files",
    [
        {"lib/a.ex": "# WebSockAdapter.upgrade(conn, H, %{})\n"},
        {"lib/a.ex": 'IO.puts("WebSockex.start_link")\n'},
        {"README.md": "WebSockAdapter.upgrade"},
        {"mix.exs": '  app: :plain,\n  {:websockex, "~> 0.4"}\n'},
        {"deps/websockex/lib/w.ex": _ROUTER},
    ],
    ids=["comment", "text", "readme", "package-alone", "installed"],
)
def test_mentions(files: dict[str, str]) -> None:
    """A comment, a text, a document or a package alone is no use."""
    assert () == uses({**_MIX, ".gitignore": "/deps/\n", **files})


@pytest.mark.parametrize(
    ("command", "serves"),
    [
        ("mix phx.server", True),
        ("MIX_ENV=prod mix do ecto.migrate, phx.server", True),
        ("iex -S mix phx.server", True),
        ("mix run --no-halt", True),
        ("mix ecto.migrate", False),
        ("mix deps.get", False),
    ],
)
def test_commands(command: str, serves: bool) -> None:
    """Tasks that keep running are servers."""
    server = interpret(command)
    assert ([("mix", True)] if serves else []) == [(each.program, each.can_upgrade) for each in (server,) if each is not None]


_PARTS = st.sampled_from(
    [
        *("defmodule A.Endpoint do\n", "use Phoenix.Endpoint\n", 'socket "/s", A.S, ', "websocket: [", "]", "check_origin: "),
        *("config :a, A.Endpoint, ", "url: [host: ", "if config_env() == :prod do\n", "else\n", "end\n", "x = x\n", "@x @x\n"),
        *('System.get_env("X") || ', "{0, 0, 0, 0}", "{:cowboy_websocket, ", "WebSockAdapter.upgrade(", ")", "~r/", "\x00"),
        *("\ud800", "\xe9", '"', "'", "#{", "|> ", "fn -> ", "30_000 * "),
    ]
)
_TEXTS = st.lists(_PARTS, max_size=25).map(lambda parts: "".join(parts).encode("utf-8", "replace").decode())


@settings(max_examples=120, deadline=None)
@given(_TEXTS, st.sampled_from(["config/runtime.exs", "lib/chat_web/endpoint.ex", "lib/a.ex", "mix.exs", "mix.lock"]))
def test_broken_code(text: str, path: str) -> None:
    """Parts in any order."""
    found({**PHOENIX, **ROOMS, path: text})


def test_deep_code() -> None:
    """Brackets without end are said not to be read."""
    result = found({**PHOENIX, **ROOMS, "config/runtime.exs": "[" * 3000 + "]" * 3000})
    assert ["config/runtime.exs"] == [each.file for each in result.not_read]

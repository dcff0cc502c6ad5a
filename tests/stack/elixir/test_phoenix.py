"""Phoenix endpoints: which sockets are used, where they listen, whose pages may open them, what joins the nodes."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from advisor.model import Use
from tests.stack.elixir.trees import ENDPOINT, PHOENIX, ROOMS, VIEW, channels, uses

_SOCKET = "lib/chat_web/channels/user_socket.ex"
_FILE = "lib/chat_web/endpoint.ex"
_APPLICATION = "lib/chat/application.ex"
_RUNTIME = "config/runtime.exs"


def _socket(line: str) -> dict[str, str]:
    """The generated socket with this line in it."""
    return {_SOCKET: f"defmodule ChatWeb.UserSocket do\n  {line}\nend\n"}


def _endpoint(options: str) -> dict[str, str]:
    """The endpoint with these options for WebSocket."""
    return {_FILE: ENDPOINT.replace("websocket: true", f"websocket: {options}")}


def _configured(keys: str) -> dict[str, str]:
    """A runtime.exs that sets these keys of the endpoint."""
    return {_RUNTIME: f"import Config\nconfig :chat, ChatWeb.Endpoint, {keys}\n"}


def _paths(found: tuple[Use, ...]) -> list[tuple[str, str | None, str]]:
    return [(use.library, endpoint.path, use.certainty) for use in found for endpoint in use.endpoints]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(ROOMS, [("phoenix-channels", "/socket/websocket", "explicit")], id="channels"),
        pytest.param(VIEW, [("phoenix-liveview", "/live/websocket", "explicit")], id="live-view"),
        pytest.param(
            {"lib/chat_web/live/a.ex": "defmodule A do\n  use Phoenix.LiveView\nend\n"},
            [("phoenix-liveview", "/live/websocket", "explicit")],
            id="live-view-by-itself",
        ),
        pytest.param(
            _socket("use Absinthe.Phoenix.Socket, schema: S"),
            [("absinthe-subscriptions", "/socket/websocket", "explicit")],
            id="absinthe",
        ),
        pytest.param(
            _socket("@behaviour Phoenix.Socket.Transport"),
            [("phoenix-channels", "/socket/websocket", "explicit")],
            id="transport-by-hand",
        ),
        pytest.param(
            {_SOCKET: ""},
            [("phoenix-channels", "/socket/websocket", "strong")],
            id="socket-elsewhere",
        ),
        pytest.param(
            {**ROOMS, **_endpoint('[path: "/raw/:id"]')},
            [("phoenix-channels", "/socket/raw/:id", "explicit")],
            id="path-of-its-own",
        ),
    ],
)
def test_used(files: Mapping[str, str], expected: list[tuple[str, str, str]]) -> None:
    """A socket with channels, and the live socket of an app with live views."""
    assert expected == _paths(uses({**PHOENIX, **files}, "server"))


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="as-generated"),
        pytest.param({**ROOMS, **_endpoint("false")}, id="longpoll-alone"),
        pytest.param({**ROOMS, _FILE: ENDPOINT.replace("use Phoenix.Endpoint", "# use Phoenix.Endpoint")}, id="comment"),
        pytest.param({"README.md": "use Phoenix.Endpoint; use ChatWeb, :live_view"}, id="readme"),
        pytest.param({**ROOMS, "mix.exs": "  app: :phoenix\n"}, id="phoenix-itself"),
        pytest.param(
            {
                _FILE: "defmodule E do\n  use Phoenix.Endpoint\n  if code_reloading? do\n"
                '    socket "/x", ChatWeb.UserSocket\n  end\nend\n',
                **ROOMS,
            },
            id="only-in-development",
        ),
    ],
)
def test_mentioned(files: Mapping[str, str]) -> None:
    """What nothing uses, or only development does, is no server."""
    assert () == uses({**PHOENIX, **files}, "server")


@pytest.mark.parametrize(
    ("runtime", "listens"),
    [
        (None, (4000, "environment", "::")),
        ("http: [port: 8080]", (8080, "literal", None)),
        ("http: [ip: {127, 0, 0, 1}, port: 8080]", (8080, "literal", "127.0.0.1")),
        ('http: [port: String.to_integer(System.fetch_env!("PORT"))]', (None, "environment", None)),
        ('http: [port: System.get_env("PORT", "5000") |> String.to_integer()]', (5000, "environment", None)),
        ("server: true", (4000, "default", None)),
    ],
)
def test_port(runtime: str | None, listens: tuple[object, ...]) -> None:
    """The endpoint's configuration for production says where it listens; that of development does not count."""
    files = _configured(runtime) if runtime else {}
    endpoint = channels(files).endpoints[0]
    assert listens == (endpoint.port, endpoint.port_from, endpoint.bind)


@pytest.mark.parametrize(
    ("files", "origins"),
    [
        pytest.param({}, ("{PHX_HOST}",), id="by-the-environment"),
        pytest.param({_RUNTIME: "import Config\n"}, ("//localhost",), id="as-generated-for-development"),
        pytest.param(_configured('url: [host: "a.b"]'), ("//a.b",), id="literal"),
        pytest.param(_configured("check_origin: false"), ("*",), id="off"),
        pytest.param(_configured("check_origin: :conn"), ("{same origin}",), id="conn"),
        pytest.param(_configured('check_origin: ["//a.b", host]'), ("//a.b", "{computed}"), id="list"),
        pytest.param(_endpoint("[check_origin: false]"), ("*",), id="at-the-socket"),
        pytest.param(
            {_FILE: _endpoint("@o")[_FILE].replace("otp_app: :chat", "otp_app: :chat\n  @o [check_origin: false]")},
            ("*",),
            id="by-an-attribute",
        ),
        pytest.param(
            {_FILE: ENDPOINT.replace("  if code", "  def init(_key, config), do: {:ok, config}\n  if code")},
            ("{computed}",),
            id="set-when-it-starts",
        ),
        pytest.param({"lib/chat.ex": "defmodule Chat do\n  import Config\nend\n"}, ("{computed}",), id="configured-by-code"),
        pytest.param(
            {_RUNTIME: 'if config_env() == :dev do\n  config :chat, ChatWeb.Endpoint, url: [host: "dev.box"]\nend\n'},
            ("//localhost",),
            id="of-another-environment",
        ),
        pytest.param(
            {
                _RUNTIME: "if config_env() == :prod do\n  :ok\nelse\n"
                '  config :chat, ChatWeb.Endpoint, url: [host: "dev.box"]\nend\n'
            },
            ("//localhost",),
            id="in-the-other-branch",
        ),
    ],
)
def test_origins(files: Mapping[str, str], origins: tuple[str, ...]) -> None:
    """The host of the url unless check_origin says otherwise, later files before earlier ones."""
    assert origins == channels(files).origins


@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        ("[]", 60),
        ("[timeout: 45_000]", 45),
        ("[timeout: :timer.minutes(2)]", 120),
        ("[timeout: :infinity]", 0),
        ("[timeout: 30 * 1000]", 30),
    ],
)
def test_idle(options: str, seconds: float) -> None:
    """The timeout counts in milliseconds; 60 s is the default, and infinity takes it away."""
    idle = channels(_endpoint(options)).idle
    assert idle is not None
    assert seconds == idle.amount


@pytest.mark.parametrize(
    ("adapter", "options", "size"),
    [
        ("Bandit.PhoenixAdapter", "[]", 8_000_000),
        ("Bandit.PhoenixAdapter", "[max_frame_size: 65_536]", 65_536),
        ("Phoenix.Endpoint.Cowboy2Adapter", "[]", None),
    ],
)
def test_largest_message(adapter: str, options: str, size: int | None) -> None:
    """Bandit has a limit of its own; Cowboy has none."""
    files = {
        "config/config.exs": f"config :chat, ChatWeb.Endpoint, adapter: {adapter}\n",
        _FILE: ENDPOINT.replace("websocket: true", f"websocket: {options}"),
    }
    found = channels(files).max_message
    assert size == (found.amount if found else None)


_SENDS = {"lib/chat/rooms.ex": 'defmodule Chat.Rooms do\n  def say(m), do: Phoenix.PubSub.broadcast(Chat.PubSub, "r", m)\nend\n'}


@pytest.mark.parametrize(
    ("files", "backplane", "sends"),
    [
        pytest.param({}, None, "lib/chat/rooms.ex", id="nothing-joins"),
        pytest.param(
            {_APPLICATION: "{Cluster.Supervisor, [topologies, []]}\n"}, "libcluster", "lib/chat/rooms.ex", id="libcluster"
        ),
        pytest.param({_APPLICATION: "# {Cluster.Supervisor, []}\n"}, None, "lib/chat/rooms.ex", id="libcluster-commented"),
        pytest.param({_APPLICATION: "{DNSCluster, query: q}\n"}, None, None, id="dns-cluster-perhaps"),
        pytest.param(
            {_APPLICATION: "{DNSCluster, query: q}\n", "fly.toml": '[env]\nDNS_CLUSTER_QUERY = "chat.internal"\n'},
            "dns-cluster",
            "lib/chat/rooms.ex",
            id="dns-cluster",
        ),
        pytest.param(
            {_APPLICATION: "{Phoenix.PubSub, adapter: Phoenix.PubSub.Redis}\n"},
            "phoenix-pubsub-redis",
            "lib/chat/rooms.ex",
            id="redis",
        ),
        pytest.param({_APPLICATION: "Node.connect(node)\n"}, None, None, id="by-hand"),
    ],
)
def test_nodes(files: Mapping[str, str], backplane: str | None, sends: str | None) -> None:
    """What is sent to all reaches one node, unless something joins them; whether it does may not be known."""
    (use,) = uses({**PHOENIX, **ROOMS, **_SENDS, **files}, "server")
    assert (backplane, sends) == (use.backplane, use.broadcasts.file if use.broadcasts else None)
    assert [backplane] * bool(backplane) == [each.library for each in uses({**PHOENIX, **ROOMS, **_SENDS, **files}, "backplane")]


def test_version_and_silence() -> None:
    """The lock file says the version; the server sends nothing of its own."""
    use = channels({})
    assert ("1.7.14", None) == (use.version, use.heartbeat)


def test_an_umbrella_has_its_configuration_above() -> None:
    """The endpoint lies in one app, the configuration and the lock file in the umbrella."""
    files = {f"apps/chat_web/{path}": text for path, text in {**PHOENIX, **ROOMS}.items() if path.startswith("lib/")}
    files |= {path: text for path, text in PHOENIX.items() if path.startswith(("config/", "mix."))}
    files["apps/chat_web/mix.exs"] = "  app: :chat_web,\n"
    (use,) = uses(files, "server")
    assert ("apps/chat_web/lib/chat_web/endpoint.ex", "1.7.14", ("{PHX_HOST}",)) == (use.place.file, use.version, use.origins)
    assert "chat_web" == use.app

"""Little Phoenix and Elixir repositories in memory, and what the Elixir side finds in them."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.model import Use
from advisor.stack.apps import Found, find
from advisor.stack.elixir import reader
from advisor.tree import Tree

ENDPOINT = """defmodule ChatWeb.Endpoint do
  use Phoenix.Endpoint, otp_app: :chat

  socket "/live", Phoenix.LiveView.Socket, websocket: [connect_info: [session: @session_options]], longpoll: true
  socket "/socket", ChatWeb.UserSocket, websocket: true, longpoll: false

  if code_reloading? do
    socket "/phoenix/live_reload/socket", Phoenix.LiveReloader.Socket
  end
end
"""
PHOENIX = {
    "mix.exs": "defmodule Chat.MixProject do\n  use Mix.Project\n  def project, do: [app: :chat]\n"
    '  defp deps, do: [\n    {:phoenix, "~> 1.7.14"},\n    {:bandit, "~> 1.5"}\n  ]\nend\n',
    "mix.lock": '%{\n  "phoenix": {:hex, :phoenix, "1.7.14", "abc", [:mix], [], "hexpm", "def"},\n}\n',
    "lib/chat_web.ex": "defmodule ChatWeb do\n"
    "  def live_view do\n    quote do\n      use Phoenix.LiveView\n    end\n  end\nend\n",
    "lib/chat_web/endpoint.ex": ENDPOINT,
    "lib/chat_web/channels/user_socket.ex": "defmodule ChatWeb.UserSocket do\n  use Phoenix.Socket\n"
    '  # channel "room:*", ChatWeb.RoomChannel\nend\n',
    "config/config.exs": 'import Config\nconfig :chat, ChatWeb.Endpoint,\n  url: [host: "localhost"],\n'
    "  adapter: Bandit.PhoenixAdapter,\n  pubsub_server: Chat.PubSub\n",
    "config/dev.exs": "import Config\n"
    "config :chat, ChatWeb.Endpoint, http: [ip: {127, 0, 0, 1}, port: 4000], check_origin: false\n",
    "config/runtime.exs": "import Config\nif config_env() == :prod do\n"
    '  host = System.get_env("PHX_HOST") || "example.com"\n  port = String.to_integer(System.get_env("PORT") || "4000")\n'
    '  config :chat, ChatWeb.Endpoint,\n    url: [host: host, port: 443, scheme: "https"],\n'
    "    http: [ip: {0, 0, 0, 0, 0, 0, 0, 0}, port: port]\nend\n",
}
"""What ``mix phx.new`` writes: sockets are there, and nothing uses them."""
ROOMS = {
    "lib/chat_web/channels/user_socket.ex": "defmodule ChatWeb.UserSocket do\n  use Phoenix.Socket\n"
    '  channel "room:*", ChatWeb.RoomChannel\nend\n'
}
VIEW = {"lib/chat_web/live/page_live.ex": "defmodule ChatWeb.PageLive do\n  use ChatWeb, :live_view\nend\n"}


def found(files: Mapping[str, str]) -> Found:
    """Everything the Elixir side says about these files."""
    tree = Tree.of(files, reader.words())
    return reader.detect(tree, find(tree))


def uses(files: Mapping[str, str], role: str = "") -> tuple[Use, ...]:
    """The uses in these files, or those of one role."""
    return tuple(use for use in found(files).uses if role in ("", use.role))


def channels(files: Mapping[str, str]) -> Use:
    """The one server of a Phoenix app with channels and these files more."""
    (server,) = uses({**PHOENIX, **ROOMS, **files}, "server")
    return server

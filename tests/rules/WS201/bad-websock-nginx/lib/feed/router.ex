defmodule Feed.Router do
  use Plug.Router

  plug :match
  plug :dispatch

  get "/feed" do
    WebSockAdapter.upgrade(conn, Feed.Handler, %{}, timeout: 600_000)
  end
end

defmodule ChatWeb.Endpoint do
  use Phoenix.Endpoint, otp_app: :chat

  socket "/live", Phoenix.LiveView.Socket, websocket: [connect_info: [session: @session_options]]
end

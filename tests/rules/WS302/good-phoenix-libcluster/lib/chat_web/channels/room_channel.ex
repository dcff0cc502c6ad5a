defmodule ChatWeb.RoomChannel do
  use Phoenix.Channel

  def handle_in("say", body, socket) do
    broadcast!(socket, "said", body)
    {:noreply, socket}
  end
end

defmodule ChatWeb.RoomLive do
  use ChatWeb, :live_view
end

require "faye/websocket"

app = lambda do |env|
  socket = Faye::WebSocket.new(env)
  socket.on(:message) { |event| socket.send(event.data) }
  socket.rack_response
end

run app

const WebSocket = require("ws");

test("answers", (done) => {
  const socket = new WebSocket("ws://staging.example.com/ws");
  socket.on("open", () => done());
});

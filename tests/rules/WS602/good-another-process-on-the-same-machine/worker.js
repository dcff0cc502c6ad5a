const WebSocket = require("ws");

function connect() {
  const socket = new WebSocket("ws://localhost:8080/ws");
  socket.on("message", (data) => work(data));
  socket.on("close", () => setTimeout(connect, 1000 + Math.random() * 4000));
}

connect();

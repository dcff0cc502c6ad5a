const WebSocket = require("ws");

function connect() {
  const socket = new WebSocket("wss://chat.example.com/ws");
  socket.on("message", (data) => handle(data.toString()));
  socket.on("error", (error) => console.error(error));
  socket.on("close", () => process.exit(1));
}

connect();

const WebSocket = require("ws");

const socket = new WebSocket("ws://chat.example.com/ws");
socket.on("open", () => {
  console.log("open");
  socket.close();
});

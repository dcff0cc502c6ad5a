const { WebSocketServer } = require("ws");

const wss = new WebSocketServer({ port: process.env.PORT || 3000 });
wss.on("connection", (socket) => {
  socket.on("message", (data) => socket.send(data.toString()));
});

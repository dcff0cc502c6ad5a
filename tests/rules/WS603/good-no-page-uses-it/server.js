const { WebSocketServer } = require("ws");

const wss = new WebSocketServer({ port: process.env.PORT || 8080, host: "0.0.0.0" });

wss.on("connection", (socket) => {
  socket.on("message", (data) => socket.send(data));
});

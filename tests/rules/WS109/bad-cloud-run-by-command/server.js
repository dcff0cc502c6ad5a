const { WebSocketServer } = require("ws");

const wss = new WebSocketServer({ port: process.env.PORT || 3000 });
wss.on("connection", (socket) => {
  const beat = setInterval(() => socket.ping(), 20000);
  socket.on("message", (data) => socket.send(data.toString()));
  socket.on("close", () => clearInterval(beat));
});

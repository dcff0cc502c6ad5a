const { WebSocketServer } = require("ws");

const wss = new WebSocketServer({ port: 8080, path: "/ws" });

wss.on("connection", (socket) => {
  socket.on("message", (data) => socket.send(`echo: ${data}`));
});

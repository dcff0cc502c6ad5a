const { WebSocketServer } = require("ws");

const wss = new WebSocketServer({ port: 4000 });
wss.on("connection", (socket) => {
  socket.on("message", (data) => wss.clients.forEach((client) => client.send(data)));
});

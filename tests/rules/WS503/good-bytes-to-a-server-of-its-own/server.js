const { WebSocketServer } = require("ws");

const wss = new WebSocketServer({ port: 3000 });

wss.on("connection", (socket) => {
  socket.on("message", (data) => socket.send(`echo: ${data}`));
});

const { WebSocketServer } = require("ws");

const server = new WebSocketServer({ port: 4000, path: "/notify" });

server.on("connection", (socket) => {
  socket.isAlive = true;
  socket.on("pong", () => { socket.isAlive = true; });
});

setInterval(() => {
  for (const socket of server.clients) {
    if (!socket.isAlive) socket.terminate();
    socket.isAlive = false;
    socket.ping();
  }
}, 20_000);

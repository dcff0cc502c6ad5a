const { WebSocketServer } = require("ws");

const wss = new WebSocketServer({ port: 8080, path: "/ws" });

wss.on("connection", (socket) => {
  socket.isAlive = true;
  socket.on("pong", () => { socket.isAlive = true; });
  socket.on("message", (data) => socket.send(`echo: ${data}`));
});

setInterval(() => {
  wss.clients.forEach((socket) => {
    if (!socket.isAlive) return socket.terminate();
    socket.isAlive = false;
    socket.ping();
  });
}, 30000);

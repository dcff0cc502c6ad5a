const http = require("http");
const { WebSocketServer } = require("ws");

const server = http.createServer((request, response) => response.end("ok"));
const wss = new WebSocketServer({ server, path: "/ws" });

wss.on("connection", (socket) => {
  socket.isAlive = true;
  socket.on("pong", () => (socket.isAlive = true));
  socket.on("message", (data) => socket.send(data.toString()));
});

setInterval(() => {
  for (const socket of wss.clients) {
    if (!socket.isAlive) return socket.terminate();
    socket.isAlive = false;
    socket.ping();
  }
}, 20000);

server.listen(process.env.PORT || 8080, "0.0.0.0");

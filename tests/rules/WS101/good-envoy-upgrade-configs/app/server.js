const http = require("http");
const { WebSocketServer } = require("ws");

const server = http.createServer((request, response) => response.end("ok"));
const sockets = new WebSocketServer({ server, path: "/ws" });

sockets.on("connection", (socket) => {
  const timer = setInterval(() => socket.ping(), 25000);
  socket.on("message", (text) => socket.send(text.toString()));
  socket.on("close", () => clearInterval(timer));
});

server.listen(3000);

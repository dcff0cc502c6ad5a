const http = require("http");
const { WebSocketServer } = require("ws");
const { sessionOf } = require("./sessions");

const server = http.createServer((request, response) => response.end("ok"));
const sockets = new WebSocketServer({ server, path: "/ws" });

sockets.on("connection", (socket, request) => {
  const person = sessionOf(request.headers.cookie);
  if (!person) return socket.close(4401);
  const timer = setInterval(() => socket.ping(), 25000);
  socket.on("message", (text) => socket.send(`${person}: ${text}`));
  socket.on("close", () => clearInterval(timer));
});

server.listen(3000);

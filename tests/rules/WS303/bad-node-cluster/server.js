const cluster = require("node:cluster");
const http = require("node:http");
const { availableParallelism } = require("node:os");
const { Server } = require("socket.io");

if (cluster.isPrimary) {
  for (let index = 0; index < availableParallelism(); index++) cluster.fork();
} else {
  const server = http.createServer((request, response) => response.end("ok"));
  const io = new Server(server);
  io.on("connection", (socket) => {
    socket.on("say", (text) => io.emit("said", text));
  });
  server.listen(3000);
}

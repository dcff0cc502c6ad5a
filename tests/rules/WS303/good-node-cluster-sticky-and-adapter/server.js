const cluster = require("node:cluster");
const http = require("node:http");
const { availableParallelism } = require("node:os");
const { Server } = require("socket.io");
const { createAdapter, setupPrimary } = require("@socket.io/cluster-adapter");
const { setupMaster, setupWorker } = require("@socket.io/sticky");

if (cluster.isPrimary) {
  const server = http.createServer();
  setupMaster(server, { loadBalancingMethod: "least-connection" });
  setupPrimary();
  server.listen(3000);
  for (let index = 0; index < availableParallelism(); index++) cluster.fork();
} else {
  const server = http.createServer((request, response) => response.end("ok"));
  const io = new Server(server);
  io.adapter(createAdapter());
  setupWorker(io);
  io.on("connection", (socket) => {
    socket.on("say", (text) => io.emit("said", text));
  });
}

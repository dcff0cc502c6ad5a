const http = require("http");
const express = require("express");
const { Server } = require("socket.io");

const app = express();
app.get("/", (request, response) => response.send("ok"));

const server = http.createServer(app);
const io = new Server(server);
const { createAdapter } = require("@socket.io/cluster-adapter");
io.adapter(createAdapter());
const { setupWorker } = require("@socket.io/sticky");
setupWorker(io);

io.on("connection", (socket) => {
  socket.on("say", (text) => io.emit("said", text));
});

server.listen(process.env.PORT || 3000);

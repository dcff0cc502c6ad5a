const express = require("express");
const { createServer } = require("http");
const { Server } = require("socket.io");

const app = express();
const server = createServer(app);
const io = new Server(server);

app.get("/health", (request, response) => response.send("ok"));

io.on("connection", (socket) => {
  socket.on("message", (text) => socket.emit("message", text));
});

server.listen(process.env.PORT || 3000);

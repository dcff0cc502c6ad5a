const http = require("http");
const express = require("express");
const { Server } = require("socket.io");

const app = express();
app.get("/", (request, response) => response.send("ok"));

const server = http.createServer(app);
const io = new Server(server, { transports: ["websocket"] });

io.on("connection", (socket) => {
  socket.on("join", (room) => socket.join(room));
  socket.on("say", (room, text) => io.to(room).emit("said", text));
});

server.listen(process.env.PORT || 3000);

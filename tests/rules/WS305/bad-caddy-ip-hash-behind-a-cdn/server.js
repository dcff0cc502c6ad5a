const http = require("http");
const express = require("express");
const { Server } = require("socket.io");

const app = express();
app.get("/", (request, response) => response.send("ok"));

const server = http.createServer(app);
const io = new Server(server);

io.on("connection", (socket) => {
  socket.on("say", (text) => socket.emit("said", text));
});

server.listen(process.env.PORT || 3000);

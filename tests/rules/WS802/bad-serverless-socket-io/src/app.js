const express = require("express");
const { createServer } = require("http");
const { Server } = require("socket.io");

const app = express();
const io = new Server(createServer(app));
io.on("connection", (socket) => {
  socket.on("message", (text) => socket.emit("message", text));
});

module.exports = { app };

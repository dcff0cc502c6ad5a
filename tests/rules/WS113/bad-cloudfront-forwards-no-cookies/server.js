const http = require("http");
const express = require("express");
const { WebSocketServer } = require("ws");

const app = express();
app.use(express.static("public"));
const server = http.createServer(app);
const wss = new WebSocketServer({ server, path: "/ws" });

wss.on("connection", (socket, request) => {
  socket.person = sessionOf(request.headers.cookie);
  socket.on("message", (data) => {
    const message = JSON.parse(data);
    if (message.type === "ping") return socket.send(JSON.stringify({ type: "pong" }));
    store(message);
  });
});

server.listen(8000);

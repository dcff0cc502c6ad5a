const http = require("http");
const express = require("express");
const WebSocket = require("ws");

const app = express();
app.get("/", (request, response) => response.send("prices"));

const server = http.createServer(app);
const wss = new WebSocket.Server({ server, path: "/ws" });

wss.on("connection", (socket) => {
  socket.send(JSON.stringify({ hello: true }));
});

server.listen(process.env.PORT || 3000);

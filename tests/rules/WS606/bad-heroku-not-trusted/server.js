const http = require("http");
const express = require("express");
const { WebSocketServer } = require("ws");

const app = express();
app.get("/config.json", (req, res) => {
  res.json({ socket: `${req.protocol === "https" ? "wss" : "ws"}://${req.get("host")}/` });
});

const server = http.createServer(app);
const wss = new WebSocketServer({ server });
wss.on("connection", (socket) => {
  socket.on("message", (data) => socket.send(data));
});

server.listen(process.env.PORT);

const http = require("http");
const express = require("express");
const { Server } = require("socket.io");

const app = express();
app.get("/", (request, response) => response.send("ok"));

const server = http.createServer(app);
const io = new Server(server, { transports: ["websocket"] });
const { createAdapter } = require("@socket.io/redis-adapter");
const { createClient } = require("redis");

const pub = createClient({ url: process.env.REDIS_URL });
const sub = pub.duplicate();
Promise.all([pub.connect(), sub.connect()]).then(() => io.adapter(createAdapter(pub, sub)));

io.on("connection", (socket) => {
  socket.on("say", (text) => io.emit("said", text));
});

server.listen(process.env.PORT || 3000);

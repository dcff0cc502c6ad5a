const { WebSocketServer } = require("ws");

const wss = new WebSocketServer({ port: process.env.PORT || 8080 });
const rooms = new Map();

wss.on("connection", (socket) => {
  socket.on("message", (data) => {
    const message = JSON.parse(data);
    if (message.type === "subscribe") socket.topic = message.topic;
    for (const other of wss.clients) if (other.topic === message.topic) other.send(message.text);
  });
});

import { WebSocketServer } from "ws";

const wss = new WebSocketServer({ port: 3000, path: "/calls/ws" });
wss.on("connection", (socket) => {
  socket.on("message", (data) => socket.send(data));
});
setInterval(() => wss.clients.forEach((socket) => socket.ping()), 30000);

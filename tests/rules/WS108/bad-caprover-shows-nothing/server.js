import { WebSocketServer } from "ws";

const server = new WebSocketServer({ host: "0.0.0.0", port: Number(process.env.PORT ?? 8080), path: "/ws" });

server.on("connection", (socket) => {
  socket.on("message", (message) => socket.send(String(message)));
});

import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const server = createServer();
const wss = new WebSocketServer({ server, path: "/chat" });
wss.on("connection", (socket) => {
  socket.on("message", (data) => socket.send(data.toString()));
});
server.listen(8080);

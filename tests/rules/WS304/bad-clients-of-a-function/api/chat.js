import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const server = createServer();
const wss = new WebSocketServer({ server, path: "/api/chat" });
wss.on("connection", (socket) => {
  const beat = setInterval(() => socket.ping(), 20000);
  socket.on("message", (data) => {
    for (const client of wss.clients) client.send(data.toString());
  });
  socket.on("close", () => clearInterval(beat));
});

export default server;

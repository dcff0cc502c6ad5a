import { createServer } from "node:http";
import { createClient } from "redis";
import { WebSocketServer } from "ws";

const server = createServer();
const wss = new WebSocketServer({ server, path: "/api/chat" });
const publisher = createClient({ url: process.env.REDIS_URL });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);
await subscriber.subscribe("chat", (text) => {
  for (const client of wss.clients) client.send(text);
});
wss.on("connection", (socket) => {
  socket.on("message", (data) => publisher.publish("chat", data.toString()));
});

export default server;

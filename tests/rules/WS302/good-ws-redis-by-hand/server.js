const { WebSocketServer, WebSocket } = require("ws");
const Redis = require("ioredis");

const pub = new Redis(process.env.REDIS_URL);
const sub = new Redis(process.env.REDIS_URL);

const wss = new WebSocketServer({ port: 3000 });

wss.on("connection", (socket) => {
  socket.on("message", (data) => {
    pub.publish("chat", data);
  });
});

sub.subscribe("chat");
sub.on("message", (channel, data) => {
  for (const client of wss.clients) {
    if (client.readyState === WebSocket.OPEN) client.send(data);
  }
});

const { WebSocketServer } = require("ws");
const { createServer } = require("http");
const { readFileSync } = require("fs");

const page = readFileSync("index.html");
const server = createServer((request, response) => response.end(page));
const wss = new WebSocketServer({ server });

wss.on("connection", (socket) => {
  const clock = setInterval(() => socket.send(new Date().toISOString()), 5000);
  socket.on("close", () => clearInterval(clock));
});

process.on("SIGTERM", () => {
  for (const socket of wss.clients) socket.close(1001, "restart");
  server.close(() => process.exit(0));
});

server.listen(process.env.PORT || 8080);

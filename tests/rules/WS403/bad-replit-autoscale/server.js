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

server.listen(process.env.PORT || 8080);

const { createServer } = require("http");
const { WebSocketServer } = require("ws");

const server = createServer((request, response) => {
  response.writeHead(request.url === "/health" ? 200 : 404).end();
});
const wss = new WebSocketServer({ server, path: "/ws" });

wss.on("connection", (socket) => {
  socket.on("message", (data) => socket.send(data.toString()));
});

server.listen(process.env.PORT || 3000);

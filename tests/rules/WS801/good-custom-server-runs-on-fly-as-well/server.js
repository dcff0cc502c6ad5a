const { createServer } = require("http");
const next = require("next");
const { WebSocketServer } = require("ws");

const app = next({ dev: process.env.NODE_ENV !== "production" });

app.prepare().then(() => {
  const server = createServer(app.getRequestHandler());
  const wss = new WebSocketServer({ server, path: "/ws" });
  wss.on("connection", (socket) => {
    socket.on("message", (data) => socket.send(data.toString()));
  });
  server.listen(process.env.PORT || 3000);
});

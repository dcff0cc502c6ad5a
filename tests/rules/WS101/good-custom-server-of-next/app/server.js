const { createServer } = require("node:http");
const next = require("next");
const { Server } = require("socket.io");

const app = next({ dev: false });
app.prepare().then(() => {
  const server = createServer(app.getRequestHandler());
  const io = new Server(server);
  io.on("connection", (socket) => socket.emit("hello"));
  server.listen(3000);
});

const { createServer } = require("http");
const { Server } = require("socket.io");

const server = createServer();
const io = new Server(server);
io.on("connection", (socket) => {
  socket.on("say", (text) => socket.emit("said", text));
});
server.listen(process.env.PORT || 3000);

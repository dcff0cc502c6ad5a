const http = require("http");
const { Server } = require("socket.io");

const server = http.createServer();
const io = new Server(server);

io.on("connection", (socket) => {
  socket.on("join", (room) => socket.join(room));
  socket.on("note", (room, text) => io.to(room).emit("note", text));
});

server.listen(process.env.PORT || 8080);

const { Server } = require("socket.io");

const io = new Server(process.env.PORT || 3000);

io.on("connection", (socket) => {
  socket.on("message", (text) => socket.emit("message", text));
});

const { Server } = require("socket.io");

const io = new Server(8080);
io.on("connection", (socket) => socket.on("message", (text) => socket.emit("message", text)));

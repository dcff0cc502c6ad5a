const { createServer } = require("http");
const { Server } = require("socket.io");

const server = createServer((request, response) => response.end("ok"));
const io = new Server(server);

io.on("connection", (socket) => socket.emit("hello"));

server.listen(process.env.PORT || 3000);

const http = require("http");
const { Server } = require("socket.io");
const { parse } = require("cookie");

const server = http.createServer();
const io = new Server(server, {
  cors: { origin: "https://board.example.com", credentials: true },
  allowRequest: (request, callback) => callback(null, ["https://board.example.com"].includes(request.headers.origin)),
});

io.on("connection", (socket) => {
  const { user } = parse(socket.request.headers.cookie || "");
  socket.on("note", (text) => socket.emit("note", `${user}: ${text}`));
});

server.listen(process.env.PORT || 8080);

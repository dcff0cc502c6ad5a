const http = require("http");
const { Server } = require("socket.io");

const server = http.createServer();
const io = new Server(server);

io.on("connection", (socket) => {
  socket.on("photo", (photo) => socket.emit("photo", photo));
});

server.listen(process.env.PORT || 8080);

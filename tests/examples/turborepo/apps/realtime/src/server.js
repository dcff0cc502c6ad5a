import { createServer } from "node:http";
import { Server } from "socket.io";
import { SOCKET_PATH } from "@board/sockets";

const http = createServer((request, response) => response.end("ok"));
const io = new Server(http, { path: SOCKET_PATH, cors: { origin: "https://board.acme.io" } });

io.on("connection", (socket) => {
  socket.on("join", (room) => socket.join(room));
  socket.on("draw", (room, stroke) => io.to(room).emit("draw", stroke));
});

http.listen(Number(process.env.PORT ?? 8080), "0.0.0.0");

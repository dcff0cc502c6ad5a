import type { NextApiRequest, NextApiResponse } from "next";
import { Server } from "socket.io";

export default function handler(request: NextApiRequest, response: NextApiResponse) {
  const server = (response.socket as any).server;
  if (!server.io) {
    server.io = new Server(server, { path: "/api/socket" });
    server.io.on("connection", (socket) => {
      socket.on("message", (text) => socket.emit("message", text));
    });
  }
  response.end();
}

const { WebSocketServer } = require("ws");

const wss = new WebSocketServer({ port: process.env.PORT || 8080, host: "0.0.0.0" });

wss.on("connection", (socket, request) => {
  const token = new URL(request.url, "http://board").searchParams.get("token");
  if (token !== process.env.TOKEN) return socket.close(4401);
  socket.on("message", (data) => socket.send(data));
});

const { WebSocketServer } = require("ws");

const wss = new WebSocketServer({ port: process.env.PORT });

wss.on("connection", (socket) => {
  const timer = setInterval(() => socket.send(JSON.stringify({ price: Math.random() })), 5000);
  socket.on("close", () => clearInterval(timer));
});

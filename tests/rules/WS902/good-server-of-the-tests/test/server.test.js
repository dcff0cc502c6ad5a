const { WebSocketServer } = require("ws");

const wss = new WebSocketServer({ port: 9000 });
wss.on("connection", (socket) => socket.send("hello"));

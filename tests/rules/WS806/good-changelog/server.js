const { WebSocketServer } = require("ws");
new WebSocketServer({ port: process.env.PORT, path: "/ws" });

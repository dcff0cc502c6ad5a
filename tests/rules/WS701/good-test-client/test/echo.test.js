const WebSocket = require("ws");

const socket = new WebSocket("ws://localhost:8080/ws");
socket.on("message", (data) => console.log(data));

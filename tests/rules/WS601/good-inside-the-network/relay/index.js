const WebSocket = require("ws");

function connect() {
  const upstream = new WebSocket("ws://backend:8080/ws");
  upstream.on("message", (data) => forward(data));
  upstream.on("close", () => setTimeout(connect, 1000 + Math.random() * 4000));
}

connect();

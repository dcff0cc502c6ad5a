const WebSocket = require("ws");

function connect() {
  new WebSocket("ws://localhost:8080/ws").on("close", connect);
}

connect();

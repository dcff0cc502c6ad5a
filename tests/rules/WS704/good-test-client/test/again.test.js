const WebSocket = require("ws");

let tries = 0;
function connect() {
  new WebSocket("ws://localhost:8080/ws").on("close", () => {
    if (tries++ < 3) setTimeout(connect, 100);
  });
}

connect();

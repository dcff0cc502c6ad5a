const uWS = require("uWebSockets.js");

uWS.App()
  .ws("/ws", {
    idleTimeout: 32,
    message: (socket, message, isBinary) => socket.send(message, isBinary),
  })
  .listen(8080, () => console.log("listening"));

const uWS = require("uWebSockets.js");

uWS.App()
  .ws("/ws", {
    message: (socket, message, isBinary) => socket.send(message, isBinary),
  })
  .listen(8080, () => console.log("listening"));

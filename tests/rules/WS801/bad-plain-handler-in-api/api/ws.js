const { WebSocketServer } = require("ws");
const wss = new WebSocketServer({ noServer: true });
module.exports = (req, res) => {
  wss.handleUpgrade(req, req.socket, Buffer.alloc(0), (socket) => socket.send("hi"));
};

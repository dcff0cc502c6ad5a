const http = require("http");

class WebSocketServer {}

module.exports = WebSocketServer;

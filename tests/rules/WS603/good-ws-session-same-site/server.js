const http = require("http");
const express = require("express");
const session = require("express-session");
const { WebSocketServer } = require("ws");

const app = express();
const sessions = session({ secret: process.env.SESSION_SECRET, cookie: { sameSite: "lax" } });
app.use(sessions);
app.use(express.static("public"));

const server = http.createServer(app);
const wss = new WebSocketServer({ noServer: true });

server.on("upgrade", (request, socket, head) => {
  sessions(request, {}, () => {
    wss.handleUpgrade(request, socket, head, (client) => wss.emit("connection", client, request));
  });
});

wss.on("connection", (client, request) => {
  client.on("message", (text) => client.send(`${request.session.user}: ${text}`));
});

server.listen(process.env.PORT || 8080);

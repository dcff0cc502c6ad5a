const { createServer } = require('http');
const { WebSocketServer } = require('ws');

const server = createServer((request, response) => response.end('ok'));
const wss = new WebSocketServer({ server });

wss.on('connection', (socket) => {
  socket.on('message', (stroke) => wss.clients.forEach((other) => other.send(stroke)));
});

server.listen(4000);

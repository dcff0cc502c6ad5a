const { createServer } = require('http');
const { WebSocketServer } = require('ws');

const server = createServer((request, response) => response.end('ok'));
const wss = new WebSocketServer({ server });

wss.on('connection', (socket) => {
  socket.isAlive = true;
  socket.on('pong', () => { socket.isAlive = true; });
  socket.on('message', (stroke) => wss.clients.forEach((other) => other.send(stroke)));
});

setInterval(() => {
  wss.clients.forEach((socket) => {
    if (!socket.isAlive) return socket.terminate();
    socket.isAlive = false;
    socket.ping();
  });
}, 25000);

server.listen(process.env.PORT || 4000);

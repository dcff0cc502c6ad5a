const { WebSocketServer } = require('ws');

const wss = new WebSocketServer({ port: 8080, path: '/ws' });

wss.on('connection', (socket) => {
  socket.on('message', (symbol) => socket.send(`${symbol}: ${Math.random()}`));
});

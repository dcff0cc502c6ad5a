const { WebSocketServer } = require('ws');

const wss = new WebSocketServer({ port: 8080, path: '/ws' });
wss.on('connection', (socket) => {
  const timer = setInterval(() => socket.ping(), 25000);
  socket.on('close', () => clearInterval(timer));
});

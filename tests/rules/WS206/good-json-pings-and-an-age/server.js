import { WebSocketServer } from 'ws';
import { randomUUID } from 'node:crypto';

const PING_INTERVAL = 20000;
const CLIENT_TIMEOUT = 60000;

const wss = new WebSocketServer({ port: Number(process.env.PORT) || 8080 });
const clients = new Map();

setInterval(() => {
  const now = Date.now();
  for (const [id, client] of clients) {
    if (now - client.lastPing > CLIENT_TIMEOUT) {
      client.socket.terminate();
      clients.delete(id);
      continue;
    }
    client.socket.send(JSON.stringify({ type: 'ping' }));
  }
}, PING_INTERVAL);

wss.on('connection', (socket) => {
  const id = randomUUID();
  clients.set(id, { socket, lastPing: Date.now() });
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString());
    if (message.type === 'pong') clients.get(id).lastPing = Date.now();
  });
  socket.on('close', () => clients.delete(id));
});

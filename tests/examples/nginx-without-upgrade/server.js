const express = require('express');
const { createServer } = require('http');
const { Server } = require('socket.io');

const app = express();
app.use(express.static('public'));
const server = createServer(app);
const io = new Server(server);

io.on('connection', (socket) => {
  socket.on('message', (text) => socket.emit('message', text.toUpperCase()));
});

server.listen(process.env.PORT || 3000);

let socket;

function connect() {
  socket = new WebSocket(`wss://${location.host}/ws`);
  socket.onclose = () => setTimeout(connect, 1000 + Math.random() * 4000);
}

setInterval(() => {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "ping" }));
}, 25000);

connect();

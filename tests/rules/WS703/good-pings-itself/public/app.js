function connect() {
  const socket = new WebSocket(`wss://${location.host}/`);
  const beat = setInterval(() => socket.send(JSON.stringify({ type: "ping" })), 25000);
  socket.onclose = () => { clearInterval(beat); setTimeout(connect, 3000); };
}
connect();

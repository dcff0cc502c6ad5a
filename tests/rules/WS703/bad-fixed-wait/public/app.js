function connect() {
  const socket = new WebSocket(`wss://${location.host}/`);
  socket.onmessage = (event) => show(event.data);
  socket.onclose = () => setTimeout(connect, 3000);
}
connect();

let tries = 0;

function connect() {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
  socket.onopen = () => { tries = 0; };
  socket.onmessage = (event) => render(event.data);
  socket.onclose = () => location.reload();
}

connect();

let tries = 0;

function connect() {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
  socket.onopen = () => { tries = 0; };
  socket.onmessage = (event) => render(event.data);
  socket.onclose = () => setTimeout(connect, 1000 * 2 ** tries++ * (0.5 + Math.random()));
}

connect();

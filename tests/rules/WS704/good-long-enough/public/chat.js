let tries = 0;

function connect() {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
  socket.onopen = () => { tries = 0; };
  socket.onmessage = (event) => render(event.data);
  socket.onclose = () => {
    if (tries++ < 100) setTimeout(connect, 5000 + Math.random() * 5000);
  };
}

connect();

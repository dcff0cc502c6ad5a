let delay = 1000;

function connect() {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
  socket.onopen = () => { delay = 1000; };
  socket.onclose = () => {
    setTimeout(connect, delay);
    delay *= 2;
    if (delay > 30000) delay = 30000;
  };
}

connect();

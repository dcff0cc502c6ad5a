let delay = 1000;

function connect() {
  const socket = new WebSocket('ws://live-example.fly.dev/live');
  socket.onopen = () => { delay = 1000; };
  socket.onclose = () => {
    delay = Math.min(delay * 2, 30000);
    setTimeout(connect, delay * (0.5 + Math.random() / 2));
  };
}

connect();

const STEPS = [1, 2, 5, 10, 30, 60];

let tries = 0;

function connect() {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
  socket.onopen = () => { tries = 0; };
  socket.onmessage = (event) => render(event.data);
  socket.onclose = () => {
    const seconds = STEPS[Math.min(tries, STEPS.length - 1)];
    tries += 1;
    setTimeout(connect, seconds * 1000 * (0.5 + Math.random()));
  };
}

connect();

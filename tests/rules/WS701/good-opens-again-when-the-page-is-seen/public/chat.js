let socket;

function start() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
  socket.onmessage = (event) => render(event.data);
}

start();
document.addEventListener("visibilitychange", () => {
  if (socket.readyState === WebSocket.CLOSED) start();
});

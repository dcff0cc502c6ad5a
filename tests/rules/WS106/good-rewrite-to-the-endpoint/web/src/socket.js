const socket = new WebSocket("wss://example.com/live/ws");

socket.addEventListener("message", (event) => {
  document.querySelector("#log").textContent += event.data;
});

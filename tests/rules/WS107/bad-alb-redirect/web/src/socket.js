const socket = new WebSocket("ws://example.com/ws");

socket.addEventListener("message", (event) => {
  document.querySelector("#log").textContent += event.data;
});

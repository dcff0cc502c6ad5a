const socket = new WebSocket("wss://example.com/api/ws");

socket.addEventListener("message", (event) => {
  document.querySelector("#log").textContent += event.data;
});

const socket = new WebSocket("wss://example.com/socket");

socket.addEventListener("message", (event) => {
  document.querySelector("#log").textContent += event.data;
});

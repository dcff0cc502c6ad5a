const socket = new WebSocket("wss://example.com/ws");

socket.addEventListener("message", (event) => {
  document.querySelector("#log").textContent += event.data;
});

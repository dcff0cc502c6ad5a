const socket = new WebSocket("ws://localhost:8000/ws");

socket.addEventListener("message", (event) => {
  document.querySelector("#log").textContent += event.data;
});

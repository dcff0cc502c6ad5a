const scheme = location.protocol === "https:" ? "wss" : "ws";
const socket = new WebSocket(`${scheme}://${location.host}/ws`);

socket.addEventListener("message", (event) => console.log(event.data));

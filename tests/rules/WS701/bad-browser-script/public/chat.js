const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);

socket.onmessage = (event) => render(event.data);
socket.onclose = () => console.log("closed");

const socket = new WebSocket("wss://chat.example.com/ws");
socket.onmessage = (event) => console.log(event.data);

const socket = new WebSocket("ws://chat.example.com/ws");
socket.onmessage = (event) => console.log(event.data);

const socket = new WebSocket(`ws://${window.location.host}/ws`);
socket.onmessage = (event) => console.log(event.data);

const socket = new WebSocket(`wss://${location.host}/`);
socket.onmessage = (event) => show(event.data);

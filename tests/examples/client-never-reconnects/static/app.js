const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
const socket = new WebSocket(`${scheme}://${location.host}/live`);

socket.onmessage = (event) => {
  document.body.textContent = event.data;
};

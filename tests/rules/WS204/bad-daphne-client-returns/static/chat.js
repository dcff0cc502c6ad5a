let socket;
let attempts = 0;

function connect() {
  socket = new WebSocket(`wss://${window.location.host}/ws/`);
  socket.onopen = () => { attempts = 0; };
  socket.onmessage = (event) => {
    document.querySelector("#log").value += event.data + "\n";
  };
  socket.onclose = () => {
    const most = Math.min(30000, 1000 * 2 ** attempts++);
    setTimeout(connect, most / 2 + Math.random() * most / 2);
  };
}

connect();

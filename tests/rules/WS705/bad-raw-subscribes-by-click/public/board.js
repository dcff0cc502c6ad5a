let attempts = 0;
let socket;

function connect() {
  socket = new WebSocket(location.origin.replace(/^http/, "ws"));
  socket.onopen = () => {
    attempts = 0;
  };
  socket.onmessage = (event) => {
    document.body.append(event.data);
  };
  socket.onclose = () => setTimeout(connect, Math.min(30000, 1000 * 2 ** attempts++) * Math.random());
}

connect();

document.querySelector("#follow").onclick = () => {
  socket.send(JSON.stringify({ type: "subscribe", topic: location.hash }));
};

let attempts = 0;
let socket;

function connect() {
  socket = new WebSocket(location.origin.replace(/^http/, "ws"));
  socket.onopen = () => {
    attempts = 0;
  };
  socket.onmessage = (event) => {
    document.body.append(event.data);
    if (event.data === "hello") follow();
  };
  socket.onclose = () => setTimeout(connect, Math.min(30000, 1000 * 2 ** attempts++) * Math.random());
}

connect();

function follow() {
  socket.send(JSON.stringify({ type: "subscribe", topic: location.hash }));
}

const socket = new WebSocket(`wss://${window.location.host}/api/live`);

socket.onmessage = (event) => {
  document.querySelector("#log").value += event.data + "\n";
};

document.querySelector("#send").onclick = () => socket.send("hello");

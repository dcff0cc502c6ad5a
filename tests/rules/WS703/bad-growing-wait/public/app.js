let attempts = 0;
function connect() {
  const socket = new WebSocket(`wss://${location.host}/`);
  socket.onopen = () => { attempts = 0; };
  socket.onclose = () => {
    const most = Math.min(30000, 1000 * 2 ** attempts++);
    setTimeout(connect, most / 2 + Math.random() * most / 2);
  };
}
connect();

function connect() {
  const socket = new WebSocket("wss://stream.binance.com:9443/ws/btcusdt@trade");
  socket.onclose = connect;
}

connect();

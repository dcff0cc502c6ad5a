const socket = new WebSocket("wss://stream.binance.com:9443/ws/btcusdt@trade");

socket.onmessage = (event) => console.log(event.data);

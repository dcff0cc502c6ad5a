const socket = new WebSocket(
  "wss://example1234567890000.appsync-realtime-api.us-east-1.amazonaws.com/event/realtime",
  ["aws-appsync-event-ws", authorization],
);

socket.onopen = () => socket.send(JSON.stringify({ type: "connection_init" }));

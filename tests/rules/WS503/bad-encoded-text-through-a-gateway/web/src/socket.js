export const socket = new WebSocket("wss://a1b2c3.execute-api.eu-west-1.amazonaws.com/prod");

export function say(text) {
  socket.send(new TextEncoder().encode(JSON.stringify({ action: "say", text })));
}

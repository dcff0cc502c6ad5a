export class Room {
  constructor(private state: DurableObjectState) {}

  async fetch(request: Request) {
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  webSocketMessage(socket: WebSocket, message: string) {
    socket.send(message);
  }
}

export default {
  fetch(request: Request, env: Env) {
    return env.ROOMS.get(env.ROOMS.idFromName("lobby")).fetch(request);
  },
};

export default {
  async fetch(request, env) {
    const [client, server] = Object.values(new WebSocketPair());
    const room = env.ROOMS.get(env.ROOMS.idFromName(new URL(request.url).pathname));
    await room.take(server);
    return new Response(null, { status: 101, webSocket: client });
  },
};

export class Room {
  constructor(state, env) {
    this.state = state;
    this.clients = new Map();
  }

  async take(socket) {
    socket.accept();
    this.clients.set(crypto.randomUUID(), socket);
    socket.addEventListener("message", (event) => this.tell(event.data));
  }

  tell(text) {
    for (const [id, socket] of this.clients.entries()) socket.send(text);
  }
}

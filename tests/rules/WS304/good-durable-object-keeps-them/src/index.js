export class Room {
  constructor(state, env) {
    this.state = state;
    this.sockets = new Set();
  }

  async fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    this.sockets.add(server);
    server.addEventListener("message", (event) => {
      for (const socket of this.sockets) socket.send(event.data);
    });
    server.addEventListener("close", () => this.sockets.delete(server));
    return new Response(null, { status: 101, webSocket: client });
  }
}

export default {
  fetch(request, env) {
    const room = env.ROOMS.idFromName(new URL(request.url).pathname);
    return env.ROOMS.get(room).fetch(request);
  },
};

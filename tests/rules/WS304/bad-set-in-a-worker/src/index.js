const sockets = new Set();

export default {
  async fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    sockets.add(server);
    server.addEventListener("message", (event) => {
      for (const socket of sockets) socket.send(event.data);
    });
    server.addEventListener("close", () => sockets.delete(server));
    return new Response(null, { status: 101, webSocket: client });
  },
};

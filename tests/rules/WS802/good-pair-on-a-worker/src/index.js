export default {
  async fetch(request) {
    if (new URL(request.url).pathname !== "/echo") return new Response("no", { status: 404 });
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("message", (event) => server.send(event.data));
    return new Response(null, { status: 101, webSocket: client });
  },
};

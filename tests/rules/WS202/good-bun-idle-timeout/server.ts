Bun.serve({
  port: 8080,
  fetch(request, server) {
    if (server.upgrade(request)) return;
    return new Response("no socket", { status: 400 });
  },
  websocket: {
    idleTimeout: 30,
    message(socket, message) {
      socket.send(message);
    },
  },
});

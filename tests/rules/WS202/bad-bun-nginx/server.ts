Bun.serve({
  port: 8080,
  fetch(request, server) {
    if (server.upgrade(request)) return;
    return new Response("no socket", { status: 400 });
  },
  websocket: {
    message(socket, message) {
      socket.send(message);
    },
  },
});

Deno.serve((request) => {
  if (request.headers.get("upgrade") !== "websocket") {
    return new Response(null, { status: 426 });
  }
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.addEventListener("message", (event) => socket.send(event.data));
  return response;
});

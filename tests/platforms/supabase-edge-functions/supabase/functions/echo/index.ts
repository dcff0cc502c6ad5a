Deno.serve((request) => {
  if ((request.headers.get("upgrade") || "").toLowerCase() !== "websocket") {
    return new Response("request isn't trying to upgrade to WebSocket.", { status: 400 });
  }
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onmessage = (event) => socket.send(event.data);
  return response;
});

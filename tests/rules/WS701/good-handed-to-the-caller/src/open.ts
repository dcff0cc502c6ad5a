export function open(url: string, onClose: () => void): WebSocket {
  const socket = new WebSocket(url);
  socket.onclose = () => onClose();
  return socket;
}

import { experimental_upgradeWebSocket as upgradeWebSocket } from "@vercel/functions";

export function GET() {
  return upgradeWebSocket((socket) => {
    socket.on("message", (data) => socket.send(data));
  });
}

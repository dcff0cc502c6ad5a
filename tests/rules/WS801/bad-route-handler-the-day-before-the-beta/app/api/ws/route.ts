import { experimental_upgradeWebSocket as upgrade } from "@vercel/functions";

export const maxDuration = 300;

export function GET(request: Request) {
  return upgrade((socket) => {
    socket.on("message", (data) => socket.send(data.toString()));
  });
}

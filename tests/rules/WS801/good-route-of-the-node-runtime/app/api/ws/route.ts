import { experimental_upgradeWebSocket } from "@vercel/functions";

export function GET() {
  return experimental_upgradeWebSocket((ws) => {
    ws.on("message", (data) => ws.send(data));
  });
}

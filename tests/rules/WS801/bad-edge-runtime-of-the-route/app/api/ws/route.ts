import { experimental_upgradeWebSocket } from "@vercel/functions";
export const runtime = "edge";

export function GET() {
  return experimental_upgradeWebSocket((ws) => {
    ws.on("message", (data) => ws.send(data));
  });
}

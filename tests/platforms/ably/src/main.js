import * as Ably from "ably";

const realtime = new Ably.Realtime({ authUrl: "/auth" });
const channel = realtime.channels.get("news");
await channel.subscribe((message) => console.log(message.data));

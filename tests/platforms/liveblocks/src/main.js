import { createClient } from "@liveblocks/client";

const client = createClient({ authEndpoint: "/api/liveblocks-auth" });
const { room } = client.enterRoom("board");
room.subscribe("event", ({ event }) => console.log(event));

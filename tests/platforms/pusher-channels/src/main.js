import Pusher from "pusher-js";

const pusher = new Pusher(import.meta.env.VITE_PUSHER_KEY, { cluster: "eu" });
pusher.subscribe("news").bind("published", (data) => console.log(data));

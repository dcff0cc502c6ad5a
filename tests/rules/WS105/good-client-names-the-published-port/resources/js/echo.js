import Echo from "laravel-echo";
import Pusher from "pusher-js";

window.Pusher = Pusher;
const host = import.meta.env.VITE_REVERB_HOST || "127.0.0.1";

window.Echo = new Echo({
  broadcaster: "reverb",
  key: import.meta.env.VITE_REVERB_APP_KEY,
  wsHost: host,
  wsPort: import.meta.env.VITE_REVERB_PORT || 9090,
});

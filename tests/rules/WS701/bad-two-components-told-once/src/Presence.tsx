import { useEffect } from "react";
import { show } from "./show";

export function Presence() {
  useEffect(() => {
    const socket = new WebSocket("wss://chat.example.com/presence");
    socket.onmessage = show;
    return () => socket.close();
  }, []);
  return null;
}

import { useEffect } from "react";
import { show } from "./show";

export function Room() {
  useEffect(() => {
    const socket = new WebSocket("wss://chat.example.com/room");
    socket.onmessage = show;
    return () => socket.close();
  }, []);
  return null;
}

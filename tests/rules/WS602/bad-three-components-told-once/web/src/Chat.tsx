import { useEffect } from "react";
import { listen } from "./listen";

export function Chat() {
  useEffect(() => {
    function connect() {
      const socket = new WebSocket("ws://localhost:3000/chat");
      socket.onmessage = listen;
      socket.onclose = () => setTimeout(connect, 1000 + Math.random() * 4000);
    }
    connect();
  }, []);
  return null;
}

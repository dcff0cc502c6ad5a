import { useEffect } from "react";
import { listen } from "./listen";

export function Users() {
  useEffect(() => {
    function connect() {
      const socket = new WebSocket("ws://localhost:3000/users");
      socket.onmessage = listen;
      socket.onclose = () => setTimeout(connect, 1000 + Math.random() * 4000);
    }
    connect();
  }, []);
  return null;
}

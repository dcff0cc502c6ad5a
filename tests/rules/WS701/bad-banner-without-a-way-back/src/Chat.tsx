import { useEffect, useState } from "react";
import { show } from "./show";

export function Chat() {
  const [closed, setClosed] = useState(false);

  useEffect(() => {
    const socket = new WebSocket("wss://chat.example.com/ws");
    socket.onmessage = show;
    socket.onclose = () => setClosed(true);
    return () => socket.close();
  }, []);

  return closed ? <p>Connection lost</p> : null;
}

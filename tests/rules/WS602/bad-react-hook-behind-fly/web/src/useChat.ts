import { useEffect, useState } from "react";

export function useChat() {
  const [lines, setLines] = useState<string[]>([]);

  useEffect(() => {
    let stopped = false;
    function connect() {
      const socket = new WebSocket("ws://localhost:8080/ws");
      socket.onmessage = (event) => setLines((before) => [...before, event.data]);
      socket.onclose = () => {
        if (!stopped) setTimeout(connect, 1000 + Math.random() * 4000);
      };
    }
    connect();
    return () => {
      stopped = true;
    };
  }, []);

  return lines;
}

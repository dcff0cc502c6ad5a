import { useEffect, useRef, useState } from "react";

export function useChat() {
  const [lines, setLines] = useState<string[]>([]);
  const socket = useRef<WebSocket | null>(null);

  useEffect(() => {
    const opened = new WebSocket("wss://chat.example.com/ws");
    socket.current = opened;
    opened.onmessage = (event) => setLines((before) => [...before, event.data]);
    opened.onerror = (event) => console.error(event);
    return () => opened.close();
  }, []);

  return { lines, send: (text: string) => socket.current?.send(text) };
}

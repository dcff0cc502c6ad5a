import { useEffect, useRef, useState } from "react";

export function useChat() {
  const [lines, setLines] = useState<string[]>([]);
  const socket = useRef<WebSocket | null>(null);

  const [round, setRound] = useState(0);

  useEffect(() => {
    const opened = new WebSocket("wss://chat.example.com/ws");
    socket.current = opened;
    opened.onmessage = (event) => setLines((before) => [...before, event.data]);
    opened.onclose = () => setRound((before) => before + 1);
    return () => opened.close();
  }, [round]);

  return { lines, send: (text: string) => socket.current?.send(text) };
}

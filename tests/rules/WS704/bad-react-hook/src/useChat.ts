import { useCallback, useEffect, useRef, useState } from "react";

const MAX_RETRIES = 5;
const RETRY_DELAY = 1000;

export function useChat() {
  const [error, setError] = useState<string | null>(null);
  const retries = useRef(0);
  const socket = useRef<WebSocket | null>(null);

  const connect = useCallback(() => {
    const opened = new WebSocket("wss://chat.example.com/ws");
    socket.current = opened;
    opened.onopen = () => {
      retries.current = 0;
    };
    opened.onclose = () => {
      if (retries.current < MAX_RETRIES) {
        retries.current++;
        setTimeout(connect, RETRY_DELAY * retries.current);
      } else {
        setError("Could not connect");
      }
    };
  }, []);

  useEffect(() => {
    connect();
    return () => socket.current?.close();
  }, [connect]);

  return { error };
}

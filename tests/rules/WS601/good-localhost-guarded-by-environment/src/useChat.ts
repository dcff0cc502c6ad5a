import { useEffect } from "react";

const url = import.meta.env.DEV ? "ws://dev.example.com:8080/ws" : "wss://chat.example.com/ws";

export function useChat(show: (text: string) => void) {
  useEffect(() => {
    let stopped = false;
    function connect() {
      const socket = new WebSocket(url);
      socket.onmessage = (event) => show(event.data);
      socket.onclose = () => {
        if (!stopped) setTimeout(connect, 1000 + Math.random() * 4000);
      };
    }
    connect();
    return () => {
      stopped = true;
    };
  }, [show]);
}

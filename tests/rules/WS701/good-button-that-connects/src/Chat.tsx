import { useState } from "react";

export function Chat() {
  const [lines, setLines] = useState<string[]>([]);

  function connect() {
    const socket = new WebSocket("wss://chat.example.com/ws");
    socket.onmessage = (event) => setLines((before) => [...before, event.data]);
  }

  return (
    <>
      <button onClick={connect}>Connect</button>
      {lines.map((line) => <p key={line}>{line}</p>)}
    </>
  );
}

import { io } from "socket.io-client";

const socket = io({ reconnectionAttempts: 5 });

export function Chat() {
  return <button onClick={() => socket.connect()}>Reconnect</button>;
}

import { useEffect, useState } from "react";
import { io } from "socket.io-client";

const socket = io();

export function useRoom(room) {
  const [isConnected, setIsConnected] = useState(false);

  useEffect(() => {
    socket.on("connect", () => setIsConnected(true));
    socket.on("disconnect", () => setIsConnected(false));
  }, []);

  useEffect(() => {
    socket.emit("join", room);
  }, [room]);

  return isConnected;
}

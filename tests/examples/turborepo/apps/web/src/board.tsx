import { SOCKET_PATH } from "@board/sockets";
import { io } from "socket.io-client";

export const socket = io("https://board-realtime.fly.dev", { path: SOCKET_PATH });

socket.on("connect", () => socket.emit("join", location.pathname));

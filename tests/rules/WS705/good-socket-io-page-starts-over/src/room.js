import { io } from "socket.io-client";

const socket = io();
const room = location.hash.slice(1);

socket.emit("join", room);
socket.on("disconnect", () => location.reload());

socket.on("note", (text) => document.body.append(text));

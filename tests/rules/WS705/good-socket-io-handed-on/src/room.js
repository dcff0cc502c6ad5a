import { io } from "socket.io-client";
import { restore } from "./store";

const socket = io();
const room = location.hash.slice(1);

socket.emit("join", room);
socket.on("connect", () => restore(socket));

socket.on("note", (text) => document.body.append(text));

import { io } from "socket.io-client";

export const socket = io("http://api.example.com");

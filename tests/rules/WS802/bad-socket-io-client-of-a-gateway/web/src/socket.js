import { io } from "socket.io-client";

export const socket = io("wss://a1b2c3.execute-api.eu-west-1.amazonaws.com/prod", { transports: ["websocket"] });

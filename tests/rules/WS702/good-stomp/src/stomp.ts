import { Client, ReconnectionTimeMode } from "@stomp/stompjs";

export const client = new Client({
  brokerURL: "wss://chat.example.com/stomp",
  reconnectDelay: Number(import.meta.env.VITE_DELAY),
  reconnectTimeMode: ReconnectionTimeMode.EXPONENTIAL,
});

import ReconnectingWebSocket from "reconnecting-websocket";

export const socket = new ReconnectingWebSocket("wss://chat.example.com/ws");

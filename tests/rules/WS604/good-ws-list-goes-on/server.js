import { WebSocketServer } from "ws";

new WebSocketServer({
  port: process.env.PORT,
  verifyClient: ({ origin }) => origin === "http://localhost:3000" || origin === process.env.PUBLIC_ORIGIN,
});

export const environment = {
  production: true,
  wsUrl: "wss://chat.example.com/ws",
};

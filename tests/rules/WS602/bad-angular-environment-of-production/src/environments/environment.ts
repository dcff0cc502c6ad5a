export const environment = {
  production: false,
  wsUrl: "ws://localhost:3001",
};

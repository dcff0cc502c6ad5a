export const environment = {
  production: true,
  wsUrl: "ws://localhost:3001",
};

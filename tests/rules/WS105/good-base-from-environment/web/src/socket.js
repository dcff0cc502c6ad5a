const base = import.meta.env.VITE_WS_BASE;

export const socket = new WebSocket(`${base}/ws`);

socket.addEventListener("message", (event) => console.log(event.data));

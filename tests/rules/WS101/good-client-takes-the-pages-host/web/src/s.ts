const proto = window.location.protocol === "https:" ? "wss:" : "ws:";
export const ws = new WebSocket(`${proto}//${window.location.host}/ws/chat`);

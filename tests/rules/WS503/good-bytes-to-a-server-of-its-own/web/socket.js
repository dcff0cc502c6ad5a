const socket = new WebSocket(`wss://${location.host}/`);

export const draw = (points) => socket.send(new Uint8Array(points));

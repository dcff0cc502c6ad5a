export const socket = new WebSocket("wss://a1b2c3.execute-api.eu-west-1.amazonaws.com/prod");

export const draw = (points) => socket.send(JSON.stringify({ action: "draw", points: [...new Uint8Array(points)] }));

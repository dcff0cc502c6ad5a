import { io } from 'socket.io-client';

const socket = io({ transports: ['websocket'] });
socket.on('message', (text) => console.log(text));

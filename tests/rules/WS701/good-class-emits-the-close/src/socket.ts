import { EventEmitter } from "events";

export class SocketClient extends EventEmitter {
  open(url: string) {
    const socket = new WebSocket(url);
    socket.onclose = () => this.emit("closed");
  }
}

export class SocketClient {
  url: string;
  store: Store;
  tries = 0;
  socket: WebSocket | null = null;

  constructor(url: string, store: Store) {
    this.url = url;
    this.store = store;
  }

  connect() {
    this.socket = new WebSocket(this.url);
    this.socket.onopen = () => {
      this.tries = 0;
    };
    this.socket.onclose = (event) => {
      if (this.tries >= 5) {
        console.error("gave up", event);
        return;
      }
      this.tries++;
      setTimeout(() => this.connect(), 1000);
    };
  }
}

import { environment } from "../environments/environment";

export class ChatService {
  connect() {
    const socket = new WebSocket(environment.wsUrl);
    socket.onclose = () => setTimeout(() => this.connect(), 1000 + Math.random() * 4000);
  }
}

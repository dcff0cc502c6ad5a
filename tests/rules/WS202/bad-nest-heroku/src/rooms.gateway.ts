import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';

@WebSocketGateway({ pingInterval: 60000 })
export class RoomsGateway {
  @SubscribeMessage('say')
  say(@MessageBody() text: string): string {
    return text;
  }
}

import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';

@WebSocketGateway({ cors: true })
export class RoomsGateway {
  @SubscribeMessage('say')
  say(@MessageBody() text: string): string {
    return text;
  }
}

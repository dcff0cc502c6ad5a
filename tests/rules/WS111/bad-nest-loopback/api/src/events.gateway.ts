import { MessageBody, SubscribeMessage, WebSocketGateway } from "@nestjs/websockets";

@WebSocketGateway()
export class EventsGateway {
  @SubscribeMessage("events")
  handle(@MessageBody() data: string): string {
    return data;
  }
}

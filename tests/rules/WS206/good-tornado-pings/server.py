import asyncio

import tornado.web
import tornado.websocket


class Echo(tornado.websocket.WebSocketHandler):
    def on_message(self, message):
        self.write_message(message)


async def main():
    app = tornado.web.Application([("/ws", Echo)], websocket_ping_interval=20)
    app.listen(8888)
    await asyncio.Event().wait()


asyncio.run(main())

import threading

import websocket


class Socket:
    def __init__(self, url):
        self.url = url
        self._open()

    def _open(self):
        self.app = websocket.WebSocketApp(self.url, on_message=self.receive, on_close=self.closed)
        threading.Thread(target=self.app.run_forever, daemon=True).start()

    def receive(self, app, message):
        print(message)

    def closed(self, app, code, reason):
        self.reconnect()

    def reconnect(self):
        self._open()


Socket("wss://hub.example.com/ws")

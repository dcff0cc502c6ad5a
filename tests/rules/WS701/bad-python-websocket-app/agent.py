import websocket


def on_message(app, message):
    print(message)


app = websocket.WebSocketApp("wss://hub.example.com/ws", on_message=on_message)
app.run_forever(ping_interval=20)

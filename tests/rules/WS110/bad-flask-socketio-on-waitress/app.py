from flask import Flask
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app)


@socketio.on("message")
def echo(text):
    emit("message", text)


if __name__ == "__main__":
    socketio.run(app, host="0.0.0.0", port=5000)

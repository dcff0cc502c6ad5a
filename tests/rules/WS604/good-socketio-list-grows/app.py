import os

from flask import Flask
from flask_socketio import SocketIO

ORIGINS = ["http://localhost:5000"]
if os.environ.get("PUBLIC_ORIGIN"):
    ORIGINS.append(os.environ["PUBLIC_ORIGIN"])

app = Flask(__name__)
socketio = SocketIO(app, cors_allowed_origins=ORIGINS)


@socketio.on("message")
def message(data):
    return data


if __name__ == "__main__":
    socketio.run(app, host="0.0.0.0", port=5000)

from flask import Flask
from flask_socketio import SocketIO, emit, join_room

app = Flask(__name__)
socketio = SocketIO(app)


@socketio.on("join")
def join(data):
    join_room(data["room"])


@socketio.on("note")
def note(data):
    emit("note", data["text"], to=data["room"])

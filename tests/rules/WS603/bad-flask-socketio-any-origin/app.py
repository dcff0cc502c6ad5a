from flask import Flask, session
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app, cors_allowed_origins="*")


@socketio.on("note")
def note(text):
    emit("note", f"{session.get('user')}: {text}")

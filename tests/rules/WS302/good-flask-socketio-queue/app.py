from flask import Flask
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app, message_queue="redis://redis:6379")


@socketio.on("say")
def say(text):
    emit("said", text, broadcast=True)

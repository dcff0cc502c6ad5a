from flask import Flask, send_file
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app)


@app.route("/")
def page():
    return send_file("board.html")


@socketio.on("note")
def note(text):
    emit("note", text)


if __name__ == "__main__":
    socketio.run(app, port=8080)

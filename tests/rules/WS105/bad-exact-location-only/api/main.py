from fastapi import FastAPI, WebSocket

app = FastAPI()


@app.websocket("/ws/{room}")
async def echo(websocket: WebSocket, room: str):
    await websocket.accept()
    while True:
        await websocket.send_text(await websocket.receive_text())

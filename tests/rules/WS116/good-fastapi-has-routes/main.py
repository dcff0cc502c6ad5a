from fastapi import FastAPI, WebSocket

app = FastAPI()


@app.get("/health")
async def health():
    return {"ok": True}


@app.websocket("/ws")
async def echo(websocket: WebSocket):
    await websocket.accept()
    while True:
        await websocket.send_text(await websocket.receive_text())

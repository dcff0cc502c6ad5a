from fastapi import FastAPI, WebSocket

app = FastAPI()


@app.websocket("/api/ws")
async def ws(websocket: WebSocket):
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text)

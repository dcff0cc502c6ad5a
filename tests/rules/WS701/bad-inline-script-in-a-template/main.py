from fastapi import FastAPI, WebSocket
from fastapi.responses import FileResponse

app = FastAPI()


@app.get("/")
async def index():
    return FileResponse("templates/index.html")


@app.websocket("/ws")
async def ws(websocket: WebSocket):
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text)

from fastapi import APIRouter, FastAPI, WebSocket

app = FastAPI()
router = APIRouter()


@router.websocket("/ws")
async def echo(websocket: WebSocket):
    await websocket.accept()
    await websocket.send_text("hello")


app.include_router(router, prefix="/api")

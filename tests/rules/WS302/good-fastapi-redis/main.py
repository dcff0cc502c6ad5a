import asyncio
import os

import redis.asyncio as redis
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()
store = redis.from_url(os.environ["REDIS_URL"])


@app.websocket("/live")
async def live(websocket: WebSocket):
    await websocket.accept()
    pubsub = store.pubsub()
    await pubsub.subscribe("live")

    async def listen():
        async for message in pubsub.listen():
            if message["type"] == "message":
                await websocket.send_text(message["data"].decode())

    task = asyncio.create_task(listen())
    try:
        while True:
            await store.publish("live", await websocket.receive_text())
    except WebSocketDisconnect:
        task.cancel()

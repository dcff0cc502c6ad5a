import asyncio
import random

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed


async def main():
    delay = 1
    while True:
        try:
            async with connect("wss://hub.example.com/ws") as websocket:
                delay = 1
                async for message in websocket:
                    print(message)
        except (ConnectionClosed, OSError):
            await asyncio.sleep(delay)
            delay = min(delay * 2, 60) + random.random()


asyncio.run(main())

import asyncio

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed


async def main():
    while True:
        try:
            async with connect("wss://hub.example.com/ws") as websocket:
                async for message in websocket:
                    print(message)
        except (ConnectionClosed, OSError):
            continue


asyncio.run(main())

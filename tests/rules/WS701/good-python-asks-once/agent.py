import asyncio

from websockets.asyncio.client import connect


async def main():
    async with connect("wss://hub.example.com/ws") as websocket:
        await websocket.send("status")
        print(await websocket.recv())


asyncio.run(main())

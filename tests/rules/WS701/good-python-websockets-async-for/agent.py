import asyncio

from websockets.asyncio.client import connect


async def main():
    async for websocket in connect("wss://hub.example.com/ws"):
        async for message in websocket:
            print(message)


asyncio.run(main())

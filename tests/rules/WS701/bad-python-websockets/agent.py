import asyncio

from websockets.asyncio.client import connect


async def main():
    async with connect("wss://hub.example.com/ws") as websocket:
        async for message in websocket:
            print(message)


asyncio.run(main())

import asyncio

from websockets.asyncio.client import connect


async def main():
    for attempt in range(5):
        try:
            async with connect("wss://hub.example.com/ws") as websocket:
                async for message in websocket:
                    print(message)
        except OSError:
            await asyncio.sleep(3)


asyncio.run(main())

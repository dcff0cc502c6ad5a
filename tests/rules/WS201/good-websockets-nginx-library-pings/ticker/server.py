import asyncio

import websockets


async def handle(connection):
    async for message in connection:
        await connection.send(message)


async def main():
    async with websockets.serve(handle, "0.0.0.0", 8765):
        await asyncio.Future()


asyncio.run(main())

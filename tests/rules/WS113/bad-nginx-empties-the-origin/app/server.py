import asyncio

import websockets


async def echo(socket):
    async for message in socket:
        await socket.send(message)


async def main():
    async with websockets.serve(echo, "0.0.0.0", 3000, origins=["https://chat.example.com"]):
        await asyncio.Future()


asyncio.run(main())

import asyncio
import json

from websockets.asyncio.client import connect


async def main() -> None:
    async for websocket in connect("ws://telemetry.example.com/ws"):
        async for message in websocket:
            print(json.loads(message))


asyncio.run(main())

import asyncio
import http

from websockets.asyncio.server import serve


async def echo(websocket):
    async for message in websocket:
        await websocket.send(message)


def health(connection, request):
    if request.path == "/healthz":
        return connection.respond(http.HTTPStatus.OK, "ok\n")


async def main():
    async with serve(echo, "0.0.0.0", 8765, process_request=health) as server:
        await server.serve_forever()


asyncio.run(main())

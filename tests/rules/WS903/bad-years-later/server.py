from aiohttp import WSMsgType, web


async def socket(request):
    ws = web.WebSocketResponse()
    await ws.prepare(request)
    async for message in ws:
        if message.type == WSMsgType.TEXT:
            await ws.send_str(message.data)
    return ws


app = web.Application()
app.router.add_get("/ws", socket)
web.run_app(app, port=8080)

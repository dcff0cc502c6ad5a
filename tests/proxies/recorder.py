"""A backend that records what reaches it and accepts every valid WebSocket handshake, whatever its HTTP version.

It speaks RFC 6455 by hand, so that nothing between the socket and the record can tidy a header.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import ssl
import threading
from dataclasses import dataclass, field

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass
class Seen:
    """One request as it stood on the wire."""

    method: str
    target: str
    http_version: str
    headers: list[tuple[str, str]] = field(default_factory=list)

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def upgrades(self) -> bool:
        tokens = {token.strip() for token in self.header("Connection").lower().split(",")}
        wanted = self.header("Upgrade").lower() == "websocket" and "upgrade" in tokens
        given = self.header("Sec-WebSocket-Key") and self.header("Sec-WebSocket-Version")
        return self.method == "GET" and wanted and bool(given)


class Recorder:
    """Listens on ports of its own and keeps the requests by port. ``ping_s``: it sends a ping that often."""

    def __init__(self) -> None:
        self.seen: dict[int, list[Seen]] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def open(self, ping_s: float | None = None, certificate: tuple[str, str] | None = None) -> int:
        """A fresh port; it speaks TLS where a certificate and its key are given."""
        context = None
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)

        async def start() -> int:
            ports: list[int] = []

            async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
                    await self._serve(reader, writer, ports[0], ping_s)
                writer.close()

            server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
            ports.append(server.sockets[0].getsockname()[1])
            return ports[0]

        port = asyncio.run_coroutine_threadsafe(start(), self._loop).result()
        self.seen[port] = []
        return port

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, ping_s: float | None) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, version = first.split(" ", 2)
        seen = Seen(method, target, version.removeprefix("HTTP/"))
        seen.headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines if line)]
        self.seen[port].append(seen)
        if not seen.upgrades():
            writer.write(b"HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
            return
        digest = hashlib.sha1(seen.header("Sec-WebSocket-Key").encode() + _GUID).digest()  # noqa: S324 - RFC 6455
        accept = base64.b64encode(digest)
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
            + accept
            + b"\r\n\r\n"
        )
        await writer.drain()
        await self._frames(reader, writer, ping_s)

    async def _frames(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ping_s: float | None) -> None:
        """Echoes text, answers nothing else; a client's ping stays without a pong, so that bytes flow one way only."""
        while True:
            try:
                head = await asyncio.wait_for(reader.readexactly(2), ping_s)
            except TimeoutError:
                writer.write(b"\x89\x00")
                await writer.drain()
                continue
            size = head[1] & 0x7F
            mask = await reader.readexactly(4)
            body = bytes(byte ^ mask[position % 4] for position, byte in enumerate(await reader.readexactly(size)))
            if head[0] & 0x0F == 1:
                writer.write(bytes((0x81, size)) + body)
                await writer.drain()

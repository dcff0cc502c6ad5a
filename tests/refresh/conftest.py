"""A web server on this machine whose pages a test sets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
Answer = Callable[[BaseHTTPRequestHandler], None]


def answer(content: str | bytes = b"", status: int = 200, **headers: str) -> Answer:
    """A plain answer; ``content_type`` is HTML unless given."""
    body = content.encode() if isinstance(content, str) else content

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for key, value in ({"content_type": "text/html", "content_length": str(len(body))} | headers).items():
            handler.send_header(key.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


@dataclass
class Web:
    """``pages``: path -> what it answers; others answer 404. ``asked``: the requests, in their order."""

    origin: str
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Path and User-Agent."""
    released: threading.Event = field(default_factory=threading.Event)
    """Set at the end, so that an answer that never comes does not keep the server."""

    def show(self, path: str, content: str | bytes = b"", status: int = 200, **headers: str) -> str:
        """Sets a page and answers its address."""
        self.pages[path] = answer(content, status, **headers)
        return self.origin + path


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, self.headers["User-Agent"]))
            site.pages.get(self.path, answer(status=404))(self)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Web(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield site
    site.released.set()
    server.shutdown()
    server.server_close()
    thread.join()

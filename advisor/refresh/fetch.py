"""Reads one page of the web: a GET with a time limit, a size limit and a name. Nothing else in the product opens the network."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import IO
from urllib.parse import urldefrag, urlsplit

from advisor import __version__

TIMEOUT = 20.0
"""Seconds for a whole page."""
LARGEST = 5_000_000
"""Bytes."""
AGENT = f"wsadvise/{__version__} (wsadvise data refresh --check; reads a page that a fact cites)"
_CHUNK = 65_536
_PERMANENT, _GONE, _BUSY = (301, 308), (404, 410), (429, 503)
_MARKDOWN = (".md", ".mdx", ".markdown")
_TEXTS = frozenset({"application/json", "application/xml", "application/xhtml+xml", "application/yaml", "application/javascript"})


class Unreachable(OSError):
    """The page could not be read; the message says why. ``busy``: the host asked to be left alone for now."""

    def __init__(self, reason: str, *, busy: bool = False) -> None:
        super().__init__(reason)
        self.busy = busy


class Gone(OSError):
    """The host says that there is no such page (404, 410)."""


@dataclass(frozen=True, slots=True)
class Page:
    """``moved_to``: the address that the host names for good, where it is another one. ``kind``: the media type."""

    content: bytes
    kind: str
    charset: str | None = None
    moved_to: str | None = None


def fetch(url: str, *, timeout: float = TIMEOUT, largest: int = LARGEST) -> Page:
    """The page at an http or https address, by way of the environment's proxies. Raises :class:`Unreachable` or :class:`Gone`."""
    redirects = _Redirects()
    ends = time.monotonic() + timeout
    request = urllib.request.Request(url, headers={"User-Agent": AGENT, "Accept": "text/html, text/*;q=0.9, */*;q=0.1"})  # noqa: S310 - the opener knows http and https only
    try:
        with _opener(redirects).open(request, timeout=timeout) as answer:
            kind = _kind(url, answer.headers)
            return Page(_body(answer, ends, largest), kind, answer.headers.get_content_charset(), redirects.moved_to(url))
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in _GONE:
            raise Gone(f"it answers {error.code}") from None
        reason = "it redirects without end, or to another scheme" if error.code < 400 else f"it answers {error.code}"
        raise Unreachable(reason, busy=error.code in _BUSY) from None
    except TimeoutError:
        raise Unreachable(f"no whole answer within {timeout:g} s") from None
    except urllib.error.URLError as error:
        late = isinstance(error.reason, TimeoutError)
        raise Unreachable(f"no whole answer within {timeout:g} s" if late else _said(error.reason)) from None
    except Unreachable:
        raise
    except (http.client.HTTPException, OSError, ValueError) as error:
        raise Unreachable(_said(error)) from None


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to the same scheme, or from http to https, and keeps how far they were for good."""

    def __init__(self) -> None:
        self._for_good: str | None = None
        self._temporary = False

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        """Raises :class:`Unreachable` where the scheme would be a weaker one."""
        target = urlsplit(newurl).scheme
        if target not in (req.type, "https"):
            raise Unreachable(f"it redirects from {req.type} to {target}")
        self._temporary = self._temporary or code not in _PERMANENT
        if not self._temporary:
            self._for_good = newurl
        return super().redirect_request(req, fp, code, msg, headers, newurl)

    def moved_to(self, url: str) -> str | None:
        if self._for_good is None:
            return None
        target = urldefrag(self._for_good).url
        return target if target.rstrip("/") != urldefrag(url).url.rstrip("/") else None


def _opener(redirects: _Redirects) -> urllib.request.OpenerDirector:
    """No handler for files, ftp or data: those addresses are unknown to it."""
    opener = urllib.request.OpenerDirector()
    opener.addheaders = []
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        redirects,
    ):
        opener.add_handler(handler)
    return opener


def _kind(url: str, headers: http.client.HTTPMessage) -> str:
    """The media type; a Markdown file served as plain text is Markdown. Raises :class:`Unreachable` for what is no text."""
    kind = headers.get_content_type()
    if not (kind.startswith("text/") or kind in _TEXTS):
        raise Unreachable(f"it is {kind}, not text")
    return "text/markdown" if kind == "text/plain" and urlsplit(url).path.lower().endswith(_MARKDOWN) else kind


def _body(answer: http.client.HTTPResponse, ends: float, largest: int) -> bytes:
    content = bytearray()
    while chunk := answer.read1(_CHUNK):
        content += chunk
        if len(content) > largest:
            raise Unreachable(f"it is larger than {largest:,} bytes")
        if time.monotonic() > ends:
            raise TimeoutError
    if answer.length:
        raise Unreachable("the answer broke off")
    return bytes(content)


def _said(error: object) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text[0].lower() + text[1:]

"""Sources on a server of this machine: what changed where it matters, and everything that can go wrong on the way."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

import pytest

from advisor.refresh.cited import Cited
from advisor.refresh.fetch import Page, fetch
from advisor.refresh.fingerprints import Fingerprints, Kept
from advisor.refresh.look import Looked, look
from tests.refresh.conftest import Web

DAY = "2026-11-25"
PAGE = """<html><head><title>Limits</title></head><body><nav>Docs Blog</nav><main><h1>Limits</h1><p>All limits.</p>
<h2 id="idle">Idle timeout</h2><p>Closed after {seconds} seconds.</p><h2>Other</h2><p>{other}</p></main>
<footer>{footer}</footer></body></html>"""


def page(seconds: int = 60, other: str = "Nothing.", footer: str = "2026") -> str:
    return PAGE.format(seconds=seconds, other=other, footer=footer)


def source(url: str, *passage: str, read: str = DAY) -> Cited:
    return Cited(url, passage, ("sample/idle_timeout",), read)


def one(cited: Cited, kept: Fingerprints | None = None, timeout: float = 5, largest: int = 5_000_000) -> Looked:
    (looked,) = look([cited], kept or {}, lambda url: fetch(url, timeout=timeout, largest=largest))
    return looked


def after(web: Web, before: str, now: str, *passage: str, read: str = DAY) -> Looked:
    """What is said of a page that was kept as ``before`` and reads ``now``."""
    cited = source(web.show("/limits", before), *passage)
    first = one(cited)
    assert ("no_fingerprint", True) == (first.status, first.fingerprint is not None)
    web.show("/limits", now)
    return one(source(cited.url, *passage, read=read), {(cited.url, passage): Kept(first.fingerprint or "", DAY)})


@pytest.mark.parametrize(
    ("passage", "now", "status"),
    [
        (("Idle timeout",), page(), "unchanged"),
        (("Idle timeout",), page(seconds=55), "changed"),
        (("#idle",), page(seconds=55), "changed"),
        (("closed after",), page(seconds=55), "changed"),
        (("Idle timeout",), page(other="Something.", footer="2027"), "unchanged"),
        (("#idle",), page(other="Something."), "unchanged"),
        (("closed after",), page(other="Something."), "unchanged"),
        (
            ("Idle timeout",),
            page().replace("<p>Closed", '<p class="x">\n Closed').replace(">Idle", "><a>¶</a>Idle"),
            "unchanged",
        ),
        (("Idle timeout",), page().replace("Idle timeout", "Clocks"), "changed"),
        (("Idle timeout", "Other"), page(other="Something."), "changed"),
        ((), page(other="Something."), "changed"),
        ((), page(footer="2027"), "unchanged"),
    ],
    ids=[
        "same",
        "in the section",
        "after the anchor",
        "in the block of the phrase",
        "elsewhere, section",
        "elsewhere, anchor",
        "elsewhere, phrase",
        "markup only",
        "heading gone",
        "second passage",
        "no passage",
        "no passage, footer only",
    ],
)
def test_a_change(web: Web, passage: tuple[str, ...], now: str, status: str) -> None:
    """A change is told where it touches the passage, and only there."""
    assert status == after(web, page(), now, *passage).status


def test_a_passage_that_is_gone_is_named(web: Web) -> None:
    """The reason says which anchor the page no longer shows."""
    looked = after(web, page(), page().replace("Idle timeout", "Clocks"), "Idle timeout")

    assert ("changed", "it no longer shows 'Idle timeout'") == (looked.status, looked.reason)


def test_a_source_read_again_needs_a_new_fingerprint(web: Web) -> None:
    """A change that somebody has read since is no change any more, only a fingerprint to be kept anew."""
    assert "no_fingerprint" == after(web, page(), page(seconds=55), "Idle timeout", read="2026-12-01").status
    assert "unchanged" == after(web, page(), page(), "Idle timeout", read="2026-12-01").status


@pytest.mark.parametrize("status", [404, 410])
def test_gone(web: Web, status: int) -> None:
    """A page that its host does not have."""
    looked = one(source(web.show("/gone", "nothing here", status)))

    assert ("gone", f"it answers {status}") == (looked.status, looked.reason)


@pytest.mark.parametrize("status", [301, 308])
def test_moved(web: Web, status: int) -> None:
    """A redirect for good is told with the new address, and its passage with what it reads there."""
    old, new = web.show("/old", "", status, location="/new"), web.show("/new", page())
    looked = one(source(old, "Idle timeout"))

    assert ("moved", new, True) == (looked.status, looked.moved_to, looked.fingerprint is not None)


def test_moved_and_changed(web: Web) -> None:
    """The change counts more; the new address is told with it."""
    old, new = web.show("/old", "", 301, location="/new"), web.show("/new", page(55))
    looked = one(source(old, "Idle timeout"), {(old, ("Idle timeout",)): Kept("0" * 24, DAY)})

    assert ("changed", new) == (looked.status, looked.moved_to)


@pytest.mark.parametrize(("status", "location"), [(302, "/new"), (307, "/new"), (301, "/old/")])
def test_a_redirect_that_is_no_move(web: Web, status: int, location: str) -> None:
    """One for now, or to the same address with a slash, is followed and not told."""
    old = web.show("/old", "", status, location=location)
    web.show(location, page())
    looked = one(source(old, "Idle timeout"))

    assert ("no_fingerprint", None) == (looked.status, looked.moved_to)


@pytest.mark.parametrize(
    ("location", "word"),
    [
        ("file:///etc/passwd", "another scheme"),
        ("ftp://127.0.0.1/x", "to ftp"),
        ("/loop", "without end"),
        ("data:text/html,x", "scheme"),
    ],
)
def test_a_redirect_that_is_not_followed(web: Web, location: str, word: str) -> None:
    """Other schemes and circles end the reading."""
    looked = one(source(web.show("/loop", "", 301, location=location)))

    assert ("unreachable", True) == (looked.status, word in looked.reason)


def test_from_https_to_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """A redirect to the weaker scheme is refused before anything is asked there."""
    import urllib.request

    from advisor.refresh.fetch import Unreachable, _Redirects

    request = urllib.request.Request("https://example.com/a")
    with pytest.raises(Unreachable, match="from https to http"):
        _Redirects().redirect_request(request, None, 301, "", {}, "http://example.com/a")  # type: ignore[arg-type]


def test_slow(web: Web) -> None:
    """A server that does not answer in time."""

    def wait(_: BaseHTTPRequestHandler) -> None:
        web.released.wait(10)

    web.pages["/slow"] = wait
    looked = one(source(f"{web.origin}/slow"), timeout=0.1)

    assert ("unreachable", "no whole answer within 0.1 s") == (looked.status, looked.reason)


def test_dripping(web: Web) -> None:
    """A server that keeps sending a little is not waited for either: the time is for the whole page."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        while not web.released.wait(0.02):
            handler.wfile.write(b"<p>more</p>")

    web.pages["/drip"] = drip
    looked = one(source(f"{web.origin}/drip"), timeout=0.2)

    assert ("unreachable", "no whole answer within 0.2 s") == (looked.status, looked.reason)


def test_huge(web: Web) -> None:
    """More than the limit is not read to its end, and the limit itself is."""
    url = web.show("/huge", b"<p>" + b"x" * 997)

    assert "no_fingerprint" == one(source(url), largest=1000).status
    assert "it is larger than 999 bytes" == one(source(url), largest=999).reason


def test_broken_off(web: Web) -> None:
    """An answer shorter than announced is no page, so it is no change."""
    url = web.show("/short", page(), content_length="9999")

    assert ("unreachable", True) == ((looked := one(source(url))).status, bool(looked.reason))


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "application/octet-stream"])
def test_not_text(web: Web, kind: str) -> None:
    """What is no text is not compared."""
    assert f"it is {kind}, not text" == one(source(web.show("/file", b"\x89PNG", content_type=kind))).reason


def test_a_page_that_only_a_browser_shows(web: Web) -> None:
    """A page without text is not taken for one that lost its passage."""
    looked = one(source(web.show("/app", "<html><body><div id=root></div><script>go()</script></body></html>"), "Idle timeout"))

    assert ("unreachable", True) == (looked.status, "without a browser" in looked.reason)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (page().encode() + b"<p>\xff\xfe broken \x80</p>", "text/html; charset=utf-8"),
        (page().encode(), "text/html; charset=no-such-charset"),
        (page().encode("utf-16"), "text/html; charset=utf-16"),
        (page().encode(), "text/html; charset=hex"),
    ],
    ids=["broken bytes", "unknown charset", "utf-16", "not a charset of text"],
)
def test_encodings(web: Web, content: bytes, kind: str) -> None:
    """What cannot be decoded stands for itself; the passage reads the same."""
    kept = one(source(web.show("/plain", page()), "Idle timeout")).fingerprint

    assert kept == one(source(web.show("/limits", content, content_type=kind), "Idle timeout")).fingerprint


def test_connection_refused(web: Web) -> None:
    """Nobody listens there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        looked = one(source(f"http://127.0.0.1:{taken.getsockname()[1]}/"))

    assert ("unreachable", "connection refused") == (looked.status, looked.reason)


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999/", "http:///x", "http://127.0.0.1:1\x00/"])
def test_no_address(web: Web, url: str) -> None:
    """An address that is none is told and raises nothing."""
    assert "unreachable" == one(source(url)).status


def test_an_error_of_the_server(web: Web) -> None:
    """A fault over there is no change."""
    assert "it answers 500" == one(source(web.show("/x", page(), 500))).reason


def test_a_busy_host_is_let_be(web: Web) -> None:
    """After 429 nothing more is asked of that host."""
    urls = [web.show("/a", "", 429), web.show("/b", page())]
    looked = look([source(url) for url in urls], {}, fetch)

    assert ["unreachable", "unreachable"] == [each.status for each in looked]
    assert ["/a"] == [path for path, _ in web.asked]


def test_a_page_is_fetched_once_and_by_name(web: Web) -> None:
    """Two passages of a page need one request, which says who asks."""
    url = web.show("/limits", page())
    looked = look([source(url, "Idle timeout"), source(url + "#idle", "#idle"), source(url, "Other")], {}, fetch)

    assert 1 == len(web.asked)
    assert web.asked[0][1].startswith("wsadvise/")
    assert [True, True, False] == [each.fingerprint == looked[0].fingerprint for each in looked]


def test_one_request_at_a_time_for_a_host() -> None:
    """Pages of one host are asked one after the other, those of another host meanwhile."""
    together = threading.Barrier(2, timeout=10)
    asking: Counter[str] = Counter()
    most: Counter[str] = Counter()

    def slowly(url: str) -> Page:
        host = urlsplit(url).netloc
        asking[host] += 1
        most[host] = max(most[host], asking[host])
        together.wait()
        asking[host] -= 1
        return Page(page().encode(), "text/html")

    seen: list[int] = []
    urls = [f"https://{host}.example/{number}" for host in ("one", "two") for number in range(3)]

    assert ["no_fingerprint"] * 6 == [each.status for each in look([source(url) for url in urls], {}, slowly, seen.append)]
    assert {"one.example": 1, "two.example": 1} == most
    assert [1, 2, 3, 4, 5, 6] == seen


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://[bad/", "not an address"),
        ("pkg:npm/ws@8.23.0#lib/websocket.js", "a file of a package, not a page"),
        (f"https://github.com/nginx/nginx/blob/{'a' * 40}/src/http.c#L12", "a file at one commit, which cannot change"),
    ],
)
def test_not_asked(url: str, reason: str) -> None:
    """What is no page, or cannot change, is named and not read."""

    def never(url: str) -> Page:
        raise AssertionError(url)

    (looked,) = look([source(url)], {}, never)
    assert ("skipped", reason) == (looked.status, looked.reason)

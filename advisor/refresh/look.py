"""Cited sources and their kept fingerprints -> what became of each: unchanged, changed, gone, moved, unreachable, or new."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from advisor.refresh.cited import Cited
from advisor.refresh.fetch import Gone, Page, Unreachable
from advisor.refresh.fetch import fetch as fetch_page
from advisor.refresh.fingerprints import Fingerprints
from advisor.refresh.passage import Missing, fingerprint, passage
from advisor.refresh.text import blocks

Status = Literal["changed", "gone", "moved", "unreachable", "no_fingerprint", "stored", "unchanged", "skipped"]
TO_READ: tuple[Status, ...] = ("changed", "gone", "moved", "unreachable", "no_fingerprint")
_HOSTS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Looked:
    """One source as it is now. ``fingerprint``: of the passage as fetched; ``None`` where it could not be cut out."""

    source: Cited
    status: Status
    reason: str = ""
    moved_to: str | None = None
    fingerprint: str | None = None
    kept_on: str | None = None


def look(
    sources: Sequence[Cited],
    kept: Fingerprints,
    fetch: Callable[[str], Page] = fetch_page,
    tell: Callable[[int], None] = lambda _: None,
) -> tuple[Looked, ...]:
    """Every source in the given order. A page is fetched once, a host asked one thing at a time, and let be once it is busy.

    ``tell`` is called with the number of pages seen so far.
    """
    hosts: dict[str, dict[str, list[Cited]]] = {}
    for source in sources:
        if not source.not_asked:
            hosts.setdefault(urlsplit(source.address).netloc, {}).setdefault(source.address, []).append(source)
    seen = _Counter(tell)
    found = {source: Looked(source, "skipped", source.not_asked) for source in sources if source.not_asked}
    with ThreadPoolExecutor(_HOSTS_AT_ONCE) as pool:
        for several in pool.map(lambda pages: list(_host(pages, kept, fetch, seen)), hosts.values()):
            found.update((each.source, each) for each in several)
    return tuple(found[source] for source in sources)


class _Counter:
    """Counts across threads."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell, self._lock, self._seen = tell, threading.Lock(), 0

    def __call__(self) -> None:
        with self._lock:
            self._seen += 1
            self._tell(self._seen)


def _host(
    pages: dict[str, list[Cited]], kept: Fingerprints, fetch: Callable[[str], Page], seen: Callable[[], None]
) -> Iterator[Looked]:
    busy = False
    for address, sources in pages.items():
        if busy:
            yield from (Looked(source, "unreachable", "not asked: its host asked to wait") for source in sources)
        else:
            try:
                yield from _page(fetch(address), sources, kept)
            except Gone as gone:
                yield from (Looked(source, "gone", str(gone)) for source in sources)
            except Unreachable as unreachable:
                busy = unreachable.busy
                yield from (Looked(source, "unreachable", str(unreachable)) for source in sources)
        seen()


def _page(page: Page, sources: Iterable[Cited], kept: Fingerprints) -> Iterator[Looked]:
    text = blocks(page.content, page.kind, page.charset)
    for source in sources:
        known = kept.get((source.url, source.passage))
        on = known.on if known else None
        if not text:
            yield Looked(source, "unreachable", "the page holds no text without a browser", page.moved_to, kept_on=on)
            continue
        try:
            now = fingerprint(passage(text, source.passage))
        except Missing as missing:
            yield Looked(source, "changed", f"it no longer shows {missing.args[0]!r}", page.moved_to, kept_on=on)
            continue
        if known is not None and known.fingerprint != now and known.on >= source.read:
            what = "the passage reads differently" if source.passage else "the page reads differently; no passage is named"
            yield Looked(source, "changed", what, page.moved_to, now, on)
        elif page.moved_to is not None:
            yield Looked(source, "moved", "it redirects for good", page.moved_to, now, on)
        elif known is None or known.fingerprint != now:
            reason = "" if known is None else "it was read again since"
            yield Looked(source, "no_fingerprint", reason, None, now, on)
        else:
            yield Looked(source, "unchanged", "", None, now, on)

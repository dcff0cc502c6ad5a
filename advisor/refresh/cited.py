"""Profiles -> the sources that they cite: where each is read, which passage matters, and the facts that rest on it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from advisor.knowledge.profile import Profile

_BLOB = re.compile(r"https://github\.com/([^/]+/[^/]+)/blob/([^/]+)/(.+)")
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Cited:
    """One source with one passage. ``facts``: ids such as ``nginx/idle_timeout``, sorted."""

    url: str
    passage: tuple[str, ...] = ()
    """Headings or short phrases under which the facts stand, ``#name`` for an anchor of the page; empty: the whole page."""
    facts: tuple[str, ...] = ()
    read: str = ""
    """The ISO day on which somebody last read it."""

    @property
    def address(self) -> str:
        """Where its text is: a file shown on GitHub is read as the file itself."""
        url = self.url.partition("#")[0]
        blob = _BLOB.fullmatch(url)
        return f"https://raw.githubusercontent.com/{blob[1]}/{blob[2]}/{blob[3]}" if blob else url

    @property
    def not_asked(self) -> str:
        """Why it is not read again; empty where it is."""
        if not self.url.startswith(("http://", "https://")):
            return "a file of a package, not a page"
        try:
            urlsplit(self.url)
        except ValueError:
            return "not an address"
        blob = _BLOB.fullmatch(self.url)
        return "a file at one commit, which cannot change" if blob and _COMMIT.fullmatch(blob[2]) else ""


def cited(profiles: Iterable[Profile]) -> tuple[Cited, ...]:
    """The sources of the profiles, each once for each passage, by url. Past statements count too: their pages can go."""
    facts: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    read: dict[tuple[str, tuple[str, ...]], str] = {}
    for profile in profiles:
        resting: dict[str, set[str]] = {}
        for entry in profile.facts.values():
            for statement in entry.statements:
                for name in statement["sources"]:
                    resting.setdefault(name, set()).add(f"{profile.id}/{entry.dimension}")
        for name, source in profile.sources.items():
            fragment = source.url.partition("#")[2]
            key = (source.url, source.passage or ((f"#{fragment}",) if fragment else ()))
            facts.setdefault(key, set()).update(resting.get(name, {profile.id}))
            read[key] = max(read.get(key, ""), source.read.isoformat() if source.read else "")
    return tuple(Cited(url, passage, tuple(sorted(facts[url, passage])), read[url, passage]) for url, passage in sorted(facts))

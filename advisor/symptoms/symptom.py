"""The nouns of a diagnosis: a symptom as it was read, and the features by which one is recognised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Literal

from advisor.data import folder

Phase = Literal["handshake", "open"]
"""``handshake``: it never opens; ``open``: it opened, and then something happened."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """What was pasted, and what could be read in it. Durations are seconds."""

    text: str
    """On one line, with queries, credentials and whatever looks like a token left out."""
    phase: Phase | None = None
    statuses: tuple[int, ...] = ()
    """HTTP statuses, in the order they stand there."""
    close_codes: tuple[int, ...] = ()
    """RFC 6455 section 7.4, and a library's or an app's own from 3000 on."""
    log_codes: tuple[str, ...] = ()
    """Codes of a router's or platform's log, in capitals."""
    after_s: float | None = None
    """After how long it happens; the longest of several."""
    tolerance: float = 0.05
    """By how much ``after_s`` may be off, as a part of it."""
    signs: frozenset[str] = frozenset()
    """Names of ``signs()``."""
    browser: Literal["chrome", "firefox", "safari"] | None = None
    scheme: Literal["ws", "wss", "http", "https"] | None = None
    path: str | None = None
    """Path of the URL that stands there, without its query."""
    platforms: tuple[str, ...] = ()
    """Ids of platforms that are named."""

    def known(self) -> bool:
        """True where something was read that a cause can be found for."""
        return bool(self.statuses or self.close_codes or self.log_codes or self.after_s or self.signs)

    def about(self, seconds: float) -> bool:
        """True where it happens after as many seconds, give or take what people misjudge."""
        return self.after_s is not None and abs(self.after_s - seconds) <= max(self.tolerance * seconds, min(1.0, seconds / 4))


@dataclass(frozen=True, slots=True)
class Signature:
    """The features of a symptom. A feature that a symptom contradicts excludes it; all ``signs`` have to be seen."""

    phase: Phase | None = None
    status: tuple[int, ...] = ()
    close_code: tuple[int, ...] = ()
    log_code: tuple[str, ...] = ()
    log_words: tuple[str, ...] = ()
    """Literals of a log or console line, any of which is enough; without regard to case."""
    after_s: tuple[float, ...] = ()
    signs: tuple[str, ...] = ()
    weight: float = 1.0
    """Below 1 where the same symptom more often has another cause."""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Signature:
        """From an entry of a table or a profile; other keys are left alone."""
        given: dict[str, Any] = {each.name: raw[each.name] for each in fields(cls) if raw.get(each.name)}
        plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
        return cls(**plain)

    def says_something(self) -> bool:
        """True where there is a feature that a symptom can agree with."""
        return any((self.status, self.close_code, self.log_code, self.log_words, self.after_s, self.signs))


@cache
def signs() -> Mapping[str, str]:
    """Every sign that can be read, with its meaning."""
    return dict(folder("symptoms")["phrases"]["signs"])


def entries(name: str) -> Iterator[Mapping[str, Any]]:
    """The entries of one table: ``phrases`` or ``causes``."""
    yield from folder("symptoms")[name][name]

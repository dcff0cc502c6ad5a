"""Pasted text -> a :class:`Symptom`: the wordings of ``tables/phrases.yaml`` first, then bare codes and durations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from advisor.symptoms.conceal import conceal
from advisor.symptoms.symptom import Phase, Symptom, entries

MOST = 20_000
"""Characters that are read; what a person means stands in far fewer."""
_SHORT = 80
"""A text up to this long is not prose: a bare number in it is what it looks like."""
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2026": "...", "\u00a0": " "})
_BLANKS, _BREAKS = re.compile(r"[^\S\n]+"), re.compile(r" ?\n[ \n]*")
_URL = re.compile(
    r"\b(?P<scheme>wss?|https?)://(?:[^\s/@'\"<>]{1,256}@)?[^\s/?#'\"<>:]{0,255}(?::\d{1,5})?(?P<path>/[^\s?#'\"<>]{0,512})?",
    re.I,
)
_STAMP = re.compile(r"\b\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d\S*|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b|\b\d\d:\d\d:\d\d\b")
_UNIT = r"(?:ms|millis(?:econds?)?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)"
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_COUNTED: dict[str, float] = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "ten": 10,
    "fifteen": 15,
    "thirty": 30,
    "sixty": 60,
}
_COUNTED |= {"half an": 0.5, "half a": 0.5, "couple of": 2}
_DURATION = re.compile(
    r"(?P<lead>\b(?:after|every|each|within|in|at|for|of|than|exactly|about|around|roughly|approximately|some|once|idle|lasts?|lived)"
    r"(?:\s+(?:exactly|precisely|about|around|roughly|approximately|some|only|just|~))?\s+|[~=:]\s*|^\s*)?"
    rf"(?P<number>\d{{1,9}}(?:[.,]\d{{1,3}})?|{'|'.join(_COUNTED)})[\s-]?(?P<unit>{_UNIT})(?P<more>\d{{1,2}}(?:\s?[sm]\w{{0,8}})?)?\b",
    re.IGNORECASE,
)
_DAILY = re.compile(r"\b(?:once a day|every day|daily|every night)\b", re.IGNORECASE)
_ABOUT = re.compile(r"\b(?:about|around|roughly|approximately|circa|some|or so|ish)\b|~|\b(?:a|one) minute\b", re.IGNORECASE)
_STATUS = re.compile(
    r"(?<![\w.:/#+-])([2-5]\d\d)(?![\w:/%-]|\.\d|\s?(?:s|ms|secs?|seconds?|m|mins?|minutes?|h|hours?|kb|mb|bytes|px|users|clients|connections|sockets|messages)\b)",
    re.I,
)
_CLOSE = re.compile(
    r"(?<![\w.:/#+-])(10(?:0\d|1[0-5]))(?![\w:/%-]|\.\d|\s?(?:s|ms|secs?|seconds?|m|mins?|kb|mb|bytes|users|clients|connections|sockets|messages)\b)",
    re.I,
)
_TOKEN = re.compile(r"\b[A-Za-z][A-Za-z0-9_]{2,60}\b")


@dataclass(slots=True)
class _Seen:
    """What was read so far."""

    statuses: list[int] = field(default_factory=list)
    close_codes: list[int] = field(default_factory=list)
    log_codes: list[str] = field(default_factory=list)
    durations: list[float] = field(default_factory=list)
    signs: set[str] = field(default_factory=set)
    phases: list[Phase] = field(default_factory=list)
    browsers: list[Any] = field(default_factory=list)


def read(text: str, log_codes: Collection[str] = (), platforms: Mapping[str, str] | None = None) -> Symptom:
    """What can be read in a text. ``log_codes``: those that any platform logs; ``platforms``: name -> id. Never raises."""
    plain = _BREAKS.sub("\n", _BLANKS.sub(" ", text[:MOST].translate(_QUOTES)))
    shown = " ".join(conceal(plain).split())
    seen = _Seen()
    rest = plain
    for pattern, entry in _phrases():
        found = list(pattern.finditer(plain))
        if found and not (entry.get("unless") and re.search(entry["unless"], plain, re.IGNORECASE)):
            _take(entry, found, seen)
    address = _URL.search(plain)
    rest = _STAMP.sub(" ", _URL.sub(" ", plain))
    known = {code.upper() for code in log_codes}
    seen.log_codes += [code for token in _TOKEN.findall(plain) if (code := token.upper()) in known]
    rest = _durations(rest, seen)
    if len(rest.strip()) <= _SHORT or not (seen.statuses or seen.close_codes):
        _bare(rest, seen)
    after = max(seen.durations, default=None)
    return Symptom(
        text=shown,
        phase=_phase(seen, after),
        statuses=tuple(dict.fromkeys(seen.statuses)),
        close_codes=tuple(dict.fromkeys(seen.close_codes)),
        log_codes=tuple(dict.fromkeys(seen.log_codes)),
        after_s=after,
        tolerance=0.12 if _ABOUT.search(plain) else 0.02 if "exact" in seen.signs else 0.05,
        signs=frozenset(seen.signs),
        browser=seen.browsers[0] if seen.browsers else None,
        scheme=address["scheme"].lower() if address else None,  # type: ignore[arg-type]
        path=conceal(address["path"]) if address and address["path"] else None,
        platforms=tuple(dict.fromkeys(_named(rest, platforms or {}))),
    )


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], Mapping[str, Any]], ...]:
    return tuple((re.compile(entry["pattern"], re.IGNORECASE | re.MULTILINE), entry) for entry in entries("phrases"))


def _take(entry: Mapping[str, Any], found: list[re.Match[str]], seen: _Seen) -> None:
    """An entry's own values, and those of the named groups of its pattern."""
    seen.signs.update(entry.get("signs", ()))
    seen.statuses += entry.get("status", ())
    seen.log_codes += entry.get("log_code", ())
    if "phase" in entry:
        seen.phases.append(entry["phase"])
    if "browser" in entry:
        seen.browsers.append(entry["browser"])
    for match in found:
        groups = {name: value for name, value in match.groupdict().items() if value}
        seen.statuses += [int(groups[name]) for name in ("status", "also_status") if name in groups]
        seen.close_codes += [int(groups["close_code"])] if "close_code" in groups else []
        seen.log_codes += [groups["log_code"].upper()] if "log_code" in groups else []
        seen.durations += [float(groups["after_s"])] if "after_s" in groups else []
        seen.durations += [float(groups["after_ms"]) / 1000] if "after_ms" in groups else []


def _durations(text: str, seen: _Seen) -> str:
    """Takes the durations out of ``text``. One without a word such as "after" counts only in a short text."""
    short = len(text.strip()) <= _SHORT
    if _DAILY.search(text):
        seen.durations.append(86400.0)

    def take(match: re.Match[str]) -> str:
        word = match["number"].lower()
        if not (match["lead"] or (short and word[0].isdigit())):
            return match.group()
        if not seen.durations or word[0].isdigit() or word in _COUNTED:
            seen.durations.append(_seconds(word, match["unit"].lower(), match["more"]))
        return " "

    return _DURATION.sub(take, text)


def _seconds(number: str, unit: str, more: str | None) -> float:
    amount = _COUNTED.get(number) or float(number.replace(",", "."))
    key = "ms" if unit.startswith(("ms", "milli")) else unit[0]
    part = {"h": 60.0, "m": 1.0}.get(key, 0.0)
    return amount * _SECONDS[key] + (part * float(re.sub(r"\D", "", more)) if more else 0.0)


def _bare(text: str, seen: _Seen) -> None:
    """Numbers that stand for themselves: ``400``, ``1006``."""
    if not seen.statuses:
        seen.statuses += [int(number) for number in _STATUS.findall(text)]
    if not seen.close_codes:
        seen.close_codes += [int(number) for number in _CLOSE.findall(text)]
    if re.fullmatch(r"[34]\d{3}", text.strip()):
        seen.close_codes.append(int(text))


def _phase(seen: _Seen, after: float | None) -> Phase | None:
    if seen.phases:
        return seen.phases[0] if len(set(seen.phases)) == 1 else None
    if seen.log_codes:
        return None
    if seen.statuses:
        return "handshake" if set(seen.statuses) != {101} else "open"
    if after is not None or set(seen.close_codes) - {1006, 1015}:
        return "open"
    return None


def _named(text: str, platforms: Mapping[str, str]) -> Iterator[str]:
    lowered = text.lower()
    for name, id in platforms.items():
        if re.search(rf"(?<![\w-]){re.escape(name.lower())}(?![\w-])", lowered):
            yield id

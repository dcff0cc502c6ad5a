"""A document in the repository states something that dated facts contradict.

Platforms change, and what people read about them does not: a README that says that a host cannot hold a WebSocket keeps a
team, or the agent that writes its code, from what has worked for months. Only what was true once is told here, and is so no
more: a sentence that names the platform and says what its facts said before the change. A sentence that gives the day of
which it speaks is history, and stays.

Bring the sentence up to date, or say of which day it speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from advisor.formats.source import Source
from advisor.knowledge import Profile, Special
from advisor.knowledge.statements import Statement
from advisor.model import Finding, Place, Severity
from advisor.rules.scan import Scan
from advisor.scope import scope_of

ID = "WS806"
NAME = "stale-advice"
SEVERITY: Severity = "info"
WORDS = frozenset({"WebSocket", "Websocket", "websocket"})
"""What stands in every document that may say something about sockets."""

_DOCUMENTS = (".md", ".mdx", ".rst", ".adoc", ".txt")
_LARGEST, _MOST = 500_000, 400
_RECORDS = re.compile(r"(?:^|/)(?:change-?log|history|releases?|news|archive|adr|blog|posts?)\b|\d{4}-\d{2}", re.IGNORECASE)
"""Files that tell what was so at some time."""
_SENTENCE = re.compile(r"[^.!?\n|]{0,400}(?:[.!?](?=\S)[^.!?\n|]{0,200}){0,4}")
_PAST = re.compile(
    r"""\b(?:(?:19|20)\d\d|until|before|previously|formerly|historically|used\ to|was|were|had|did|didn't|no\ longer
    |at\ the\ time|back\ then|prior\ to|so\ far|as\ of|old(?:er)?|legacy|if|unless|edge)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words that date a sentence, or make it hold under a condition."""
_FENCE = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)", re.MULTILINE | re.DOTALL)
_REFUSES = re.compile(
    r"""^(?:'s)?[^.,;]{0,40}\b(?:(?:do|does|can|will)(?:n't|\ not)|cannot|can't|won't)\ (?:\w+\ ){0,2}?
        (?:support|allow|handle|hold|keep|accept|host|run|work\ with)\b[^.]{0,50}\bweb\ ?sockets?\b
    |^[^.,;]{0,20}\b(?:has\ no|have\ no|lacks?|is\ without)\ (?:native\ |built-in\ )?
        (?:support\ for\ web\ ?sockets?|web\ ?sockets?\ support)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""What follows the platform's name where it is said to refuse."""
_REFUSED = re.compile(
    r"""\bweb\ ?sockets?\b[^.,;]{0,40}
        (?:\b(?:is|are)(?:n't|\ not)\ (?:\w+\ )?(?:supported|available|possible|allowed)\b
        |\b(?:do|does|will)(?:n't|\ not)\ work\b|\bcannot\ work\b|\bunsupported\b)""",
    re.IGNORECASE | re.VERBOSE,
)
"""The same said of WebSockets, anywhere in a sentence that names the platform."""
_SOCKETS = re.compile(r"web ?socket|\bsockets?\b", re.IGNORECASE)
_ABOUT = {
    "idle_timeout": re.compile(r"\bidle|\binactiv|\bsilen|\bkeep-?alive|\btime-?outs?\b", re.IGNORECASE),
    "max_connection_duration": re.compile(r"\blifetime|\bduration|\bat most\b|\bmaximum\b", re.IGNORECASE),
    "max_message_size": re.compile(r"\bmessages?\b|\bframes?\b|\bpayloads?\b", re.IGNORECASE),
}
"""Dimensions with a number, and a word without which a sentence is not about them."""
_DURATION = re.compile(r"\b(\d{1,7}(?:\.\d{1,2})?)[ -]?(ms|s|m|h|sec|min|second|minute|hour)s?\b", re.IGNORECASE)
_SIZE = re.compile(r"\b(\d{1,7}(?:\.\d{1,2})?)[ -]?(b|byte|k|kb|kib|mb|mib|gb|gib)s?\b", re.IGNORECASE)
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
_BYTES = {"b": 1, "k": 1024, "m": 1024**2, "g": 1024**3}


@dataclass(frozen=True, slots=True)
class _Change:
    """What a platform's fact said until a day, and what it says now."""

    profile: Profile
    dimension: str
    before: Statement
    now: Statement

    @property
    def until(self) -> str:
        return self.before.until or ""


def check(scan: Scan) -> Iterator[Finding]:
    changes = tuple(_changes(scan))
    if not changes:
        return
    documents = (path for path in scan.tree.having(*WORDS) if path.lower().endswith(_DOCUMENTS) and not _RECORDS.search(path))
    for path in list(documents)[:_MOST]:
        text = scan.tree.text(path)
        if text is None or len(text) > _LARGEST or scope_of(path) == "test":
            continue
        source = Source(text, path)
        prose = _FENCE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source.text)
        for match in _SENTENCE.finditer(prose):
            sentence = " ".join(match[0].replace("\u2019", "'").split())
            change = next((each for each in changes if _says(sentence, each)), None)
            if change is not None:
                start = match.start() + len(match[0]) - len(match[0].lstrip(" \t#>*-"))
                yield _finding(change, source.place(start, match.end()))


def _changes(scan: Scan) -> Iterator[_Change]:
    """Every change, by the day of the scan, that a plain sentence can be blind to: support itself, and numbers."""
    at = scan.ways.conditions.at
    for id in scan.knowledge.platforms():
        profile = scan.knowledge.platform(id)
        if profile.validity != "date":
            continue
        for dimension in ("websocket_support", *_ABOUT):
            yield from _of(profile, dimension, at)


def _of(profile: Profile, dimension: str, at: date) -> Iterator[_Change]:
    statements = [each for each in profile.statements(dimension, at) if not each.when]
    day = at.isoformat()
    now = next((each for each in statements if (each.since or "") <= day and (each.until is None or each.until > day)), None)
    for before in statements:
        if now is not None and before.until is not None and before.until <= day and before.value != now.value:
            yield _Change(profile, dimension, before, now)


def _says(sentence: str, change: _Change) -> bool:
    """True where the sentence names the platform and says what held before, without a word that dates it."""
    name = re.search(rf"(?<![\w.-]){re.escape(change.profile.name)}(?![\w-])", sentence, re.IGNORECASE)
    if name is None or _PAST.search(sentence):
        return False
    if change.dimension == "websocket_support":
        refused = _REFUSES.search(sentence[name.end() :]) or _REFUSED.search(sentence)
        return str(change.before.value) == "unsupported" and refused is not None
    if not _ABOUT[change.dimension].search(sentence) or not _SOCKETS.search(sentence):
        return False
    return change.before.value in _amounts(sentence, change.before.unit)


def _amounts(sentence: str, unit: str | None) -> set[float]:
    """The durations (in seconds) or sizes (in bytes) that a sentence names."""
    if unit == "s":
        named = _DURATION.findall(sentence)
        return {float(number) * _SECONDS["ms" if word.lower() == "ms" else word[0].lower()] for number, word in named}
    if unit == "bytes":
        return {float(number) * _BYTES[word[0].lower()] for number, word in _SIZE.findall(sentence)}
    return set()


def _finding(change: _Change, place: Place) -> Finding:
    name, label = change.profile.name, change.dimension.replace("_", " ")
    then = _told(change.before)
    today = _told(change.now)
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "note",
        "likely",
        f"What is said of {name} here holds no more: its {label} was {then} until {change.until}, and is {today} since.",
        place,
        why=(
            f"the sentence says of {name} what held until {change.until}",
            f"since {change.now.since or change.until} the {label} is {today}",
            *([change.now.note] if change.now.note else []),
        ),
        remedy="Bring the sentence up to date, or say of which day it speaks.",
        verify=f"wsadvise platform {change.profile.id}",
        facts=(change.now.id,),
        who="scan",
    )


def _told(statement: Statement) -> str:
    value = str(statement.value).replace("_", " ")
    if statement.value is Special.NONE:
        return "without a limit"
    if value == "unsupported":
        return "missing"
    return f"{statement.value:,g} {statement.unit}" if isinstance(statement.value, int | float) and statement.unit else value

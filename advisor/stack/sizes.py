"""The text of a script -> the largest message that it is seen to send over its socket, in bytes, and where.

Seen are buffers and texts of a literal size that are sent at once, files that are read whole and sent up to a literal size,
and the size of the chunks where a file is cut. What goes out over HTTP is none of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil

from advisor.formats.source import Source
from advisor.model import Place

_NUMBER = r"(?:\d[\d_]{0,14}(?:\.\d{1,3})?(?:e\d{1,2})?(?:\s?(?:\*|<<)\s?\d[\d_]{0,9}){0,4})"
_AT_ONCE = re.compile(
    r"\.(?:send|emit)\(\s*(?:[\"'`][\w:./-]{0,60}[\"'`]\s*,\s*)?"
    rf"(?:new\s+(?:Uint8Array|ArrayBuffer)\(|Buffer\.alloc(?:Unsafe)?\(|[\"'`].[\"'`]\.repeat\()\s*({_NUMBER})\s*[,)]"
)
_GUARD = re.compile(
    rf"\b\w{{0,30}}\.size\s*>=?\s*({_NUMBER})\s*[)&|]"
    rf"|\b(?:const|let|var)\s+(?=\w*max)(?=\w*(?:size|bytes))(?=\w*(?:file|image|upload|attach|message|payload|photo|media))\w{{1,40}}\s*=\s*({_NUMBER})\s*[;\n]",
    re.IGNORECASE,
)
_CHUNK = re.compile(rf"\b(?:const|let|var)\s+(?=\w*chunk)\w{{1,40}}\s*=\s*({_NUMBER})\s*[;\n]", re.IGNORECASE)
_READ_WHOLE = re.compile(r"\breadAs(?:DataURL|ArrayBuffer|BinaryString)\b|\.arrayBuffer\(\)")
_AS_TEXT = "readAsDataURL"
_SENDS = re.compile(r"\.(?:send|emit)\(")
_OVER_HTTP = re.compile(r"\bfetch\(|\baxios\b|\bFormData\b|\bXMLHttpRequest\b")
_LARGEST = 300_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of this many bytes is sent, as the line at ``place`` shows."""

    bytes: int
    place: Place
    told: str


def largest(text: str, path: str) -> Sent | None:
    """The largest message; ``None`` where the script shows none."""
    if len(text) > _LARGEST or not _SENDS.search(text):
        return None
    source = Source(text, path)
    found = [
        Sent(size, source.place(*match.span()), f"{size:,} bytes are sent at once")
        for match in _AT_ONCE.finditer(text)
        if (size := _amount(match[1])) is not None
    ]
    return max([*found, *_files(source)], key=lambda sent: sent.bytes, default=None)


def _files(source: Source) -> list[Sent]:
    """A file that is read whole and sent: as large as the code lets it be, a third more as text; or a chunk of it."""
    text = source.text
    if not _READ_WHOLE.search(text) or _OVER_HTTP.search(text):
        return []
    chunks, as_text = list(_CHUNK.finditer(text)), _AS_TEXT in text
    found = []
    for match in chunks or _GUARD.finditer(text):
        size = _amount(next(group for group in match.groups() if group))
        if size is not None:
            what = "chunks" if chunks else "files"
            told = f"{what} of up to {size:,} bytes are sent as one message"
            more = ", a third more as base64" if as_text else ""
            found.append(Sent(ceil(size * 4 / 3) if as_text else size, source.place(*match.span()), told + more))
    return found


def _amount(text: str) -> int | None:
    """``5 * 1024 * 1024`` as a number; ``None`` beyond what any message has."""
    value = 1.0
    for sign, part in re.findall(r"(\*|<<|^)\s?([\d_.e]+)", text.replace(" ", "")):
        number = float(part.replace("_", ""))
        value = value * 2**number if sign == "<<" and number < 60 else value * number
    return int(value) if 0 < value < 1e12 else None

"""The table of all platforms, as plain data of ``wsadvise platform --format json`` -> text or Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from advisor.reports import clean, markup, words
from advisor.reports.canvas import Canvas

HEADS = ("id", "WebSockets", "idle", "lifetime", "message", "affinity")
_CELLS = ("idle_timeout", "max_connection_duration", "max_message_size", "session_affinity")
_MOST = 12
"""Columns of a cell."""
LEGEND = (
    "idle: an open socket on which no byte passes is closed after that. lifetime: every socket is. message: the largest. "
    "affinity: what keeps a client at its instance. "
    "conditional: only with configuration, or in beta. depends: on a plan, a mode or a version. "
    "?: looked for, and not known or not published. -: nothing is said, or there are no sockets. "
    "settable: off unless it is set."
)
_HINT = "`wsadvise platform ID` tells what is known about one."


def listing(platforms: Sequence[Mapping[str, Any]], *, width: int = 100, colour: bool = False) -> str:
    """Two lines a platform: id, verdict and limits; name, kind and the days on which the facts were confirmed below.

    Where the columns do not fit, the limits stand in a sentence.
    """
    canvas = Canvas(width, colour)
    rows = [(each["id"], *cells(each)) for each in platforms]
    widths = [max(len(row[column]) for row in (HEADS, *rows)) for column in range(len(HEADS))]
    fits = sum(widths) + 2 * (len(widths) - 1) <= width
    if fits:
        canvas.add(canvas.paint(_line(HEADS, widths), "heading"))
    for each, row in zip(platforms, rows, strict=True):
        if fits:
            canvas.add(_line([clean.line(cell) for cell in row], widths))
        else:
            canvas.paragraph(f"{row[0]}: {row[1]}", style="strong")
            canvas.paragraph(", ".join(f"{head} {told}" for head, told in zip(HEADS[2:], row[2:], strict=True)), 2)
        canvas.paragraph(f"{each['name']}, {_plain(each['kind'])}; confirmed {confirmed(each)}", 2, "quiet")
    canvas.add()
    canvas.paragraph(f"{LEGEND} {_HINT}", style="quiet")
    return canvas.text()


def listing_markdown(platforms: Sequence[Mapping[str, Any]]) -> str:
    """The same as a Markdown table."""
    rows = [(each, cells(each), confirmed(each)) for each in platforms]
    return markup.rendered("platforms.md.jinja", rows=rows, heads=HEADS[1:], in_words=_plain, legend=f"{LEGEND} {_HINT}")


def cells(platform: Mapping[str, Any]) -> tuple[str, ...]:
    """Verdict, idle timeout, lifetime, message size and affinity, each in a few characters."""
    return (_plain(platform["verdict"]), *(cell(platform[key]) for key in _CELLS))


def cell(known: Mapping[str, Any]) -> str:
    """``60 s``; ``30 s or 24 h``; ``from 30 s`` where there are more; ``?`` and ``-`` (see the legend)."""
    values, unit = known["values"], known["unit"]
    if known["known"] == "absent" or values == ["unsupported"]:
        return "-"
    if known["can_be"] and set(values) <= {"none", "unknown", "unpublished"}:
        return "settable"
    told = ["?" if value in ("unknown", "unpublished") else _value(value, unit) for value in values]
    joined = " or ".join(dict.fromkeys(told))
    if len(joined) <= _MOST:
        return joined
    numbers = [value for value in values if isinstance(value, int | float)]
    return f"from {words.amount(min(numbers), unit)}" if numbers else "depends"


def confirmed(platform: Mapping[str, Any]) -> str:
    """The oldest and the newest day on which what holds was confirmed."""
    days = platform["confirmed"]
    if days is None:
        return "never"
    return days["newest"] if days["oldest"] == days["newest"] else f"{days['oldest']} to {days['newest']}"


def _value(value: Any, unit: str | None) -> str:
    if isinstance(value, list):
        return words.listed(str(each) for each in value)
    return "none" if value == "none" else _plain(words.amount(value, unit))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _plain(key: str) -> str:
    return str(key).replace("_", " ")

"""A trace -> text for people: the steps with their places, how it ends, and what then holds for the open socket."""

from __future__ import annotations

from advisor.reports import words
from advisor.reports.canvas import Canvas, Style
from advisor.trace import Ending, Traced

_STYLES: dict[str, Style] = {"accepted": "good", "depends": "warning"}
_WORDS = {
    "accepted": "Accepted",
    "refused": "Refused",
    "redirected": "Redirected",
    "depends": "It depends on",
    "invalid_config": "The program does not start",
}
_RESETS = {
    "any": "any byte restarts it",
    "from_client": "bytes from the client restart it",
    "from_upstream": "bytes from the app restart it",
    "data_frames": "only messages restart it",
    "none": "nothing restarts it",
}
_RELOADS = {"keeps": "keeps open sockets", "cuts": "cuts open sockets", "cuts_after": "cuts open sockets"}
_TOLD = ("upgrade", "connection", "host", "origin", "sec-websocket-key", "sec-websocket-protocol")
_LABEL = 10


def render(traced: Traced, *, width: int = 100, colour: bool = False) -> str:
    """The trace as text with a closing line feed."""
    canvas = Canvas(width, colour)
    version = traced.hop.version or ("newest" if traced.hop.floating else "of an unknown version")
    canvas.paragraph(f"{traced.url} through {traced.hop.platform} {version}", style="heading")
    if traced.moves:
        canvas.add()
        canvas.rows([(move.at, str(move.place or ""), move.does) for move in traced.moves])
    canvas.add()
    _ending(canvas, traced.ending, 0)
    for when, ending in traced.branches:
        canvas.add()
        canvas.paragraph(f"If {when}:", 2, style="strong")
        _ending(canvas, ending, 4)
    for note in traced.not_read:
        canvas.add()
        canvas.labelled("not read", f"{note.file}: {note.reason}", 0)
    return canvas.text()


def _ending(canvas: Canvas, ending: Ending, indent: int) -> None:
    status = f" with {ending.status}" if ending.status is not None and ending.outcome != "accepted" else ""
    location = f" to {ending.location}" if ending.location else ""
    colon = "" if ending.outcome == "depends" else ":"
    told = f"{_WORDS[ending.outcome]}{status}{location}{colon} {ending.reason}."
    canvas.paragraph(told, indent, _STYLES.get(ending.outcome, "error"))
    for label, text in _facts(ending):
        canvas.labelled(f"{label:<{_LABEL}}", text, indent + 2)


def _facts(ending: Ending) -> list[tuple[str, str]]:
    facts: list[tuple[str, str]] = []
    request = ending.request
    if request is not None:
        query = f"?{request.query}" if request.query else ""
        facts.append(("app gets", f"{request.method} {request.path}{query} over HTTP/{request.http_version} at {ending.address}"))
        facts.append(("headers", "; ".join(f"{name}: {value}" for name, value in request.headers if _shown(name))))
    if ending.outcome == "accepted":
        facts += [("idle", _idle(ending)), ("lifetime", _limit(ending.max_duration_s, "s"))]
        facts += [("message", _limit(ending.max_message_bytes, "bytes")), ("affinity", ending.affinity)]
        facts.append(("reload", _reload(ending)))
    return facts


def _shown(name: str) -> bool:
    return name.lower() in _TOLD or name.lower().startswith("x-forwarded")


def _idle(ending: Ending) -> str:
    clock = ending.idle
    if clock is None:
        return "no limit"
    by = f"{clock.place}" if clock.place else "default"
    ping = "a ping keeps it open" if ending.ping_keeps_alive else "a ping does not keep it open"
    return f"{words.duration(clock.seconds)} ({by}); {_RESETS[clock.reset_by]}, so {ping}"


def _reload(ending: Ending) -> str:
    if ending.reload is None:
        return "not known"
    after = f" after {words.duration(ending.reload_after_s)}" if ending.reload_after_s is not None else ""
    return f"{_RELOADS[ending.reload]}{after}"


def _limit(value: float | None, unit: str) -> str:
    return "no limit" if value is None else words.amount(value, unit)

"""What is known about a socket library, as plain data of ``wsadvise library --format json`` -> text or Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from advisor.reports import markup, words
from advisor.reports.canvas import Canvas

_HOMES = {
    "own_process": "in a process of its own",
    "asgi": "in an ASGI server",
    "wsgi": "in a WSGI server",
    "browser": "in a browser",
    "device": "in an app on a person's device",
    "function": "in a function",
    "platform": "on a platform's own model",
}
_WIDEST = len("over HTTP/1.0")
_RECONNECTS = {"none": "does not reconnect by itself", "library": "reconnects as it sees fit"}


def listing(libraries: Sequence[Mapping[str, Any]], *, width: int = 100, colour: bool = False) -> str:
    """All libraries, a line each below their ecosystem: id, heartbeat, name and roles."""
    canvas = Canvas(width, colour)
    ids = max((len(each["id"]) for each in libraries), default=0)
    ecosystem = None
    for each in libraries:
        if each["ecosystem"] != ecosystem:
            ecosystem = each["ecosystem"]
            canvas.heading(ecosystem)
        canvas.labelled(f"{each['id']:<{ids}} ", _summary(each), 2)
    canvas.add()
    canvas.paragraph("`wsadvise library ID` tells what is known about one.", style="quiet")
    return canvas.text()


def listing_markdown(libraries: Sequence[Mapping[str, Any]]) -> str:
    """The same as Markdown."""
    return markup.rendered("libraries.md.jinja", libraries=libraries, heartbeat=heartbeat, roles=_words)


def page(library: Mapping[str, Any], *, width: int = 100, colour: bool = False) -> str:
    """One library as text."""
    canvas = Canvas(width, colour)
    canvas.paragraph(f"{library['name']} ({library['id']})", style="heading")
    canvas.paragraph(standing(library), style="quiet")
    canvas.add()
    for label, text in lines(library):
        canvas.labelled(f"{label:<{_WIDEST}} ", text)
    return canvas.text()


def page_markdown(library: Mapping[str, Any]) -> str:
    """The same as Markdown."""
    return markup.rendered("library.md.jinja", library=library, standing=standing(library), lines=lines(library))


def standing(library: Mapping[str, Any]) -> str:
    """``npm, server and client; runs in a process of its own``."""
    home = _HOMES.get(library["runs_in"], library["runs_in"])
    return f"{library['ecosystem']}, {words.listed(_words(library))}; runs {home}"


def lines(library: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Labels and texts, in the order in which a reader asks; what is not known is left out."""
    confirmed = library["confirmed"]
    how = {"taken_over": "taken over"}.get(confirmed.get("how", ""), confirmed.get("how", ""))
    told = [
        ("packages", words.listed(library["packages"])),
        ("images", words.listed(library["images"])),
        ("path", library["path"] or ""),
        ("port", str(library["port"] or "")),
        ("transports", words.listed(library["transports"]) if library["transports"] != ["websocket"] else ""),
        *(("heartbeat", f"{heartbeat(beat)}{_period(beat)}{_set_by(beat['keys'])}") for beat in library["heartbeats"]),
        ("reconnect", reconnect(library["reconnect"])),
        ("message size", _limit(library["max_message"], "bytes", library["max_message_key"])),
        ("idle", _limit(library["idle_s"], "s", library["idle_key"])),
        ("lifetime", _limit(library["lifetime_s"], "s", library["lifetime_key"])),
        (
            "over HTTP/1.0",
            {"accepts": "takes the handshake", "refuses": "refuses the handshake"}.get(library["http10"] or "", ""),
        ),
        ("plain GET", _plain_get(library["plain_get"])),
        ("backplanes", words.listed(library["joined_by"])),
        ("joins", words.listed(library["joins"])),
        ("written for", words.listed(library["platforms"])),
        ("without", library["without"]),
        ("note", library["note"]),
        ("known", f"{how} on {confirmed['on']}" if confirmed.get("on") else ""),
        *(("source", source) for source in library["sources"]),
    ]
    return [(label, text) for label, text in told if text]


def heartbeat(beat: Mapping[str, Any] | None) -> str:
    """``every 25 s from the server``; ``none by itself``."""
    if beat is None:
        return ""
    if beat["sender"] == "none" or beat["interval_s"] is None:
        return "none by itself"
    sender = {"both": "both sides"}.get(beat["sender"], f"the {beat['sender']}")
    unanswered = "" if beat["answered"] else ", which the other side does not answer"
    timeout = f", drops a peer silent for {words.duration(beat['timeout_s'])}" if beat["timeout_s"] else ""
    return f"every {words.duration(beat['interval_s'])} from {sender}{timeout}{unanswered}"


def reconnect(facts: Mapping[str, Any] | None) -> str:
    """What a client does after a close, by its library's default."""
    if facts is None:
        return ""
    if facts.get("off"):
        return "only where it is switched on"
    kind = facts.get("kind", "library")
    if kind in _RECONNECTS:
        return _RECONNECTS[kind]
    parts = [{"fixed": "after a fixed wait", "exponential": "after growing waits", "immediate": "at once"}[kind]]
    parts += [f"from {words.duration(facts['delay_s'])}"] if facts.get("delay_s") else []
    parts += [f"up to {words.duration(facts['max_delay_s'])}"] if facts.get("max_delay_s") else []
    parts += ["with jitter"] if facts.get("jitter") else []
    parts += [f"{facts['attempts']} times"] if facts.get("attempts") else []
    return " ".join(parts)


def _plain_get(status: int | None) -> str:
    if status is None:
        return ""
    return f"answers {status}" if status else "is never answered"


def _limit(value: float | None, unit: str, key: str | None) -> str:
    return f"{words.amount(value, unit)}{_set_by([key] if key else [])}" if value is not None else ""


def _set_by(keys: Sequence[str]) -> str:
    return f" (set by {words.listed(keys)})" if keys else ""


def _period(beat: Mapping[str, Any]) -> str:
    since = f" since {beat['since']}" if beat["since"] else ""
    return since + (f" until {beat['until']}" if beat["until"] else "")


def _summary(library: Mapping[str, Any]) -> str:
    """``Socket.IO (server); heartbeat every 25 s from the server``; a backplane has none to tell."""
    beat = f"; heartbeat {heartbeat(library['heartbeat'])}" if library["heartbeat"] else ""
    return f"{library['name']} ({words.listed(_words(library))}){beat}"


def _words(library: Mapping[str, Any]) -> list[str]:
    return [str(role).replace("_", " ") for role in library["roles"]]

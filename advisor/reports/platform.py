"""What is known about a platform, as plain data of ``wsadvise platform --format json`` -> text or Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from advisor.model import Value
from advisor.reports import markup, words
from advisor.reports.canvas import Canvas


def page(platform: Mapping[str, Any], *, width: int = 100, colour: bool = False) -> str:
    """One platform as text: each fact with its conditions, how it is set, who says so, and when that was confirmed."""
    canvas = Canvas(width, colour)
    canvas.paragraph(f"{platform['name']} ({platform['id']})", style="heading")
    canvas.paragraph(standing(platform), style="quiet")
    canvas.paragraph(str(platform.get("summary") or ""))
    for fact in platform["facts"]:
        canvas.add()
        canvas.paragraph(f"{_words(fact['dimension'])}: {told(fact)}", style="strong")
        for label, clause in clauses(fact):
            canvas.labelled(label, clause)
    for title, lines in remarks(platform):
        canvas.heading(title)
        for line in lines:
            canvas.paragraph(line, 2)
    return canvas.text()


def page_markdown(platform: Mapping[str, Any]) -> str:
    """The same as Markdown."""
    return markup.rendered(
        "platform.md.jinja",
        platform=platform,
        standing=standing(platform),
        told=told,
        clauses=clauses,
        remarks=remarks(platform),
        in_words=_words,
    )


def listing(platforms: Sequence[Mapping[str, Any]], *, width: int = 100, colour: bool = False) -> str:
    """All platforms, a line each: id, what it does with WebSockets, name and kind."""
    canvas = Canvas(width, colour)
    ids = max((len(each["id"]) for each in platforms), default=0)
    answers = max((len(each["websocket_support"]) for each in platforms), default=0)
    for each in platforms:
        answer = _words(each["websocket_support"])
        canvas.add(f"{each['id']:<{ids}}  {answer:<{answers}}  {each['name']}, {_words(each['kind'])}")
    canvas.add()
    canvas.paragraph("`wsadvise platform ID` tells what is known about one.", style="quiet")
    return canvas.text()


def listing_markdown(platforms: Sequence[Mapping[str, Any]]) -> str:
    """The same as Markdown."""
    return markup.rendered("platforms.md.jinja", platforms=platforms, in_words=_words)


def told(fact: Mapping[str, Any]) -> str:
    """The value in words, with its condition: ``60 s (1 s to 4,000 s can be set) if plan is hobby``."""
    value = amount(fact["value"], fact.get("unit"))
    least, most = fact.get("min"), fact.get("max")
    unit = fact.get("unit")
    limits = [f"at least {words.amount(least, unit)}"] if least is not None else []
    limits += [f"at most {words.amount(most, unit)}"] if most is not None else []
    when = fact.get("condition") or words.listed(f"{key} is {_options(options)}" for key, options in fact["when"].items())
    return f"{value}{f' ({words.listed(limits)})' if limits else ''}{f' if {when}' if when else ''}"


def clauses(fact: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Labels and texts of what belongs to a fact."""
    since, until = fact.get("since"), fact.get("until")
    period = " ".join([*([f"since {since}"] if since else []), *([f"until {until}"] if until else [])])
    reset = {"any": "any byte", "from_client": "bytes from the client", "from_upstream": "bytes from the app", "none": "nothing"}
    confirmed = fact["confirmed"]
    how = {"read": "read", "measured": "measured", "taken_over": "taken over"}.get(confirmed["how"], confirmed["how"])
    pairs = [
        ("holds", period),
        ("reset by", reset.get(fact.get("reset_by") or "", _words(fact.get("reset_by") or ""))),
        ("set by", words.listed(f"{each['key']} ({each['format']})" for each in fact["set_by"])),
        ("note", str(fact.get("note") or "")),
        (
            "known",
            f"{how} on {confirmed['on']}" if how == fact["confidence"] else f"{fact['confidence']}, {how} on {confirmed['on']}",
        ),
    ]
    pairs += [("source", str(source["url"])) for source in fact["sources"]]
    return [(label, text) for label, text in pairs if text]


def standing(platform: Mapping[str, Any]) -> str:
    """Kind, lifecycle, and the day and version that the facts hold for."""
    version = f", version {platform['version']}" if platform.get("version") else ""
    return f"{_words(platform['kind'])}, {lifecycle(platform['lifecycle'])}; facts as of {platform['as_of']}{version}"


def remarks(platform: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """What else a person should know: switches, settings that do nothing, symptoms, where else to go."""
    idle = platform.get("no_effect", ())
    told = [
        ("Switches", [_switch(each) for each in platform.get("switches", ())]),
        ("Settings that do nothing for a WebSocket", [_idle(each) for each in idle]),
        ("Modules that it needs", [f"{each['name']}: {each['needed_for']}" for each in platform.get("modules", ())]),
        ("What people see", [f"{each['sees']}: {each['means']}" for each in platform.get("symptoms", ())]),
        ("Alternatives", [f"{each['name']}: {each['fits']}" for each in platform.get("alternatives", ())]),
    ]
    return [(title, lines) for title, lines in told if lines]


def _switch(switch: Mapping[str, Any]) -> str:
    places = [str(switch["dashboard"])] if switch["dashboard"] else []
    places += [f"{each['key']} ({each['format']})" for each in switch["shown_by"]]
    where = f"; set at {words.listed(places)}" if places else ""
    return f"{switch['what']}; where nothing sets it: {switch['when_absent']}{where}"


def _idle(setting: Mapping[str, Any]) -> str:
    instead = f"; instead: {setting['instead']}" if setting["instead"] else ""
    return f"{setting['key']} ({setting['format']}): {setting['why']}{instead}"


def amount(value: Any, unit: str | None) -> str:
    """A fact's value in words; lists are joined."""
    if isinstance(value, list | tuple):
        return words.listed(str(each) for each in value)
    known: Value = value if value is None or isinstance(value, str | int | float | bool) else str(value)
    return words.amount(known, unit)


def lifecycle(cycle: Mapping[str, Any]) -> str:
    """``active``; ``sunset on 2026-04-30, successor aws-ecs``."""
    on = f" on {cycle['on']}" if cycle.get("on") else ""
    to = f", now {cycle['to']}" if cycle.get("to") else ""
    successor = f", successor {cycle['successor']}" if cycle.get("successor") else ""
    return f"{cycle['status']}{on}{to}{successor}"


def _options(options: Any) -> str:
    return " or ".join(str(each) for each in options) if isinstance(options, list | tuple) else str(options)


def _words(key: str) -> str:
    return str(key).replace("_", " ")

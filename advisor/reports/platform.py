"""What is known about a platform, as plain data of ``wsadvise platform --format json`` -> text or Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from advisor.model import Value
from advisor.reports import markup, words
from advisor.reports.canvas import Canvas

_KEYWORD = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+$")


def page(platform: Mapping[str, Any], *, width: int = 100, colour: bool = False) -> str:
    """One platform as text: how it is recognised, each fact with what sets it and who says so, what was so before, sources."""
    canvas = Canvas(width, colour)
    canvas.paragraph(f"{platform['name']} ({platform['id']})", style="heading")
    canvas.paragraph(standing(platform), style="quiet")
    canvas.paragraph(str(platform.get("summary") or ""))
    numbers = sources(platform)
    for fact in platform["facts"]:
        canvas.add()
        canvas.paragraph(f"{_words(fact['dimension'])}: {told(fact)}", style="strong")
        for label, clause in clauses(fact, numbers):
            canvas.labelled(label, clause)
    for title, lines in remarks(platform, numbers):
        canvas.heading(title)
        for line in lines:
            canvas.item(line)
    canvas.heading("Sources")
    canvas.rows([(f"[{number}]", dated(source)) for number, source in enumerate(numbers.values(), 1)])
    return canvas.text()


def page_markdown(platform: Mapping[str, Any]) -> str:
    """The same as Markdown."""
    numbers = sources(platform)
    return markup.rendered(
        "platform.md.jinja",
        platform=platform,
        standing=standing(platform),
        told=told,
        clauses=lambda fact: clauses(fact, numbers),
        remarks=remarks(platform, numbers),
        sources=[(source["url"], dated(source, url=False)) for source in numbers.values()],
        in_words=_words,
    )


def sources(platform: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The pages that the facts rest on by address, in the order in which they are first cited."""
    every = (*platform["facts"], *platform.get("history", ()))
    return {source["url"]: source for fact in every for source in fact["sources"]}


def told(fact: Mapping[str, Any]) -> str:
    """The value in words, with its condition: ``60 s (1 s to 4,000 s can be set) if plan is hobby``."""
    value = amount(fact["value"], fact.get("unit"))
    least, most = fact.get("min"), fact.get("max")
    unit = fact.get("unit")
    limits = [f"at least {words.amount(least, unit)}"] if least is not None else []
    limits += [f"at most {words.amount(most, unit)}"] if most is not None else []
    when = fact.get("condition") or words.listed(f"{key} is {_options(options)}" for key, options in fact["when"].items())
    return f"{value}{f' ({words.listed(limits)})' if limits else ''}{f' if {when}' if when else ''}"


def clauses(fact: Mapping[str, Any], numbers: Mapping[str, Any] | None = None) -> list[tuple[str, str]]:
    """Labels and texts of what belongs to a fact; sources are cited by their number."""
    reset = {"any": "any byte", "from_client": "bytes from the client", "from_upstream": "bytes from the app", "none": "nothing"}
    can_be = [] if fact.get("can_be") is None else [_words(each) for each in fact["can_be"]]
    pairs = [
        ("holds", period(fact)),
        ("can be", words.listed(can_be)),
        ("reset by", reset.get(fact.get("reset_by") or "", _words(fact.get("reset_by") or ""))),
        ("set by", words.listed(_key(each) for each in fact["set_by"])),
        ("note", str(fact.get("note") or "")),
        ("known", known(fact, numbers or {})),
    ]
    return [(label, text) for label, text in pairs if text]


def period(fact: Mapping[str, Any]) -> str:
    """``since 2026-06-22``; empty where it has always been so."""
    since, until = fact.get("since"), fact.get("until")
    return " ".join([*([f"since {since}"] if since else []), *([f"until {until}"] if until else [])])


def known(fact: Mapping[str, Any], numbers: Mapping[str, Any]) -> str:
    """How well it is known, since when, and by which sources: ``documented, read on 2026-11-25 [1, 3]``."""
    confirmed = fact["confirmed"]
    how = {"read": "read", "measured": "measured", "taken_over": "taken over"}.get(confirmed["how"], confirmed["how"])
    sure = f"{how} on {confirmed['on']}" if how == fact["confidence"] else f"{fact['confidence']}, {how} on {confirmed['on']}"
    places = {url: number for number, url in enumerate(numbers, 1)}
    cited = sorted({places[source["url"]] for source in fact["sources"] if source["url"] in places})
    return f"{sure} [{', '.join(map(str, cited))}]" if cited else sure


def _key(key: Mapping[str, Any]) -> str:
    waits = ", which no scan reads yet" if key.get("waits") else ""
    condition = f" if {key['condition']}" if key.get("condition") else ""
    return f"{key['key']} ({key['format']}{waits}){condition}"


def dated(source: Mapping[str, Any], *, url: bool = True) -> str:
    """A source with its kind, the day it was read and the day it bears: ``https://..., vendor docs, read 2026-11-25``."""
    days = [f"read {source['read']}"] if source.get("read") else []
    days += [f"page of {source['page_date']}"] if source.get("page_date") else []
    return ", ".join([*([str(source["url"])] if url else []), _words(source["kind"]), *days])


def standing(platform: Mapping[str, Any]) -> str:
    """Kind, lifecycle, and the day and version that the facts hold for."""
    version = f", version {platform['version']}" if platform.get("version") else ""
    return f"{_words(platform['kind'])}, {lifecycle(platform['lifecycle'])}; facts as of {platform['as_of']}{version}"


def remarks(platform: Mapping[str, Any], numbers: Mapping[str, Any] | None = None) -> list[tuple[str, list[str]]]:
    """What else a person should know: other times, signs, switches, settings that do nothing, symptoms, where else to go."""
    history = platform.get("history", ())
    idle = platform.get("no_effect", ())
    told = [
        ("What was so before", [_former(each, numbers or {}) for each in history if each["holds"] == "before"]),
        ("What comes later", [_former({**each, "note": ""}, numbers or {}) for each in history if each["holds"] == "after"]),
        ("How a scan recognises it", [sign(each) for each in platform.get("recognised_by", ())]),
        ("What comes along with it", [_implied(each) for each in platform.get("implies", ())]),
        ("Switches", [_switch(each) for each in platform.get("switches", ())]),
        ("Settings that do nothing for a WebSocket", [_idle(each) for each in idle]),
        ("Modules that it needs", [f"{each['name']}: {each['needed_for']}" for each in platform.get("modules", ())]),
        ("What people see", [f"{each['sees']}: {each['means']}" for each in platform.get("symptoms", ())]),
        ("Alternatives", [f"{each['name']}: {each['fits']}" for each in platform.get("alternatives", ())]),
    ]
    return [(title, lines) for title, lines in told if lines]


def _former(fact: Mapping[str, Any], numbers: Mapping[str, Any]) -> str:
    note = f"; {fact['note']}" if fact.get("note") else ""
    return f"{_words(fact['dimension'])}: {told(fact)}, {period(fact)}{note} ({known(fact, numbers)})"


_SEEN = {
    "file": "the file {}",
    "compose_image": "the image {} in a compose file",
    "docker_from": "a Dockerfile on {}",
    "terraform": "{} in Terraform",
    "cloudformation": "{} in CloudFormation",
    "kubernetes": "a Kubernetes object of kind {}",
    "github_action": "a workflow's step with {}",
    "package": "the package {}",
    "host": "a client that opens {}",
}


def sign(entry: Mapping[str, Any]) -> str:
    """One sign in words, with what it must show and how sure it makes: ``the file firebase.json with hosting (explicit)``."""
    if entry.get("unseen"):
        return f"by --assume hop= alone. {entry['unseen']}"
    kind = next(kind for kind in _SEEN if entry.get(kind))
    asked = entry.get("shows") or words.listed([*(entry.get("has") or ()), *(entry.get("words") or ())])
    note = f". {entry['note']}" if entry.get("note") else ""
    sure = "a hint only" if entry["certainty"] == "weak" else entry["certainty"]
    return f"{_SEEN[kind].format(entry[kind])}{f' with {asked}' if asked else ''} ({sure}){note}"


def _implied(entry: Mapping[str, Any]) -> str:
    note = f": {entry['note']}" if entry.get("note") else ""
    return f"{entry['platform']}, {'in front of it' if entry['where'] == 'in_front' else 'behind it'}{note}"


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
    if isinstance(known, str) and _KEYWORD.match(known):
        known = _words(known)
    return words.amount(known, None if unit == "count" else unit)


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

"""A report, and the checklist as it was -> the checklist: required changes by who makes them, with boxes to tick.

Ticks and notes of items that still hold stay; items that are no longer found go to the end with their notes. An item that
comes back from there is open again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from advisor.model import Finding, Question, Report
from advisor.reports import clean, grouping, kept, markup, words

is_checklist = kept.is_checklist
_GROUPS = {
    "app": "In the app",
    "client": "In the client",
    "proxy": "In the proxy",
    "platform": "On the platform",
    "scan": "About the scan",
    "question": "To find out",
    "gone": "Done or no longer found",
}


@dataclass(frozen=True, slots=True)
class _Item:
    """Something to do: its group, its fingerprints, and how it is written with its box ticked or not."""

    group: str
    ids: tuple[str, ...]
    content: Finding | Question
    endpoints: tuple[str, ...] = ()

    def text(self, *, ticked: bool) -> str:
        tick = markup.Safe("x" if ticked else " ")
        if isinstance(self.content, Question):
            return markup.rendered("checklist/question.md.jinja", question=self.content, tick=tick)
        return markup.rendered("checklist/item.md.jinja", finding=self.content, tick=tick, endpoints=self.endpoints)


def render(report: Report, before: str = "") -> str:
    """The checklist as Markdown. ``before`` is the file's text so far, empty for a new one."""
    entries = kept.read(before) if before.strip() else []
    items = _items(report)
    current = {id for item in items for id in item.ids}
    parts = [*_notes(entries, "before"), kept.block("head", (), _head(report, items)), *_notes(entries, "head")]
    groups = [group for group in _GROUPS if any(item.group == group for item in items)]
    for orphan in (entry for entry in entries if entry.kind == "group" and not {*entry.ids} & {*groups, "gone"}):
        parts += ["\n".join(orphan.notes)] if orphan.notes else []
    for group in groups:
        parts += [_heading(group), *_notes(entries, "group", group)]
        for item in items:
            if item.group == group:
                parts += _item(item, entries)
    parts += _gone(entries, current, report)
    return "\n\n".join(parts).strip("\n") + "\n"


def _head(report: Report, items: tuple[_Item, ...]) -> str:
    changes = sum(isinstance(item.content, Finding) for item in items)
    told = words.count(changes, "change") if changes else ""
    return markup.rendered("checklist/head.md.jinja", report=report, changes=told)


def _heading(group: str) -> str:
    return kept.block("group", [group], markup.rendered("checklist/group.md.jinja", title=_GROUPS[group]))


def _items(report: Report) -> tuple[_Item, ...]:
    """Errors and warnings once each, then what has to be found out. Remarks require nothing."""
    required = (group for group in grouping.findings(report.findings) if group.finding.severity != "info")
    items = [
        _Item(group.finding.who, _ids(group), group.finding, grouping.endpoints(group.paths, report.paths)) for group in required
    ]
    asked = [_Item("question", (_digest("question", each.key, each.asks),), each) for each in report.questions]
    return tuple(_distinct([*items, *asked]))


def _ids(group: grouping.Group) -> tuple[str, ...]:
    words_only = tuple(each for each in group.fingerprints if re.fullmatch(r"[\w.-]+", each, re.ASCII))
    return words_only or (_digest(group.finding.rule, group.finding.place.file, group.finding.message),)


def _distinct(items: Iterable[_Item]) -> list[_Item]:
    """Items that would share a fingerprint are told apart by their order."""
    seen: dict[str, int] = {}
    told = []
    for item in items:
        ids = []
        for id in item.ids:
            seen[id] = seen.get(id, 0) + 1
            ids.append(id if seen[id] == 1 else f"{id}.{seen[id]}")
        told.append(_Item(item.group, tuple(ids), item.content, item.endpoints))
    return told


def _item(item: _Item, entries: list[kept.Entry]) -> list[str]:
    known = [entry for entry in entries if entry.kind in ("item", "gone") and {*entry.ids} & {*item.ids}]
    ticked = any(entry.ticked for entry in known if entry.kind == "item")
    notes = ["\n".join(entry.notes) for entry in known if entry.notes]
    return [kept.block("item", item.ids, item.text(ticked=ticked)), *notes]


def _gone(entries: list[kept.Entry], current: set[str], report: Report) -> list[str]:
    """The section of items that are no longer found; each once, with its notes."""
    gone = [entry for entry in entries if entry.kind in ("item", "gone") and not {*entry.ids} & current]
    notes = _notes(entries, "group", "gone")
    if not gone and not notes:
        return []
    parts = [_heading("gone"), *notes]
    for entry in gone:
        title = entry.title if entry.kind == "gone" else f"{entry.title or 'An item'} (no longer found on {report.as_of})"
        parts.append(kept.block("gone", entry.ids, f"- [x] {clean.line(title)}"))
        parts += ["\n".join(entry.notes)] if entry.notes else []
    return parts


def _notes(entries: list[kept.Entry], kind: str, id: str | None = None) -> list[str]:
    """What the person wrote below a block of this kind, as one text."""
    found = [entry for entry in entries if entry.kind == kind and (id is None or id in entry.ids)]
    return ["\n".join(entry.notes) for entry in found if entry.notes]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:16]

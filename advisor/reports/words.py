"""Values of the report -> words, the same in every format that people read: durations, sizes, heartbeats, limits, hops."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.model import (
    DecidedBy,
    Handshake,
    Heartbeat,
    Hop,
    Limit,
    Path,
    Process,
    Reconnect,
    Report,
    Server,
    Use,
    Value,
)
from advisor.reports import grouping

MAIN = ("idle_timeout", "max_connection_duration", "max_message_size")
"""The limits that every path is asked for, in the order told."""
_LABELS = {
    "idle_timeout": "idle",
    "max_connection_duration": "lifetime",
    "max_message_size": "message size",
    "max_frame_size": "frame size",
    "handshake_timeout": "handshake",
    "max_concurrent_connections": "connections",
    "message_rate_limit": "message rate",
    "deploy_grace": "deploy grace",
    "drain_delay": "drain",
}
_SPECIAL = {"none": "no limit", "unpublished": "not published", "unknown": "not known", "unsupported": "not supported"}
_OUTCOMES = {"refused": "refused", "redirected": "redirected", "depends": "depends", "invalid_config": "invalid configuration"}


def count(number: int, one: str, many: str | None = None) -> str:
    """``1 error``, ``2 errors``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(parts: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    words = list(parts)
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def dimension(key: str) -> str:
    """The short name of a dimension."""
    return _LABELS.get(key, key.replace("_", " "))


def amount(value: Value, unit: str | None) -> str:
    """``3600``, ``s`` -> ``1 h``; ``1048576``, ``bytes`` -> ``1 MiB``."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return "none" if value == "none" and unit is None else _SPECIAL.get(value, value)
    if unit == "s":
        return duration(value)
    if unit == "bytes":
        return size(value)
    return f"{value:,g} {unit}" if unit else f"{value:,g}"


def duration(seconds: float) -> str:
    """Seconds in the largest unit that divides them: ``90 s``, ``5 min``, ``24 h``, ``10 days``."""
    if seconds == 3600:
        return "1 h"
    for length, name in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * length and seconds % length == 0:
            return f"{seconds / length:,g} {name}"
    return f"{seconds * 1000:g} ms" if 0 < seconds < 1 else f"{seconds:,g} s"


def size(number: float) -> str:
    """Bytes in the largest unit that divides them, 1024 before 1000."""
    for base, names in ((1024, ("KiB", "MiB", "GiB")), (1000, ("KB", "MB", "GB"))):
        for power in (3, 2, 1):
            if number >= base**power and number % base**power == 0:
                return f"{number / base**power:,g} {names[power - 1]}"
    return f"{number:,g} bytes"


def heartbeat(beat: Heartbeat | None) -> str:
    """``heartbeat every 25 s from the server (default)``; empty where nothing is known."""
    if beat is None:
        return ""
    if beat.sender == "none":
        return "no heartbeat" + _source(beat.source, beat)
    who = "both sides" if beat.sender == "both" else f"the {beat.sender}"
    every = f" every {duration(beat.interval_s)}" if beat.interval_s is not None else ""
    return f"heartbeat{every} from {who}{_source(beat.source, beat)}"


def _source(source: str, beat: Heartbeat) -> str:
    return f" ({beat.place})" if source != "default" and beat.place else f" ({source})"


def reconnect(kind: Reconnect | None) -> str:
    """``reconnects every 3 s``; empty where nothing is known."""
    if kind is None:
        return ""
    words = {
        "none": "does not reconnect",
        "immediate": "reconnects at once",
        "fixed": "reconnects" + (f" every {duration(kind.delay_s)}" if kind.delay_s is not None else " after a fixed delay"),
        "exponential": "reconnects with growing delays",
        "library": "reconnects as its library does",
    }[kind.kind]
    return words + (f", {count(kind.attempts, 'try', 'tries')} at most" if kind.attempts is not None else "")


def use(each: Use) -> str:
    """Name and version of a library."""
    return f"{each.name} {each.version}" if each.version else each.name


def use_in_role(each: Use) -> str:
    """Name, version and role: ``ws 8.18.0 server``, ``Socket.IO client 4.8.1``."""
    role = each.role.replace("_", " ")
    return use(each) if each.name.lower().endswith(role) else f"{use(each)} {role}"


def use_details(each: Use) -> str:
    """What else is known about a use, as clauses."""
    endpoints = [endpoint.path or "any path" for endpoint in each.endpoints]
    ports = sorted({endpoint.port for endpoint in each.endpoints if endpoint.port is not None})
    return "; ".join(
        clause
        for clause in (
            "somebody else's service" if each.foreign else "",
            f"in {each.scope}" if each.scope != "production" else "",
            listed(dict.fromkeys(endpoints)) + (f" on port {listed(map(str, ports))}" if ports else ""),
            listed(dict.fromkeys(url.text for url in each.urls[:3])),
            heartbeat(each.heartbeat),
            reconnect(each.reconnect),
            f"joined by {each.backplane}" if each.backplane else "",
        )
        if clause
    )


def process(each: Process, server: Server | None) -> str:
    """What a process runs, in how many copies and workers."""
    copies = count(each.replicas, "copy", "copies") if each.replicas is not None else ""
    if each.replicas is None and each.replicas_range is not None:
        copies = f"{each.replicas_range[0]} to {each.replicas_range[1]} copies"
    workers = count(server.workers, "worker") if server and server.workers not in (None, 1) else ""
    return "; ".join(part for part in (each.command or "", copies, workers) if part)


def hop(each: Hop) -> str:
    """Name and version of a hop."""
    return f"{each.name} {each.version}" if each.version and each.version not in each.name else each.name


def chain(path: Path) -> str:
    """``browser → nginx 1.27 [refused 400] → web``: the deciding hop is marked."""
    mark = verdict_mark(path.handshake)
    names = [hop(each) + (mark if each.id == path.handshake.decided_by else "") for each in path.hops]
    app = path.destination
    between = names or ["(not shown)"]
    return " → ".join(("browser", *between, app + (mark if path.handshake.decided_by == "app" else "")))


def verdict_mark(shake: Handshake) -> str:
    """`` [refused 400]``; empty for an accepted handshake."""
    word = _OUTCOMES.get(shake.outcome)
    return f" [{word} {shake.status}]" if word and shake.status else f" [{word}]" if word else ""


def outcome(path: Path) -> str:
    """How the handshake ends where it does not reach the app, with who decides and where."""
    shake = path.handshake
    if shake.outcome == "accepted":
        return ""
    status = f" with {shake.status}" if shake.status else ""
    who = f" by {_name(shake.decided_by, path)}" if shake.decided_by else ""
    where = f" at {shake.place}" if shake.place else ""
    reason = f": {shake.reason}" if shake.reason else ""
    return f"{_OUTCOMES[shake.outcome]}{status}{who}{where}{reason}"


def limit(each: Limit, path: Path) -> str:
    """``60 s, decided by nginx (deploy/nginx.conf:23), then Cloudflare 100 s``."""
    if each.value is None and each.depends_on is None:
        return "no limit known"
    told = amount(each.value, each.unit)
    decides = f", decided by {decider(each.decided_by, path)}"
    if each.depends_on:
        stricter = f", unless {each.depends_on} is stricter"
        told += f" ({each.depends_on})" if each.value is None else f" if {each.depends_on}" if each.others else stricter
    others = "".join(f"; {amount(value, each.unit)} if {when}" for value, when in each.others)
    following = ""
    if each.runner_up is not None:
        by, value = each.runner_up
        following = f", then {by.name or _name(by.hop or by.platform, path)} {amount(value, each.unit)}"
    return f"{told}{decides}{following}{others}"


def decider(by: DecidedBy, path: Path) -> str:
    """Who decides, and the line or default that sets it."""
    return (
        f"{by.name or _name(by.hop or by.platform, path)} ({by.place if by.source == 'configured' and by.place else by.source})"
    )


def shown_limits(path: Path, *, full: bool = False) -> list[tuple[str, str]]:
    """Name and words of the limits worth a line: the main ones first; all others with a value under ``full``."""
    known = {each.dimension: each for each in path.limits}
    keys = [key for key in MAIN if key in known] + ([key for key in known if key not in MAIN] if full else [])
    return [
        (dimension(key), limit(known[key], path)) for key in keys if full or known[key].value is not None or known[key].depends_on
    ]


def unlimited(path: Path) -> list[str]:
    """Names of the main dimensions for which no limit is known on any hop that was seen."""
    known = {each.dimension: each for each in path.limits}
    return [dimension(key) for key in MAIN if key not in known or (known[key].value is None and not known[key].depends_on)]


def total(report: Report) -> str:
    """``1 error, 2 warnings and 1 remark on 3 paths, 1 question``; ``No findings, 2 findings set aside``."""
    severities = [group.finding.severity for group in grouping.told(report)]
    parts = [
        count(severities.count(severity), word)
        for severity, word in (("error", "error"), ("warning", "warning"), ("info", "remark"))
        if severity in severities
    ]
    told = listed(parts) or "No findings"
    on = f" on {count(len(report.paths), 'path')}" if report.paths and parts else ""
    asked = f", {count(len(report.questions), 'question')}" if report.questions else ""
    aside = f", {count(len(report.set_aside), 'finding')} set aside" if report.set_aside else ""
    return f"{told}{on}{asked}{aside}"


def scanned(report: Report) -> str:
    """``812 files seen, 41 read; facts of 2026-11-23``."""
    return f"{count(report.seen, 'file')} seen, {report.read:,} read; facts of {report.as_of}"


def _name(hop_id: str | None, path: Path) -> str:
    if hop_id == "app":
        return path.server.name if path.server else "the app"
    found = next((each.name for each in path.hops if hop_id in (each.id, each.platform)), None)
    return found or str(hop_id)

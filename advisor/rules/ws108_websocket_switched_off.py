"""The platform carries WebSockets only while a switch is on, and the switch is off.

Some platforms have one switch for WebSockets. Where it is off, the page loads and every handshake is refused, with nothing in
the app's log. Where a file can show the switch and does not, the platform's default holds, which for some is off.

Turn it on in the file that manages it, or where the platform keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.knowledge.profile import Switch
from advisor.model import Finding, Hop, Path, Setting, Severity, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, forwards, related

ID = "WS108"
NAME = "websocket-switched-off"
SEVERITY: Severity = "error"


def check(scan: Scan) -> Iterator[Finding]:
    told: set[tuple[str, str]] = set()
    for path in scan.paths:
        for step in path.steps if path.handshake.cause != "unsupported" else ():
            if step.hop.platform not in scan.knowledge.platforms():
                continue
            for switch in scan.knowledge.platform(step.hop.platform).switches:
                finding = _judged(scan, path, step, switch) if (step.hop.id, switch.id) not in told else None
                if finding is not None:
                    told.add((step.hop.id, switch.id))
                    yield finding


def _judged(scan: Scan, path: Path, step: Step, switch: Switch) -> Finding | None:
    """What is to be said of one switch of one hop; nothing where it is on, is computed, or does nothing here."""
    keys = {(each.format, each.key) for each in switch.shown_by}
    if keys and keys <= _idle(scan, step.hop, switch):
        return None
    settings = (*(each for _, forward in forwards(step) for each in forward.settings), *step.hop.settings)
    setting = next((each for each in settings if (each.format, each.key) in keys), None)
    if setting is not None:
        off = str(setting.amount).lower() in switch.off
        return _finding(scan, path, step, switch, setting) if off and setting.amount is not None else None
    absent = switch.when_absent == "off" and (
        _could_show(step.hop, switch) or (not switch.shown_by and _together(path, step.hop))
    )
    return _finding(scan, path, step, switch, None) if absent else None


def _idle(scan: Scan, hop: Hop, switch: Switch) -> set[tuple[str, str]]:
    """The keys of the switch that do nothing under the conditions which the hop's files show, and those of other resources."""
    profile = scan.knowledge.platform(hop.platform)
    acting = profile.sets("websocket_support", scan.ways.conditions.of(hop))
    conditional = {(each.format, each.key) for each in profile.set_by("websocket_support") if each.when}
    own = {(each.format, each.key) for each in switch.shown_by if each.key.partition(".")[0] in re.split(r"[.:]", hop.id)}
    listed = {(each.format, each.key) for each in switch.shown_by}
    return (listed - own) | {key for key in own & conditional if key not in acting} if own & conditional else set()


def _together(path: Path, hop: Hop) -> bool:
    """True where one file starts both the hop and the app, so that somebody really put the one in front of the other."""
    return path.process is not None and path.process.place.file == hop.place.file


def _could_show(hop: Hop, switch: Switch) -> bool:
    """True where the hop stands in a file of the kind that would hold the switch (a resource of that type)."""
    return bool(_key(hop, switch))


def _key(hop: Hop, switch: Switch) -> str:
    """The key that would set the switch in the hop's own resource; empty where its file holds no such key."""
    parts = re.split(r"[.:]", hop.id)
    named = next((each.key for each in switch.shown_by if each.key.partition(".")[0] in parts), "")
    if named or not hop.network.startswith("kubernetes:"):
        return named
    return next((each.key for each in switch.shown_by if "Ingress" in parts and "/" in each.key), "")


def _sure(scan: Scan, step: Step, switch: Switch) -> bool:
    """True where the platform needs the switch under every condition that the files leave open, and a file would show it."""
    known = scan.fact(step.hop, "websocket_support")
    return bool(switch.shown_by) and known.kind == "one"


def _finding(scan: Scan, path: Path, step: Step, switch: Switch, setting: Setting | None) -> Finding:
    hop = step.hop
    sure = _sure(scan, step, switch)
    shown = (
        f"{switch.what} is set to {setting.value} at {setting.place}"
        if setting is not None
        else f"no file sets {switch.what}, and its default is off"
    )
    where = f" (or under {switch.dashboard} in its dashboard)" if switch.dashboard else ""
    key = setting.key if setting is not None else _key(hop, switch)
    needs = [text for text, each in scan.fact(hop, "websocket_support").branches if str(each.value) == "with_configuration"]
    return Finding(
        ID,
        NAME,
        SEVERITY if sure else "warning",
        "breaks" if sure else "depends",
        "certain" if sure and path.certainty == "explicit" else "likely" if sure else "possible",
        f"WebSockets are {'switched off' if setting is not None or sure else 'off by default'} at {hop.name}.",
        setting.place if setting is not None else hop.place,
        why=(
            shown,
            *((switch.note.rstrip("."),) if switch.note and setting is None and not sure else ()),
            *((f"it decides where {' or '.join(needs)}",) if needs else ()),
            f"every handshake for {path.endpoint} passes {hop.name}",
        ),
        remedy=f"Turn on {switch.what}{where}." if key else f"Turn on {switch.what} under {switch.dashboard}.",
        snippet=_block(scan, hop, key, setting, switch),
        verify=remedies.curl(path),
        related=related(app_place(path.server) if path.server else None, "the app accepts sockets here"),
        path=path.id,
        facts=(f"{hop.platform}/websocket_support",),
        who="platform",
    )


def _block(scan: Scan, hop: Hop, key: str, setting: Setting | None, switch: Switch) -> str:
    """The line that turns it on, as the hop's file writes it; inside its blocks where it is not there yet."""
    on = next(iter(switch.on), "true")
    if setting is not None:
        lines = (scan.tree.text(setting.place.file) or "").splitlines()
        line = lines[setting.place.line - 1] if 0 < setting.place.line <= len(lines) else ""
        if setting.format == "bicep":
            return f"{key.rpartition('.')[2]}: {on if on in ('true', 'false') else repr(on)}"
        sign = ":" if _in_yaml(switch, key) else "="
        name, found, _ = line.partition(sign)
        quoted = on if on in ("true", "false") else f'"{on}"'
        return f"{name.strip()}{':' if sign == ':' else ' ='} {quoted}" if found else ""
    if _in_yaml(switch, key):
        return _nested(key, on)
    if "/" in key:
        return _object(key.partition("/")[2].split(".")[1:], on)
    *inside, last = key.split(".")[1:] or [""]
    text = f"{last} = {on}" if last else ""
    for block in reversed(inside):
        text = f"{block} {{\n  {text}\n}}"
    return text


def _in_yaml(switch: Switch, key: str) -> bool:
    return any(each.key == key and each.format.endswith((".yaml", ".yml")) for each in switch.shown_by)


def _nested(key: str, on: str) -> str:
    """The block and the key below it, as YAML nests them."""
    *outer, last = key.split(".")[-2:]
    return "\n".join([*(f"{name}:" for name in outer), f"{'  ' * len(outer)}{last}: {on}"])


def _object(names: list[str], on: str) -> str:
    """The property inside its objects, as a template writes it."""
    *inside, last = names or [""]
    text = f"{last}: {on if on in ('true', 'false') else repr(on)}"
    for name in reversed(inside):
        text = f"{name}: {{\n  {text}\n}}"
    return text

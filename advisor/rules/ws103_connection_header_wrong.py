"""A proxy sets Connection or Upgrade to a value with which no handshake can succeed.

``Connection ""`` and ``Connection close`` are right for ordinary requests (they keep or end the proxy's own connection) and
wrong where a WebSocket passes: the app must see ``Connection: upgrade`` beside ``Upgrade: websocket`` (RFC 6455 section
4.2.1).

A variable that nothing defines is worse: the proxy then does not start at all.

Set Connection to ``upgrade`` in the socket's own block, or to a map of the client's Upgrade header.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Forward, HeaderFate, Invalid, Path, Severity, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, branches, forwards, loses, related

ID = "WS103"
NAME = "connection-header-wrong"
SEVERITY: Severity = "error"
OVER = ("WS101",)
_WANTED = {"connection": "upgrade", "upgrade": "websocket"}


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        for step in path.steps:
            losing = loses(step)
            wrong = [fate for fate in losing.fates if _is_wrong(fate)] if losing else []
            if losing and wrong and not any(_is_lost(fate) for fate in losing.fates):
                yield _finding(scan, path, step, losing, wrong)
            elif (undefined := _undefined(step)) is not None:
                yield _of_undefined(path, step, *undefined)


def _finding(scan: Scan, path: Path, step: Step, losing: Forward, wrong: list[HeaderFate]) -> Finding:
    hop, app = step.hop.name, path.app.id if path.app else "the app"
    block = losing.place or step.hop.place
    defaults = [fate for fate in losing.fates if fate.because == "default" and fate.name.lower() in _WANTED]
    first = wrong[0]
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "certain" if path.certainty != "weak" else "likely",
        f"{hop} sets {first.name} to {_written(first)} for {path.endpoint}, so {app} receives no handshake.",
        first.place or block,
        why=(
            f"the handshake for {path.url} is served by the block at {block}",
            *(f"there {fate.name} is set to {_written(fate)}{_value(fate)}" for fate in wrong),
            *(f"{fate.name} is not set there, and {hop} does not hand it on by itself" for fate in defaults),
            "a WebSocket handshake needs Upgrade: websocket together with Connection: Upgrade",
        ),
        remedy=f"Hand both headers on where {hop} serves {path.endpoint}.",
        snippet=remedies.upgrade_block(scan, step, losing, path),
        verify=remedies.curl(path),
        related=related(app_place(path.server) if path.server else None, "the app listens here"),
        path=path.id,
        facts=(f"{step.hop.platform}/upgrade_headers",),
        who="proxy",
    )


def _undefined(step: Step) -> tuple[HeaderFate, Invalid] | None:
    """The header line with a variable that no file shown defines, and what the program says to that."""
    refused = next((result for _, result in branches(step) if isinstance(result, Invalid)), None)
    fates = (fate for _, forward in forwards(step) for fate in forward.fates if fate.name.lower() in _WANTED)
    fate = next((fate for fate in fates if refused is not None and fate.place == refused.place and fate.place), None)
    return (fate, refused) if fate is not None and refused is not None else None


def _of_undefined(path: Path, step: Step, fate: HeaderFate, refused: Invalid) -> Finding:
    hop, variable = step.hop.name, fate.written or ""
    return Finding(
        ID,
        NAME,
        "warning",
        "depends",
        "possible",
        f"{hop} sets {fate.name} to {variable} for {path.endpoint}, which no file here defines.",
        fate.place or step.hop.place,
        why=(
            f"the handshake for {path.url} is served with the {fate.name} of {fate.place}",
            f"no file that was read defines {variable}",
            f"where none does, {hop} does not start: {refused.reason}",
            "where a file outside the repository defines it, the handshake arrives",
        ),
        remedy=f"Define {variable} beside the server blocks, or check that the machine's own configuration does.",
        snippet=remedies.define_block(step, variable),
        verify=remedies.curl(path),
        related=related(app_place(path.server) if path.server else None, "the app listens here"),
        path=path.id,
        facts=(f"{step.hop.platform}/upgrade_headers",),
        who="proxy",
    )


def _written(fate: HeaderFate) -> str:
    return f'"{fate.written or ""}"'


def _value(fate: HeaderFate) -> str:
    """What the header becomes for this handshake, where that is not what stands there."""
    if not fate.value:
        return ", which is empty for a handshake and then not sent" if fate.written else ", and an empty header is not sent"
    return f', which is "{fate.value}" for a handshake' if fate.value != fate.written else ""


def _is_wrong(fate: HeaderFate) -> bool:
    wanted = _WANTED.get(fate.name.lower())
    tokens = {token.strip() for token in (fate.value or "").lower().split(",")}
    return fate.because == "set" and wanted is not None and wanted not in tokens


def _is_lost(fate: HeaderFate) -> bool:
    return fate.because == "lost" and fate.name.lower() in _WANTED

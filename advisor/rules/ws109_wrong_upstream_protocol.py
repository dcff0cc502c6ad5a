"""A hop speaks HTTP/2, gRPC or h2c to an app that upgrades over HTTP/1.1.

HTTP/2 has no Upgrade and no 101. A handshake that is sent on over it loses both, and a server that waits for an upgrade
answers 400, 404 or 426, or nothing at all. Only where both ends speak RFC 8441 is there a way over HTTP/2.

Speak HTTP/1.1 to the app: set the target group's protocol version to HTTP1, or proxy over HTTP/1.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Path, Place, Setting, Severity, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, branches, forwards, related

ID = "WS109"
NAME = "wrong-upstream-protocol"
SEVERITY: Severity = "error"
OVER = ("WS101", "WS102", "WS103", "WS801")
_SECOND = "2"


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        step = _speaks_second(path) or scan.deciding(path)
        if path.server is None or step is None:
            continue
        refuses = path.handshake.cause == "unsupported" and str(scan.value(step.hop, "upstream_http_version")).startswith(_SECOND)
        if path.handshake.cause == "http2" or refuses:
            yield _finding(scan, path, step)


def _speaks_second(path: Path) -> Step | None:
    """The first hop that turns the handshake into HTTP/2."""
    for step in path.steps:
        for _, forward in forwards(step):
            if forward.request.http_version.startswith(_SECOND) and not step.received.http_version.startswith(_SECOND):
                return step
    return None


def _finding(scan: Scan, path: Path, step: Step) -> Finding:
    assert path.server is not None  # noqa: S101 - the caller asked
    setting = _setting(scan, step)
    told = (
        f"{setting.key} is {setting.value} at {setting.place}" if setting is not None else f"this is how {step.hop.name} is set"
    )
    forward = next((forward for _, forward in forwards(step)), None)
    block = remedies.upgrade_block(scan, step, forward, path) if forward is not None else ""
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "certain" if path.certainty == "explicit" else "likely",
        f"{step.hop.name} speaks HTTP/2 to {path.server.name} at {path.endpoint}, which upgrades over HTTP/1.1 only.",
        setting.place if setting is not None else _place(step),
        why=tuple(dict.fromkeys((told, "HTTP/2 has neither the Upgrade header nor status 101", path.handshake.reason))),
        remedy=_remedy(setting, step),
        snippet=block or _replaced(setting),
        verify=remedies.curl(path),
        related=related(app_place(path.server), "the app waits for an upgrade here"),
        path=path.id,
        facts=(f"{step.hop.platform}/upstream_http_version",) if _stated(scan, step) else (),
        who="proxy",
    )


def _stated(scan: Scan, step: Step) -> bool:
    return step.hop.platform in scan.knowledge.platforms() and scan.fact(step.hop, "upstream_http_version").kind != "absent"


def _setting(scan: Scan, step: Step) -> Setting | None:
    """The line that sets the version towards the app, where the profile knows its key."""
    if step.hop.platform not in scan.knowledge.platforms():
        return None
    keys = {(each.format, each.key) for each in scan.knowledge.platform(step.hop.platform).set_by("upstream_http_version")}
    listed = [each for _, forward in forwards(step) for each in forward.settings]
    return next((each for each in (*listed, *step.hop.settings) if (each.format, each.key) in keys), None)


def _place(step: Step) -> Place:
    return next((result.place for _, result in branches(step) if result.place is not None), step.hop.place)


def _remedy(setting: Setting | None, step: Step) -> str:
    where = f": change {setting.key} there" if setting is not None else ""
    return f"Let {step.hop.name} speak HTTP/1.1 to the app{where}."


def _replaced(setting: Setting | None) -> str:
    """The setting's own line with the version that upgrades, in the form of its file."""
    name = setting.key.rpartition(".")[2] if setting is not None else ""
    if setting is None or setting.value.upper() not in ("HTTP2", "GRPC"):
        return ""
    return f'{name} = "HTTP1"' if setting.format == "terraform" else f"{name}: HTTP1"

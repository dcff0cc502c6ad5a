"""A walked scan -> what the repository does not show and that decides, with what each answer would mean."""

from __future__ import annotations

from advisor.model import Depends, Path, Question
from advisor.rules.beats import beat as beat_of
from advisor.rules.scan import Scan

_IN_FRONT = ("nginx", "aws-alb", "cloudflare", "heroku", "fly-io")
"""What most often stands in front of a server; the question about it tells for each what would hold."""


def questions(scan: Scan) -> tuple[Question, ...]:
    """What the repository does not show and that decides."""
    asked: dict[str, Question] = {}
    for path in scan.paths:
        if path.scope != "production":
            continue
        if not path.steps:
            asked.setdefault("hop", _hop_question(path, scan))
        for step in path.steps:
            if isinstance(step.outcome, Depends) and step.outcome.assume and path.handshake.outcome == "depends":
                told = tuple((condition, _told(result)) for condition, result in step.outcome.branches)
                key = step.outcome.assume
                asked.setdefault(key, Question(key, step.outcome.on, f"--assume {key}=...", told))
    return tuple(asked.values())


def _told(result: object) -> str:
    reason = getattr(result, "reason", None)
    if reason:
        return str(reason)
    request = getattr(result, "request", None)
    upgrades = request is not None and request.upgrades()
    return (
        f"the app receives {'a handshake' if upgrades else 'no handshake'} over HTTP/{request.http_version if request else '?'}"
    )


def _hop_question(path: Path, scan: Scan) -> Question:
    branches = [("nothing", "the browser speaks to the app itself; only the app's own limits hold")]
    known_beat = beat_of(path)
    beat = known_beat.interval_s if known_beat is not None else None
    for platform in _IN_FRONT:
        known = scan.knowledge.fact(platform, "idle_timeout", at=scan.ways.conditions.at)
        numbers = [each.value for each in ([known.statement] if known.statement else []) if isinstance(each.value, int | float)]
        numbers += [each.value for _, each in known.branches if isinstance(each.value, int | float)]
        name = scan.knowledge.platform(platform).name
        if numbers:
            seconds = f"{min(numbers):g}"
            if beat is None:
                then = f"a socket on which nothing passes for {seconds} s is closed, and no heartbeat was found here"
            else:
                outcome = "is in time" if beat < min(numbers) else "comes too late"
                then = f"idle sockets are closed after {seconds} s; the heartbeat every {beat:g} s {outcome}"
        else:
            then = "idle sockets are not closed by it, as far as is known"
        branches.append((f"{name} (--assume hop={platform})", then))
    return Question(
        "hop", f"What stands in front of {path.app.id if path.app else 'this server'}?", "--assume hop=nginx", tuple(branches)
    )

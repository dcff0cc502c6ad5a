"""How a platform stops an app: with which signal, after how many seconds, and what becomes of open sockets meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.knowledge.statements import Statement
from advisor.model import Path, Setting, Step
from advisor.rules.scan import Scan, forwards

HOSTS = ("application_host", "function_host", "edge_runtime")


@dataclass(frozen=True, slots=True)
class Held:
    """What holds at one hop: the value, the line that sets it (``None``: the platform's default), and the statement."""

    value: object
    setting: Setting | None
    statement: Statement | None

    @property
    def seconds(self) -> float | None:
        return float(self.value) if isinstance(self.value, int | float) and not isinstance(self.value, bool) else None


def host(scan: Scan, path: Path) -> Step | None:
    """The hop of the path that runs the app's own processes."""
    known = scan.knowledge.platforms()
    named = path.process.host if path.process is not None else None
    if named is not None and (found := next((step for step in path.steps if step.hop.id == named), None)) is not None:
        return found if found.hop.platform in known else None
    for step in reversed(path.steps):
        if step.hop.platform in known and scan.knowledge.platform(step.hop.platform).kind in HOSTS:
            return step
    return None


def held(scan: Scan, step: Step, dimension: str) -> Held | None:
    """What holds for a dimension at a hop: a setting of its file, else the one fact; ``None`` where that is open."""
    if step.hop.platform not in scan.knowledge.platforms():
        return None
    keys = {(each.format, each.key) for each in scan.knowledge.platform(step.hop.platform).set_by(dimension)}
    settings = (*(each for _, forward in forwards(step) for each in forward.settings), *step.hop.settings)
    setting = next((each for each in settings if (each.format, each.key) in keys), None)
    known = scan.fact(step.hop, dimension)
    if setting is not None:
        return Held(setting.amount, setting, known.statement)
    return Held(known.statement.value, None, known.statement) if known.statement is not None else None

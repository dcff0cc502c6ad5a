"""How many processes share one endpoint, and what joins their requests and their state."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.model import App, Path, Place, Use
from advisor.rules.scan import Scan, forwards


@dataclass(frozen=True, slots=True)
class Copies:
    """Several instances or workers of an app: how many (``None``: more than one, not said how many), where, in words."""

    count: int | None
    place: Place
    told: str


def instances(scan: Scan, path: Path) -> Copies | None:
    """More than one instance behind the path's hops, or ``None`` where there is one or the files do not say."""
    process = path.process
    assumed = scan.ways.conditions.assume.get("replicas", "")
    if process is not None and assumed.isdigit() and int(assumed) > 1:
        return Copies(int(assumed), process.place, f"{assumed} instances are assumed")
    if process is not None and process.replicas is not None and process.replicas > 1:
        return Copies(process.replicas, process.replicas_place or process.place, f"{process.replicas} instances run")
    if process is not None and process.replicas_range is not None and process.replicas_range[1] > 1:
        least, most = process.replicas_range
        return Copies(None, process.replicas_place or process.place, f"between {least} and {most} instances run")
    spread = [(forward, step) for step in path.steps for _, forward in forwards(step) if forward.upstreams > 1]
    if spread:
        forward, step = spread[0]
        return Copies(
            forward.upstreams,
            forward.place or step.hop.place,
            f"{step.hop.name} spreads requests over {forward.upstreams} servers",
        )
    return None


def workers(path: Path) -> Copies | None:
    """Several worker processes behind one port, or ``None``."""
    if path.runs is not None and path.runs.workers is not None and path.runs.workers > 1 and path.process is not None:
        place = path.process.command_place or path.process.place
        return Copies(path.runs.workers, place, f"{path.runs.program} starts {path.runs.workers} worker processes")
    forks = path.app.forks if path.app is not None else None
    return Copies(None, forks, "the code starts worker processes of its own") if forks is not None else None


def needs_affinity(path: Path) -> tuple[bool, bool]:
    """Whether some client needs several requests to reach one process, and whether it begins with those."""
    server = path.server
    if server is None or "polling" not in server.transports:
        return False, False
    wanting = [use for use in path.clients if "polling" in use.transports]
    if path.clients and not wanting:
        return False, False
    first = any(use.transports[0] == "polling" for use in wanting) if wanting else server.transports[0] == "polling"
    return True, first


def without_affinity(scan: Scan, path: Path) -> str | None:
    """The name of a hop that spreads requests without affinity, or ``None`` where each keeps clients together."""
    spreading = path.steps[-1:]
    for step in path.steps:
        if any(forward.upstreams > 1 for _, forward in forwards(step)):
            spreading = (step,)
    for step in spreading:
        kept = any(forward.affinity != "none" for _, forward in forwards(step))
        if not kept and not _by_settings(scan, step.hop.platform, step.hop.settings):
            return step.hop.name
    return None


def _by_settings(scan: Scan, platform: str, settings: tuple) -> bool:  # type: ignore[type-arg]
    if platform not in scan.knowledge.platforms():
        return False
    keys = {(each.format, each.key) for each in scan.knowledge.platform(platform).set_by("session_affinity")}
    return any(
        (setting.format, setting.key) in keys and setting.amount not in (False, None, 0, "none", "false") for setting in settings
    )


def backplane(app: App | None, server: Use, *, across_hosts: bool) -> bool:
    """True where something really joins the processes; a backplane of one host does not join several hosts."""
    uses = app.uses if app is not None else (server,)
    attached = [use for use in (server, *uses) if use.backplane is not None]
    return any(not across_hosts or use.backplane_scope != "host" for use in attached)

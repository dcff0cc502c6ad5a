"""How many processes share one endpoint, and what joins their requests and their state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.model import App, Forward, Path, Place, Process, Step, Use
from advisor.rules.scan import Scan, forwards
from advisor.stack.library import libraries
from advisor.topology import Running

_FUNCTIONS = "function_host"
_JOBS = re.compile(
    r"(?:^|[\s/])(?:sidekiq|resque|good_job|delayed_job|que|sneakers|shoryuken|solid_queue:start|jobs:work|celery|rq|dramatiq)(?:\s|$)|\bbin/jobs\b"
)
"""Programs that work off jobs in a process of their own."""
_CODE = (".ts", ".js", ".mjs", ".cjs", ".mts", ".tsx", ".py")
_ESTATES = {
    "terraform": (".tf", ".tf.json"),
    "cloudformation": (".yaml", ".yml", ".json", ".template"),
    **dict.fromkeys(("cdk", "pulumi"), _CODE),
    **dict.fromkeys(("gcloud", "az", "heroku"), ()),
}
"""Formats that describe a whole estate and so would show a switch of the platform, with the endings of their files; a command
line leaves what it does not name as it was, and shows nothing by its silence."""


_UNKEPT = frozenset(
    "false none 0 disabled default random round_robin roundrobin least_conn leastconn least_request weightedleastrequest".split()
)
"""What settings of affinity say where they keep nobody at an instance: off, or a method that takes the next one."""


@dataclass(frozen=True, slots=True)
class Copies:
    """Several instances or workers of an app: how many (``None``: more than one, not said how many), where, in words.

    ``assumed``: a platform's default scales so, and the files do not say otherwise.
    """

    count: int | None
    place: Place
    told: str
    assumed: bool = False


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
        default = process.replicas_source == "default"
        told = f"between {least} and {most} instances run{' unless the platform is told otherwise' if default else ''}"
        return Copies(None, process.replicas_place or process.place, told, default)
    every = [(forward, step) for step in path.steps for _, forward in forwards(step) if forward.upstreams > 1]
    spread = [(forward, step) for forward, step in every if _alike(scan, path, step, forward)]
    if spread:
        forward, step = spread[0]
        return Copies(
            forward.upstreams,
            forward.place or step.hop.place,
            f"{step.hop.name} spreads requests over {forward.upstreams} servers",
        )
    return _functions(scan, path)


def _alike(scan: Scan, path: Path, step: Step, forward: Forward) -> bool:
    """False where the servers that a hop chooses from are known to run different programs, at most one of them this app."""
    joined = [scan.topology.at(step.hop, address) for address in forward.members]
    nodes = [each.node for each in joined if each is not None and isinstance(each.node, Running)]
    if path.process is None or len(nodes) < len(forward.members) or len({node.id for node in nodes}) < 2:
        return True
    return sum(node.process is not None and _program(node.process) == _program(path.process) for node in nodes) > 1


def _program(process: Process) -> str | None:
    """What tells the program of a process from others: the directory of its code, or its published image."""
    return process.root if process.built else process.image


def _functions(scan: Scan, path: Path) -> Copies | None:
    """A host of functions starts a second instance when it thinks fit, and no file says otherwise."""
    for hop in path.hops if path.handshake.outcome != "refused" else ():
        known = hop.platform in scan.knowledge.platforms() and scan.knowledge.platform(hop.platform).kind == _FUNCTIONS
        if known and hop.serves is not None and scan.value(hop, "instance_model") == "autoscaled":
            return Copies(None, hop.place, f"{hop.name} starts another instance whenever requests need one", assumed=True)
    return None


def workers(path: Path) -> Copies | None:
    """Several worker processes behind one port, or ``None``."""
    runs, process, app = path.runs, path.process, path.app
    script = next((place for name, _, place in app.scripts if name == "start"), None) if app is not None else None
    place = (process.command_place or process.place) if process is not None else script
    if runs is not None and place is not None:
        if runs.workers is not None and runs.workers > 1:
            return Copies(runs.workers, place, f"{runs.program} starts {runs.workers} worker processes")
        if runs.several:
            return Copies(None, place, f"{runs.program} starts as many worker processes as the machine has cores")
        given = process is not None and "WEB_CONCURRENCY" in process.environment
        if given and runs.workers is None and runs.protocol in ("asgi", "wsgi", "rack"):
            told = f"{runs.program} takes its number of workers from WEB_CONCURRENCY, which it is given"
            return Copies(None, place, told, assumed=True)
    if app is not None and app.forks is not None:
        return Copies(None, app.forks, "the code starts worker processes of its own")
    return None


def job_process(scan: Scan, path: Path) -> tuple[str, Place] | None:
    """What works off jobs in a process of its own beside the path's app: the command and its line."""
    process, app = path.process, path.app
    if process is None or app is None:
        return None
    beside = [node for node in scan.topology.running if node.app is not None and node.app.id == app.id and node.runs is None]
    found = [
        (node.process.command, node.process.command_place or node.process.place)
        for node in beside
        if node.process is not None and node.environment == path.environment and node.process.command
    ]
    file = (process.command_place or process.place).file
    if file.rpartition("/")[2] == "Procfile":
        found += [(match[1], Place(file, line)) for line, match in _lines(scan.tree.text(file) or "")]
    return next(((command, place) for command, place in found if _JOBS.search(command)), None)


def _lines(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """The commands of a Procfile with their lines."""
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r"[\w-]{1,60}:\s{0,20}(\S.{0,1000})", line)
        if match is not None:
            yield number, match


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


@dataclass(frozen=True, slots=True)
class Spread:
    """A hop that sends the requests of one client to several instances.

    ``hidden``: affinity may be on where no file shows it; ``never``: it cannot be had there.
    """

    step: Step
    hidden: bool
    fact: str | None
    never: bool = False


def without_affinity(scan: Scan, path: Path) -> Spread | None:
    """The hop that spreads requests without affinity, or ``None`` where each keeps clients together."""
    for step in _spreading(scan, path):
        kept = any(forward.affinity not in ("none", "path") for _, forward in forwards(step))
        if not kept and not _by_settings(scan, step):
            known = scan.fact(step.hop, "session_affinity").kind != "absent"
            fact = f"{step.hop.platform}/session_affinity" if known else None
            unseen = _left_to_front(scan, step)
            return Spread(step, unseen or _hidden(scan, step), fact, known and not unseen and _never(scan, step))
    return None


def _spreading(scan: Scan, path: Path) -> tuple[Step, ...]:
    """The hops that choose between instances: those that know several servers, else the nearest to the app that can choose.

    A program on the app's own machine chooses between nothing, and some hosts leave the choice to the hop in front.
    """
    several = tuple(step for step in path.steps if any(forward.upstreams > 1 for _, forward in forwards(step)))
    if several:
        return several
    host = path.process.host if path.process is not None else None
    ids = [step.hop.id for step in path.steps]
    outer = path.steps[: ids.index(host) + 1] if host in ids else path.steps
    choosing = [step for step in outer if not step.hop.local and not _left_to_front(scan, step)]
    return tuple(choosing[-1:] or outer[-1:])


def _left_to_front(scan: Scan, step: Step) -> bool:
    known = scan.fact(step.hop, "session_affinity").statement
    return known is not None and known.details.get("by") == "hop_in_front"


def _hidden(scan: Scan, step: Step) -> bool:
    """True where affinity can be had and the files that show this hop would not show it."""
    if step.hop.platform not in scan.knowledge.platforms():
        return False
    known = scan.fact(step.hop, "session_affinity")
    statements = [known.statement] if known.statement else [each for _, each in known.branches]
    formats = {each.format for each in scan.knowledge.platform(step.hop.platform).set_by("session_affinity")}
    shown = step.hop.config is not None or any(step.hop.place.file.endswith(_ESTATES.get(each, ())) for each in formats)
    elsewhere = formats <= _ESTATES.keys() and not shown
    return any(each.can_be for each in statements) and elsewhere


def _never(scan: Scan, step: Step) -> bool:
    """True where the platform has no affinity, and no key that would turn one on."""
    known = scan.fact(step.hop, "session_affinity").statement
    keys = scan.knowledge.platform(step.hop.platform).set_by("session_affinity")
    return known is not None and str(known.value) == "none" and not known.can_be and not keys


def _by_settings(scan: Scan, step: Step) -> bool:
    if step.hop.platform not in scan.knowledge.platforms():
        return False
    keys = {(each.format, each.key) for each in scan.knowledge.platform(step.hop.platform).set_by("session_affinity")}
    settings = (*(setting for _, forward in forwards(step) for setting in forward.settings), *step.hop.settings)
    return any(
        (setting.format, setting.key) in keys and setting.amount is not None and str(setting.amount).lower() not in _UNKEPT
        for setting in settings
    )


def backplane(app: App | None, server: Use, *, across_hosts: bool) -> bool:
    """True where something really joins the processes; a backplane of one host does not join several hosts."""
    uses = app.uses if app is not None else (server,)
    attached = [use for use in (server, *uses) if use.backplane is not None]
    return any(not across_hosts or use.backplane_scope != "host" for use in attached)


def joining(server: Use, *, across_hosts: bool) -> str:
    """The backplanes that are known to join this library's processes, in words; empty where none is."""
    known = [each for each in libraries().values() if server.library in each.joins]
    fitting = [each.name for each in known if not across_hosts or each.backplane_scope == "network"]
    return f" ({' or '.join(fitting[:3])})" if fitting else ""

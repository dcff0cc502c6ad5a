"""What the parts found -> one deployment: stand-alone readings give way to the hop or process that uses the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from advisor.deployment.parts import Part, ProxyFiles, spoken, under
from advisor.model import Chosen, Deployment, Hop, Process

_IMAGE = "docker:"
"""How the ids of processes begin that a Dockerfile alone shows."""


def linked(parts: tuple[Part, ...], assume: Mapping[str, str]) -> Deployment:
    """Merges the parts in their order and applies what the user assumes."""
    claimed = {file for part in parts for file in part.claims}
    gone = {identity for part in parts for identity, files in part.gives_way if claimed.issuperset(files)}
    hops = tuple(_without(hop, claimed, part) for part in parts for hop in part.hops if hop.id not in gone)
    hops, became = _with_evidence(hops, [hop for part in parts for hop in part.evidence])
    images = tuple(process for part in parts for process in part.processes if process.id.startswith(_IMAGE))
    processes = tuple(process for part in parts for process in part.processes if process.id not in gone)
    processes = _started_by_image(_hosted(processes, hops, became), images)
    files: dict[str, Chosen] = {}
    for part in parts:
        for chosen in part.files:
            files.setdefault(chosen.file, chosen)
    processes = tuple(_for_local_use(process, processes, hops, files) for process in processes)
    return Deployment(
        hops=tuple(_assumed_hop(hop, assume) for hop in hops),
        processes=tuple(_assumed_process(process, assume) for process in processes),
        files=tuple(sorted(files.values(), key=lambda chosen: chosen.file)),
        not_read=tuple(dict.fromkeys(note for part in parts for note in part.not_read)),
    )


def _started_by_image(processes: tuple[Process, ...], images: tuple[Process, ...]) -> tuple[Process, ...]:
    """A host's process that names no command runs what the one image built from its directory starts, instead of beside it."""
    done: list[Process] = []
    taken: set[str] = set()
    for process in processes:
        built = [image for image in images if image.root == process.root and image.scope == process.scope]
        hosted = process.host is not None or process.network.startswith("kubernetes:")
        if hosted and process.built and process.command is None and len(built) == 1:
            image = built[0]
            taken.add(image.id)
            process = replace(
                process,
                command=image.command,
                command_place=image.command_place,
                ports=process.ports or image.ports,
                port_given=process.port_given or image.port_given,
                environment=tuple(dict.fromkeys((*process.environment, *image.environment))),
            )
        done.append(process)
    return tuple(process for process in done if process.id not in taken)


def _for_local_use(process: Process, processes: tuple[Process, ...], hops: tuple[Hop, ...], files: dict[str, Chosen]) -> Process:
    """A compose service built from source, with no proxy before it, is for development where a host runs the same directory."""
    alone = process.id.startswith("compose:") and process.image is None and process.scope == "production"
    if not alone or any(hop.network == process.network and hop.scope == process.scope for hop in hops):
        return process
    hosted = (other for other in processes if other.host is not None or other.network.startswith("kubernetes:"))
    other = next((other for other in hosted if other.root == process.root and other.scope == "production"), None)
    if other is None:
        return process
    why = f"a compose file for local use: {other.place.file} shows where {spoken(process.root)} is deployed"
    file = process.place.file
    files[file] = Chosen(file, "development", "development", why)
    return replace(process, scope="development", environment_name="development")


def _without(hop: Hop, claimed: set[str], part: Part) -> Hop:
    """A stand-alone hop without those of its files that another hop uses."""
    own = dict(part.gives_way).get(hop.id, ())
    if not isinstance(hop.config, ProxyFiles):
        return hop
    members = tuple(member for member in hop.config.members if member not in own or member not in claimed)
    return replace(hop, config=replace(hop.config, members=members))


def _with_evidence(hops: tuple[Hop, ...], shown: list[Hop]) -> tuple[tuple[Hop, ...], dict[str, str]]:
    """A deploy step makes the hop it deploys to explicit, and its flags set what holds there in the same environment.

    Where no file shows such a hop, the step's own is added, unless the step is too weak to stand alone. Also told: id of each
    step's hop -> id of the hop that it became.
    """
    found, became = list(hops), dict[str, str]()
    for step in shown:
        same = [number for number, hop in enumerate(found) if hop.platform == step.platform and _at_one_place(hop, step)]
        for number in same:
            hop = found[number]
            certainty = hop.certainty if step.certainty == "weak" else "explicit"
            alike = hop.environment == step.environment
            has = {(each.format, each.key) for each in hop.settings}
            more = tuple(each for each in step.settings if (each.format, each.key) not in has) if alike else ()
            targets = hop.targets or (step.targets if alike else ())
            names = tuple(dict.fromkeys((*hop.names, *step.names))) if len(same) == 1 else hop.names
            found[number] = replace(hop, certainty=certainty, settings=(*hop.settings, *more), targets=targets, names=names)
            if alike:
                became.setdefault(step.id, hop.id)
        if not same and step.certainty != "weak":
            found.append(step)
            became[step.id] = step.id
    return tuple(found), became


def _hosted(processes: tuple[Process, ...], hops: tuple[Hop, ...], became: Mapping[str, str]) -> tuple[Process, ...]:
    """What deploy steps say of a hop's instances: added to the one process that it runs, or as a process where it has none."""
    steps = [process for process in processes if process.host is not None and process.id == f"{process.host}:service"]
    rest = [process for process in processes if process not in steps]
    for step in steps:
        home = became.get(step.host or "")
        own = [number for number, process in enumerate(rest) if home is not None and process.host == home]
        if home is not None and not own:
            rest.append(replace(step, host=home))
        elif len(own) == 1:
            rest[own[0]] = _told_by(rest[own[0]], step)
    return tuple(rest)


def _told_by(process: Process, step: Process) -> Process:
    """The process with the numbers that a deploy step gives and no other file does."""
    return replace(
        process,
        replicas=process.replicas if process.replicas is not None else step.replicas,
        replicas_place=process.replicas_place or step.replicas_place,
        replicas_range=process.replicas_range or step.replicas_range,
        port_given=process.port_given or step.port_given,
    )


def _at_one_place(hop: Hop, step: Hop) -> bool:
    if hop.scope != step.scope:
        return False
    here, there = hop.serves, step.serves
    return here is None or there is None or under(here, there) or under(there, here)


def _assumed_hop(hop: Hop, assume: Mapping[str, str]) -> Hop:
    version = assume.get(f"{hop.platform}.version")
    if version and hop.version is None:
        hop = replace(hop, version=version)
    shown = {key for key, _ in hop.conditions}
    added = tuple((key, assume[key]) for key in ("plan", "generation") if key in assume and key not in shown)
    return replace(hop, conditions=hop.conditions + added) if added else hop


def _assumed_process(process: Process, assume: Mapping[str, str]) -> Process:
    replicas = assume.get("replicas", "")
    if process.replicas is not None or process.scope != "production" or not replicas.isdecimal():
        return process
    return replace(process, replicas=int(replicas))

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
    hops = _with_evidence(hops, [hop for part in parts for hop in part.evidence])
    images = tuple(process for part in parts for process in part.processes if process.id.startswith(_IMAGE))
    processes = tuple(process for part in parts for process in part.processes if process.id not in gone)
    processes = _started_by_image(processes, images)
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


def _with_evidence(hops: tuple[Hop, ...], shown: list[Hop]) -> tuple[Hop, ...]:
    """A deploy step makes the hop it deploys to explicit; where no file shows one, the step's own hop is added."""
    found = list(hops)
    for step in shown:
        same = [number for number, hop in enumerate(found) if hop.platform == step.platform and _at_one_place(hop, step)]
        for number in same:
            found[number] = replace(found[number], certainty="explicit")
        if not same:
            found.append(step)
    return tuple(found)


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

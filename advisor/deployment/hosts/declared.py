"""What a managed host's file says of one service -> its hop and process, in the form that is common to such hosts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from advisor.deployment.parts import Findings, Purpose, directory, identity, purpose_of
from advisor.deployment.startup import Start
from advisor.formats.document import Node
from advisor.formats.units import go_seconds
from advisor.model import Certainty, HealthCheck, Hop, Listen, Place, Process, Setting, Target, Value
from advisor.tree import Tree

_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Service:
    """One service: where it stands, what it starts, and what the host is told of it."""

    platform: str
    name: str
    file: str
    place: Place
    purpose: Purpose
    start: Start
    because: str
    label: str = ""
    """What tells it from other services of the file; part of its ids."""
    certainty: Certainty = "explicit"
    settings: tuple[Setting, ...] = ()
    conditions: tuple[tuple[str, str], ...] = ()
    listens: tuple[Listen, ...] | None = None
    """``None``: http sent to https, and https, as hosts with an edge of their own have them."""
    targets: tuple[Target, ...] = ()
    names: tuple[str, ...] = ()
    command: Node | str | None = None
    """The host's own command; before that of the image, the Procfile or the start script."""
    replicas: Node | None = None
    scaling: tuple[int, int] | None = None
    ports: tuple[int, ...] = ()
    port: int | None = None
    """The port that the host tells the app in ``$PORT`` or routes to."""
    port_variable: Literal["PORT"] | None = "PORT"
    environment: tuple[str, ...] = ()
    health: HealthCheck | None = None
    image: Node | None = None
    static: bool = False
    """True where it is a build of static files: no process."""


def add(service: Service, found: Findings) -> None:
    """Appends the hop, and the process unless it serves static files only."""
    hop = identity(service.platform, service.file, service.label)
    web = identity(service.platform, service.file, f"{service.label}:web" if service.label else "web")
    place = service.place
    found.hops.append(
        Hop(
            hop,
            service.platform,
            service.name,
            place,
            certainty=service.certainty,
            scope=service.purpose.scope,
            environment=service.purpose.environment,
            settings=service.settings,
            conditions=(("output", "static"),) if service.static else service.conditions,
            names=service.names,
            listens=service.listens if service.listens is not None else edge(place),
            targets=service.targets,
            serves=None if service.static else service.start.root,
            processes=() if service.static else (web,),
            because=service.because,
        )
    )
    found.chose(service.file, service.purpose, f"describes what {service.name} runs")
    if service.start.place is not None and service.start.place.file.endswith("Procfile"):
        found.claims.append(service.start.place.file)
    if not service.static:
        found.processes.append(_process(service, web, hop))


def _process(service: Service, identifier: str, hop: str) -> Process:
    start, own = service.start, service.command
    text = own if isinstance(own, str) or own is None else own.text()
    at = (own.key_place or own.place) if isinstance(own, Node) else service.place
    replicas = service.replicas
    return Process(
        identifier,
        service.place,
        root=start.root,
        command=text or start.command,
        command_place=at if text else start.place,
        replicas=number(replicas),
        replicas_place=(replicas.key_place or replicas.place) if replicas is not None else None,
        replicas_range=service.scaling,
        names=tuple(target.name for target in service.targets),
        ports=tuple(dict.fromkeys((*service.ports, *start.ports))),
        environment=service.environment,
        port_variable=service.port_variable,
        port_given=service.port,
        image=service.image.text() if service.image is not None else None,
        image_place=service.image.place if service.image is not None else None,
        built=service.image is None,
        scope=service.purpose.scope,
        environment_name=service.purpose.environment,
        host=hop,
        health_check=service.health,
    )


def documents(tree: Tree, found: Findings, *names: str, folder: str = "", word: str = "") -> Iterator[tuple[str, Purpose, Node]]:
    """Path, purpose and document of every file of these names; a test's fixtures are named and not read.

    ``folder``: the directory in which it has to stand, ``word``: what its text has to hold, where its name is not its own.
    """
    for path in tree.named(*names):
        if (folder and directory(path).rsplit("/", 1)[-1] != folder) or (word and word not in (tree.text(path) or "")):
            continue
        purpose = purpose_of(path)
        if not purpose.deployed:
            found.chose(path, purpose, "a test's fixture")
        elif (document := parsed(tree, path, found)) is not None:
            yield path, purpose, document


def parsed(tree: Tree, path: str, found: Findings) -> Node | None:
    """The file by its ending: JSON, TOML (``.replit`` too), else YAML."""
    if path.endswith((".toml", ".replit")):
        from advisor.formats.toml import parse
    elif path.endswith((".json", ".jsonc")):
        from advisor.formats.json import parse
    else:
        from advisor.formats.yaml import parse
    return found.document(tree, path, parse)


def settings(node: Node, keys: Iterable[str], written_in: str, before: str = "") -> Iterator[Setting]:
    """The scalars below dotted keys; durations such as ``30s`` become seconds, what a template fills in has no amount."""
    for key in keys:
        found = node.get(*key.split("."))
        if found is not None and (value := found.text()) is not None:
            yield Setting(before + key, value[:_LONGEST], found.key_place or found.place, amount(found), written_in)


def amount(node: Node) -> Value:
    """A scalar as a number or truth value where it is one, in seconds where it is a time; ``None`` for a template's gap."""
    text = node.text() or ""
    if isinstance(node.value, bool | int | float):
        return node.value
    if "<%" in text or "{{" in text or "${" in text:
        return None
    parsed_number = node.number()
    if parsed_number is not None:
        return int(parsed_number) if parsed_number == int(parsed_number) else parsed_number
    seconds = go_seconds(text)
    return seconds if seconds is not None else text


def text(node: Node | None) -> str | None:
    """The scalar's text, or ``None``."""
    return node.text() if node is not None else None


def number(node: Node | None) -> int | None:
    """The scalar as a whole number, or ``None``."""
    found = node.number() if node is not None else None
    return int(found) if found is not None and abs(found) < 10**9 and found == int(found) else None


def at(node: Node) -> Place:
    """Where the key stands, else the value."""
    return node.key_place or node.place


def each(node: Node | None) -> Iterator[Node]:
    """The members of a list, the node itself where it is none; nothing where it is absent."""
    yield from node.each() if node is not None else ()


def edge(place: Place) -> tuple[Listen, Listen]:
    """The public side of hosts that end TLS and send plain requests to https."""
    return Listen("http", 80, place, redirect_to="https"), Listen("https", 443, place)


def keys_of(node: Node | None, name: str = "key") -> tuple[str, ...]:
    """Names of variables: the keys of a mapping, or ``key`` of each member of a list."""
    if node is None:
        return ()
    if isinstance(node.value, dict):
        return tuple(key for key, _ in node.items())
    return tuple(found for member in node.each() if (found := text(member.get(name))) is not None)


def given_port(node: Node | None, name: str = "key", value: str = "value") -> int | None:
    """The literal ``PORT`` among such variables."""
    if node is None:
        return None
    if isinstance(node.value, dict):
        return number(node.get("PORT"))
    return next((number(member.get(value)) for member in node.each() if text(member.get(name)) == "PORT"), None)

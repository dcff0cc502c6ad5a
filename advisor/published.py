"""A deployment -> the programs in it that are run as published images and need sockets: apps whose code is not in the tree.

Which images those are, and at which path they take sockets, is data (``stack/libraries/images.yaml``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from posixpath import basename, dirname

from advisor.deployment.programs import ImageName
from advisor.model import App, Deployment, Endpoint, Path, Place, Process, Stack, Use
from advisor.stack import by_library
from advisor.stack.library import Library, libraries
from advisor.tree import Tree

ECOSYSTEM = "image"


def added(stack: Stack, deployment: Deployment, tree: Tree) -> Stack:
    """The stack with one app for each process that runs a known image; an image that bears an own app's name is that app."""
    own = {name for app in stack.apps if app.servers() for name in (app.id.lower(), basename(app.root).lower())}
    found: dict[str, tuple[Process, Library, int | None]] = {}
    for process in sorted(deployment.processes, key=lambda process: process.scope != "production"):
        foreign = process.image and not process.built and _name(process).base.lower() not in own
        known = _known(process, tree) if foreign else None
        if known is not None:
            found.setdefault(process.id, (process, *known))
    ids = _ids([process for process, _, _ in found.values()], {app.id for app in stack.apps})
    apps = (_app(ids[process.id], process, library, port) for process, library, port in found.values())
    return replace(stack, apps=(*stack.apps, *apps))


def told(stack: Stack, paths: Iterable[Path]) -> Stack:
    """The stack without the images to which no path leads: nothing in the tree says how people come to them."""
    reached = {path.app.id for path in paths if path.app is not None}
    return replace(stack, apps=tuple(app for app in stack.apps if app.published is None or app.id in reached))


def of(app: App | None) -> Library | None:
    """The entry of the image that an app is; ``None`` for an app of the tree's own code."""
    return libraries().get(app.uses[0].library) if app is not None and app.published is not None else None


def _name(process: Process) -> ImageName:
    return ImageName.of(process.image or "")


@cache
def _images() -> tuple[tuple[str, Library], ...]:
    every = (library for library in libraries().values() if library.ecosystem == ECOSYSTEM)
    return tuple((pattern, library) for library in every for pattern in library.images)


def _known(process: Process, tree: Tree) -> tuple[Library, int | None] | None:
    """The entry of the image, and the port of its sockets; ``None`` for other images and where its sockets are not on."""
    repository = _name(process).repository.lower()
    for pattern, library in _images():
        if fnmatchcase(repository, pattern):
            shown, port = _shown(library, process, tree)
            if shown:
                return library, port or library.port
    return None


def _shown(library: Library, process: Process, tree: Tree) -> tuple[bool, int | None]:
    """Whether the files show that the image's sockets are on, and the port that they name for them."""
    signs = library.shown_by
    if set(library.unless) & set(process.environment):
        return False, None
    if signs is None:
        return True, None
    if set(signs.get("environment", ())) & set(process.environment):
        return True, None
    ports = [port for port in signs.get("ports", ()) if port in process.ports]
    if ports:
        return True, ports[0]
    command = signs.get("command")
    if command and re.search(command, process.command or ""):
        return True, None
    found = next(_said(signs, process, tree), None)
    return (True, found) if found is not None else (False, None)


def _said(signs: object, process: Process, tree: Tree) -> Iterator[int]:
    """The port that the image's own configuration file gives to sockets: one beside or below the file that starts it."""
    if not isinstance(signs, dict) or "file" not in signs:
        return
    beside = dirname(process.place.file)
    for path in tree.named(signs["file"]):
        text = tree.text(path) if not beside or path.startswith(f"{beside}/") else None
        found = re.search(signs["says"], text or "", re.MULTILINE)
        if found is not None:
            yield int(found[1])


def _ids(processes: list[Process], taken: set[str]) -> dict[str, str]:
    """The service's name where nothing else bears it, else with its directory, else the process's own id."""
    names = {process.id: next(iter(process.names), _name(process).base) for process in processes}
    counts = Counter(names.values())
    ids: dict[str, str] = {}
    for process in processes:
        name = names[process.id]
        longer = f"{dirname(process.place.file) or '.'}/{name}"
        free = [each for each in (name if counts[name] == 1 else longer, longer) if each not in taken]
        ids[process.id] = free[0] if free else process.id
        taken.add(ids[process.id])
    return ids


def _app(id: str, process: Process, library: Library, port: int | None) -> App:
    place: Place = process.image_place or process.place
    use: Use = by_library.use(
        library,
        "server",
        id,
        place,
        scope=process.scope,
        version=_name(process).version,
        certainty="strong",
        endpoints=(Endpoint(library.path, place, port, prefix=library.prefix),),
    )
    return App(id, dirname(place.file) or ".", process.scope, ECOSYSTEM, (use,), published=process.id)

"""Stack and deployment -> which name, port or directory is which hop, and which app it is that something runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from posixpath import basename

from advisor.deployment.parts import ProxyFiles, join, nearest, under
from advisor.deployment.programs import ImageName
from advisor.model import Address, App, Certainty, Deployment, Hop, Process, Scope, Server, Stack, Target
from advisor.stack.apps import is_project
from advisor.stack.commands import interpret
from advisor.stack.library import libraries
from advisor.tree import Tree

LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "[::1]", "0.0.0.0", "host.docker.internal", "172.17.0.1", ""})  # noqa: S104 - compared, never bound

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Running:
    """An app as something runs it. ``app`` is ``None`` for a process whose code is not in the tree (a database)."""

    id: str
    app: App | None
    process: Process | None
    runs: Server | None
    environment: str
    scope: Scope
    ports: frozenset[int]
    certainty: Certainty
    because: str

    @property
    def serves_sockets(self) -> bool:
        return self.app is not None and bool(self.app.servers())

    @property
    def published(self) -> bool:
        """True for a program of which only the image is known."""
        return self.app is not None and self.app.published is not None

    def runs_on(self, platform: str | None) -> bool:
        """True where a server of the app is written for that platform's own model; ``None``: where one is an ordinary server."""
        uses = self.app.servers() if self.app is not None else ()
        homes = [libraries()[use.library].platforms if use.library in libraries() else () for use in uses]
        return any(platform in home if platform else not home for home in homes)


Node = Hop | Running


@dataclass(frozen=True, slots=True)
class Joined:
    """What stands behind a hop at some address, and why that is so."""

    node: Node
    because: str
    certainty: Certainty = "explicit"


@dataclass(frozen=True, slots=True)
class Topology:
    """Hops and running apps, with the questions who is at an address and who is behind a hop."""

    hops: tuple[Hop, ...]
    running: tuple[Running, ...]

    def servers(self, environment: str | None = None) -> tuple[Running, ...]:
        """The running apps of the tree's own code that serve sockets, of one environment or of all."""
        serving = (node for node in self.running if node.serves_sockets and not node.published)
        return tuple(node for node in serving if environment is None or node.environment == environment)

    def behind(self, hop: Hop) -> Iterator[tuple[Target | None, Joined]]:
        """What a hop that is driven by its profile sends to: its targets, its own processes, the directory it serves."""
        if hop.ends or (("output", "static") in hop.conditions and not hop.targets):
            return
        found = False
        for target in hop.targets:
            for joined in self.named(hop, target.name, target.port):
                found = True
                yield target, Joined(joined.node, target.why or joined.because, joined.certainty)
        for node in self.running:
            if node.process is not None and (node.process.id in hop.processes or node.process.host == hop.id):
                found = True
                yield None, Joined(node, f"{hop.name} runs {_named(node)}", node.certainty)
        if not found and hop.serves is not None:
            for node in self._served(hop):
                found = True
                yield None, Joined(node, f"{hop.name} builds and runs {hop.serves}", hop.certainty)
        elsewhere = hop.serves not in (None, ".") and not hop.targets and hop.platform not in _models()
        lone = self._lone_proxy(hop) or self._lone(hop, None) if not found and not hop.processes and not elsewhere else None
        if lone is not None:
            yield None, lone

    def at(self, hop: Hop, address: Address) -> Joined | None:
        """Who answers at an address that a proxy's configuration names; ``None`` where nothing in the tree does."""
        if address.unix is not None:
            return self._socket(hop, address.unix)
        host = address.host.strip("[]").lower()
        if host not in LOCAL:
            named = next(self.named(hop, address.host, address.port), None)
            if named is not None:
                return named
            if self._knows_all_names(hop, host):
                return None
        elif host in LOOPBACK and self._alone_in_its_container(hop):
            return None
        elif (listening := self._listening(hop, address.port)) is not None:
            return listening
        return self._lone(hop, address.port)

    def _alone_in_its_container(self, hop: Hop) -> bool:
        """True for a proxy in a container of its own, whose 127.0.0.1 is neither the machine's nor the app's."""
        if hop.local or not hop.network.startswith("compose:"):
            return False
        beside = (node.process for node in self.running if node.process is not None and node.process.network == hop.network)
        return not any(set(process.names) & set(hop.names) for process in beside)

    def _knows_all_names(self, hop: Hop, host: str) -> bool:
        """True for a plain name in a compose project that shows other services: there the names are the services' own."""
        if not hop.network.startswith("compose:") or not host.replace("-", "").replace("_", "").isalnum() or host.isdigit():
            return False
        return any(node.process is not None and node.process.network == hop.network for node in self.running)

    def named(self, hop: Hop, name: str, port: int | None) -> Iterator[Joined]:
        """Nodes that bear this name, those of the same environment and file first."""
        bearers: list[Node] = [other for other in self.hops if name in other.names and other.id != hop.id]
        bearers += [node for node in self.running if node.process is not None and name in node.process.names]
        bearers.sort(
            key=lambda node: (_environment(node) != hop.environment, _network(node) != hop.network, _file(node) != _file(hop))
        )
        same = [node for node in bearers if _environment(node) == hop.environment] or bearers
        for node in same:
            where = f"{name}:{port}" if port else name
            yield Joined(node, f"{hop.name} sends to {where}, which is {_named(node)}", "explicit")

    def _served(self, hop: Hop) -> Iterator[Running]:
        apps = [(node, node.app) for node in self.servers() if node.app is not None]
        serving = [node for node, app in apps if under(app.root, hop.serves or ".") and hop.scope in (app.scope, "production")]
        serving = [node for node in serving if node.scope == hop.scope or (node.app and node.app.root == hop.serves)]
        own = [node for node in serving if node.runs_on(hop.platform)]
        if hop.platform in _models() and ("model", "container") not in hop.conditions:
            serving = own
        else:
            serving = [node for node in serving if node.runs_on(None)]
        exact = [node for node in serving if node.app is not None and node.app.root == (hop.serves or ".")]
        seen: set[str] = set()
        for node in exact or serving:
            if node.app is not None and node.app.id not in seen:
                seen.add(node.app.id)
                yield node

    def _listening(self, hop: Hop, port: int | None) -> Joined | None:
        """The one app that listens on a port of this machine."""
        nodes = [node for node in self.running if port in (_outside(node) if node.published else node.ports)]
        nodes = [node for node in nodes if node.environment == hop.environment] or nodes
        if len({node.app.id if node.app else node.id for node in nodes}) != 1:
            return None
        node = min(nodes, key=lambda node: node.process is None)
        return Joined(node, f"{hop.name} sends to port {port}, where {_named(node)} listens", "strong")

    def _socket(self, hop: Hop, path: str) -> Joined | None:
        nodes = [node for node in self.running if node.runs and node.runs.bind and path in node.runs.bind]
        return Joined(nodes[0], f"{hop.name} sends to {path}, which {_named(nodes[0])} binds", "explicit") if nodes else None

    def _lone_proxy(self, hop: Hop) -> Joined | None:
        """Where a hop sends to an address outside the tree (an IP number), the one proxy of the tree is taken to be there."""
        proxies = [other for other in self.hops if isinstance(other.config, ProxyFiles) and other.scope == hop.scope]
        if not hop.targets or len(proxies) != 1 or proxies[0].id == hop.id:
            return None
        because = f"{proxies[0].name} is the only proxy in this repository, so {hop.name} is taken to send to it"
        return Joined(proxies[0], because, "weak")

    def _run_by_another(self, node: Running, hop: Hop) -> bool:
        """True where another hop of a platform with a model of its own is deployed from the app's directory."""
        others = (
            each
            for each in self.hops
            if each.platform == hop.platform and each.id != hop.id and each.place.file != hop.place.file
        )
        return (
            hop.platform in _models()
            and node.app is not None
            and any(each.serves is not None and under(node.app.root, each.serves) for each in others)
        )

    def _lone(self, hop: Hop, port: int | None) -> Joined | None:
        """A lone server that nothing else joins is taken to be meant, unless it is known to listen elsewhere."""
        nodes = [node for node in self.servers() if node.scope == hop.scope]
        nodes = [node for node in nodes if node.runs_on(hop.platform if hop.platform in _models() else None)]
        nodes = [node for node in nodes if not self._run_by_another(node, hop) and not _in_other_projects(hop, node)]
        if len({node.app.id for node in nodes if node.app}) != 1:
            return None
        if port is not None and all(node.ports and port not in node.ports for node in nodes):
            return None
        node = min(nodes, key=lambda node: (node.environment != hop.environment, node.process is None))
        return Joined(node, f"{_named(node)} is the only server in this repository, so {hop.name} is taken to send to it", "weak")


@cache
def _models() -> frozenset[str]:
    """The platforms that some library is written for: code for anything else does not run there."""
    return frozenset(platform for library in libraries().values() for platform in library.platforms)


def build(stack: Stack, deployment: Deployment, tree: Tree) -> Topology:
    """Joins processes to apps; an app that no process runs stands for itself. Scripts that a command starts are read."""
    running = [_running(process, stack, tree, deployment.processes) for process in deployment.processes]
    taken = {node.app.id for node in running if node.app is not None and node.scope in ("production", node.app.scope)}
    for app in stack.apps:
        if app.id not in taken and app.servers():
            running.append(_by_itself(app, tree))
    return Topology(deployment.hops, tuple(running))


def _running(process: Process, stack: Stack, tree: Tree, beside: tuple[Process, ...]) -> Running:
    app, certainty, because = _image_of(process, stack) or _app_of(process, stack, tree, beside)
    scripts = {name: command for name, command, _ in app.scripts} if app else {}
    if app is not None and app.published is not None:
        given = {*process.ports, *(port for port in (process.port_given, *_own_ports(app, None)) if port)}
        return Running(
            process.id, app, process, None, process.environment_name, process.scope, frozenset(given), certainty, because
        )
    command = process.command or ("npm start" if app and "start" in scripts and process.image is None else None)
    runs = (
        interpret(
            command,
            scripts=scripts,
            port_variable=process.port_variable,
            environment=process.environment,
            read=_reader(tree, process.root),
        )
        if command
        else None
    )
    ports = {port for port in (process.port_given, *process.ports, runs.port if runs else None) if port}
    if app is not None and process.port_given is None:
        ports |= _own_ports(app, runs)
    scope = app.scope if app is not None and process.scope == "production" else process.scope
    return Running(process.id, app, process, runs, process.environment_name, scope, frozenset(ports), certainty, because)


def _by_itself(app: App, tree: Tree) -> Running:
    scripts = {name: command for name, command, _ in app.scripts}
    runs = interpret("npm start", scripts=scripts, read=_reader(tree, app.root)) if "start" in scripts else None
    return Running(app.id, app, None, runs, "production", app.scope, frozenset(_own_ports(app, runs)), "strong", "")


def _reader(tree: Tree, root: str) -> Callable[[str], str | None]:
    """Reads a path relative to the directory whose code a command runs, and nothing outside the tree.

    A bare name of a shell script may be found by ``PATH``, and an image has Supervisor's configuration elsewhere than the tree;
    the only file of that name is taken for it.
    """

    def read(relative: str) -> str | None:
        path = join(root, relative)
        elsewhere = relative.endswith(".sh") or (relative.startswith("supervisor") and relative.endswith(".conf"))
        if path is not None and not tree.exists(path) and "/" not in relative and elsewhere:
            alike = [each for each in tree.named(relative) if under(each, root)]
            path = alike[0] if len(alike) == 1 else None
        return tree.text(path) if path is not None and not tree.is_secret(path) else None

    return read


def _own_ports(app: App, runs: Server | None) -> set[int]:
    """Ports that the app's code names; those of the start command come first and replace a library's default."""
    ports = {
        endpoint.port
        for use in app.servers()
        for endpoint in use.endpoints
        if endpoint.port and not (runs and runs.port and endpoint.port_from == "default")
    }
    return ports | ({runs.port} if runs and runs.port else set())


def _image_of(process: Process, stack: Stack) -> tuple[App, Certainty, str] | None:
    """The app that stands for the process's published image, where one does."""
    app = next((app for app in stack.apps if app.published == process.id), None)
    return (app, "strong", f"{process.image} is {app.uses[0].name}, which needs sockets") if app is not None else None


def _app_of(process: Process, stack: Stack, tree: Tree, beside: tuple[Process, ...]) -> tuple[App | None, Certainty, str]:
    own = [app for app in stack.apps if app.published is None]
    serving = [app for app in own if app.servers()]
    if not process.built:
        return _published(process, serving, tree, beside)
    exact = [app for app in own if app.root == process.root]
    if exact and (exact[0].servers() or not any(under(app.root, process.root) for app in serving)):
        return exact[0], "explicit", ""
    below = _started(process, [app for app in serving if under(app.root, process.root)])
    if len(below) == 1 and _has_a_host(below[0], process, beside):
        return None, "weak", ""
    if len(below) == 1:
        return below[0], "strong", f"{below[0].root} is the only server below {process.root}"
    above = nearest(process.root, [app.root for app in serving])
    around = next((app for app in serving if app.root == above), None)
    if not below and around is not None and not is_project(tree, process.root, around.ecosystem):
        return around, "strong", f"{process.root} belongs to {above}"
    return None, "weak", ""


def _has_a_host(app: App, process: Process, beside: tuple[Process, ...]) -> bool:
    """True where another host runs the very directory of the app, so that this one is there for something else."""
    others = (each for each in beside if each.id != process.id and each.host is not None and each.root == app.root)
    same = (each for each in others if (each.scope, each.environment_name) == (process.scope, process.environment_name))
    return process.host is not None and process.root != app.root and any(True for _ in same)


def _started(process: Process, apps: list[App]) -> list[App]:
    """Of several apps, the one whose file the command starts; all of them where it names none."""
    server = interpret(process.command) if process.command else None
    if server is None or not server.entry:
        return apps
    entry = server.entry.split(":")[0].replace(".", "/") if server.protocol in ("asgi", "wsgi") else server.entry
    named = [
        app for app in apps if any(use.place.file.rsplit(".", 1)[0].endswith(entry.rsplit(".", 1)[0]) for use in app.servers())
    ]
    return named or _built_from(basename(server.entry), apps) or apps


def _built_from(file: str, apps: list[App]) -> list[App]:
    """Of several apps, the one whose directory an assembly or jar is called after: ``Chat.Api.dll``, ``chat-api-1.2.jar``."""
    stem, _, ending = file.rpartition(".")
    if ending.lower() not in ("dll", "jar", "war"):
        return []
    stem = re.sub(r"-(?:\d[\w.]*|\*)(?:-SNAPSHOT)?$", "", stem).lower()
    return [app for app in apps if stem in (app.id.lower(), basename(app.root).lower())]


def _published(
    process: Process, serving: list[App], tree: Tree, beside: tuple[Process, ...]
) -> tuple[App | None, Certainty, str]:
    """An image that is not built here is the app's own only if it bears its name, or comes from a registry of one's own."""
    image = (process.image or "").split("@")[0]
    name = basename(image).split(":")[0].lower()
    for app in serving:
        if name and name in (app.id.lower(), basename(app.root).lower()):
            return app, "weak", f"the image is called {name}, like the app"
    own_registry = "." in image.split("/")[0] or "${" in image or "var." in image or process.host is not None
    if (
        len(serving) == 1
        and process.scope == serving[0].scope
        and (own_registry or _made_here(process, serving[0], tree, beside))
    ):
        return serving[0], "weak", f"{serving[0].id} is the only server in this repository"
    return None, "weak", ""


def _made_here(process: Process, app: App, tree: Tree, beside: tuple[Process, ...]) -> bool:
    """True where a Dockerfile makes an image of the app, and this is the one image of its compose project that can be that."""
    near = [each for each in beside if each.network == process.network and process.network.startswith("compose:")]
    could = [each for each in near if each.image and not each.built and not ImageName.of(each.image).supports]
    builds = any(each.built and under(app.root, each.root) for each in near)
    folder = process.network.removeprefix("compose:")
    return could == [process] and not builds and under(app.root, folder) and tree.exists(join(app.root, "Dockerfile") or "")


def _outside(node: Running) -> frozenset[int]:
    """The ports of the machine at which a process is reached."""
    return frozenset(node.process.published) if node.process is not None else frozenset()


def _in_other_projects(hop: Hop, node: Running) -> bool:
    """True where both belong to compose projects, and not to the same one: nothing but a name would join them."""
    projects = {_network(hop), _network(node)}
    return len(projects) == 2 and all(network.startswith("compose:") for network in projects)


def _environment(node: Node) -> str:
    return node.environment


def _file(node: Node) -> str:
    """The file that shows it, which is the second part of its id."""
    return next(iter(node.id.split(":", 2)[1:2]), "")


def _network(node: Node) -> str:
    if isinstance(node, Hop):
        return node.network
    return node.process.network if node.process else ""


def _named(node: Node) -> str:
    if isinstance(node, Hop):
        return node.name
    if node.app is not None:
        return node.app.id
    return node.process.id if node.process else node.id

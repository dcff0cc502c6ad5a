"""Sends virtual WebSockets through the topology: for every endpoint of every running app, the paths that lead to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from advisor import besides
from advisor.attempts import PLACEHOLDER, Attempt, attempts, based, below, clients_of, matches, rewritten, sample
from advisor.ending import ended
from advisor.hops import Ways
from advisor.journey import Walked, directly, follow, weaker
from advisor.limits import fold
from advisor.model import Endpoint, Forward, Handshake, Heartbeat, Hop, Path, Place, Server, Setting, Stack, Use, handshake
from advisor.own_model import home, homes, passes, refused
from advisor.published import of as image_of
from advisor.stack.python.installed import asgi_server, missing_websocket_package
from advisor.stack.server_limits import own_limits, program_library
from advisor.stack.serving import heartbeat_of, server_heartbeat, serves
from advisor.topology import Running, Topology
from advisor.tree import Tree

_MOST_ATTEMPTS = 24


def walk(ways: Ways, stack: Stack) -> tuple[Path, ...]:
    """All paths to all endpoints of the running apps: those through hops, and a bare one where no hop leads to an app."""
    paths: list[Path] = []
    topology = ways.topology
    fronted: set[str] = set()
    inner = ways.inner()
    for hop in topology.hops:
        if hop.scope == "test" or hop.id in inner:
            continue
        for running in _meant(ways.reached(hop), ways):
            if running.app is not None:
                found = list(_through(hop, running, ways, stack))
                paths += found
                fronted |= {running.app.id for path in found if path.scope == running.app.scope}
    paths += _by_own_address(paths, inner, ways, stack)
    known = set(map(_track, paths))
    dead = [path for path in _dead_ends(ways, stack) if _track(path) not in known]
    fronted |= {path.app.id for path in dead if path.app is not None and path.scope == path.app.scope}
    paths = [*_taken(_longest(paths)), *dead, *_tunnels(ways)]
    bare: set[str] = set()
    for running in (*sorted(topology.servers(), key=_unlikely), *_alone(topology)):
        if running.app is not None and running.app.id not in fronted | bare and running.scope == "production":
            bare.add(running.app.id)
            for server, endpoint in _endpoints(running):
                attempt = _bare(running, server, endpoint, stack)
                front = (*ways.assumed(server.place), *home(server, ways))
                walked = directly(running, attempt, front, ways)
                paths.append(_path(walked, running, server, endpoint, ways, stack))
    return tuple(replace(path, id=f"p{number}") for number, path in enumerate(paths, 1))


def _by_own_address(paths: list[Path], inner: frozenset[str], ways: Ways, stack: Stack) -> Iterator[Path]:
    """Ways to an endpoint that no rule of what stands in front takes, by the address that the host itself has."""
    lost = {_way(path) for path in paths if _not_routed(path)} - {_way(path) for path in paths if path.arrived is not None}
    for hop in ways.topology.hops if lost else ():
        known = ways.knowledge.platforms()
        host = hop.platform in known and ways.knowledge.platform(hop.platform).kind == "application_host"
        if host and hop.id in inner and hop.listens and hop.scope != "test":
            for running in _meant(ways.reached(hop), ways):
                yield from (path for path in _through(hop, running, ways, stack) if _way(path) in lost)


def _alone(topology: Topology) -> Iterator[Running]:
    """The images that are of no use without sockets and that something outside reaches."""
    for running in topology.running:
        library, process = image_of(running.app), running.process
        if library is not None and not library.without and process is not None and (process.published or process.host):
            yield running


def _through(hop: Hop, running: Running, ways: Ways, stack: Stack) -> Iterator[Path]:
    for server, endpoint in _endpoints(running):
        clients = clients_of(server, endpoint, stack)
        if _past(hop, running, clients, ways):
            continue
        sides, samples = ways.sides(hop, running)
        sides = sides or ways.public(hop)
        tried = [follow(hop, attempt, ways) for attempt in list(attempts(endpoint, clients, sides, samples))[:_MOST_ATTEMPTS]]
        if not any(walked.landed is running for walked in tried):
            inside = below(endpoint, samples, sides) if running.published else based(endpoint, clients, sides, samples)
            more = list(inside)[:_MOST_ATTEMPTS]
            tried += [walked for attempt in more if (walked := follow(hop, attempt, ways)).landed is running]
            tried += _rewritten(hop, running, endpoint, () if clients else rewritten(endpoint, samples, sides), ways)
        if not any(walked.landed is running for walked in tried) and _besides(running, clients, hop, ways):
            continue
        for walked in _telling(tried, running, endpoint):
            if passes(server, running.app, (step.hop for step in walked.steps)) and not _apart(walked, running, endpoint):
                yield _path(walked, running, server, endpoint, ways, stack, clients)


def _rewritten(hop: Hop, running: Running, endpoint: Endpoint, tries: Iterable[Attempt], ways: Ways) -> list[Walked]:
    """Of handshakes at a proxy's own paths, those that reach the app at the endpoint's path because the proxy puts it there."""
    walked = [follow(hop, attempt, ways) for attempt in list(tries)[:_MOST_ATTEMPTS]]
    landed = [each for each in walked if each.landed is running and _arrived_path(each) != each.attempt.request.path]
    return [each for each in landed if matches(endpoint, _arrived_path(each), running.published)]


def _apart(walked: Walked, running: Running, endpoint: Endpoint) -> bool:
    """True for a way to an image that leads to another of its ports than its sockets', or to another program."""
    library = image_of(running.app)
    if library is None:
        return False
    outcome = walked.steps[-1].outcome if walked.steps else None
    asked = outcome.address.port if isinstance(outcome, Forward) else None
    return walked.landed is not running or (library.own_port and asked is not None and asked != endpoint.port)


def _past(hop: Hop, running: Running, clients: tuple[Use, ...], ways: Ways) -> bool:
    """True where every client names a port at which the app itself is reached, and at which the hop does not listen."""
    urls = [url for client in clients for url in client.urls]
    published = set(running.process.published) if running.process is not None else set()
    heard = {side.port for side in (*ways.listens(hop), *hop.listens)}
    return bool(urls) and all(url.port in published - heard and url.port not in (80, 443) for url in urls)


def _besides(running: Running, clients: tuple[Use, ...], hop: Hop, ways: Ways) -> bool:
    """True where that no way leads through the hop says nothing, as there may be another."""
    return besides.called_directly(running, clients) or besides.handed_on_in_code(running, hop, ways.topology, ways.tree)


def _bare(running: Running, server: Use, endpoint: Endpoint, stack: Stack) -> Attempt:
    """The handshake of a client that names the app's own port, else one for the endpoint's path alone."""
    published = running.process.published if running.process is not None else ()
    urls = [url for client in clients_of(server, endpoint, stack) for url in client.urls if url.port in published]
    path = sample(endpoint.path or "/")
    if not urls:
        return Attempt(handshake("wss", PLACEHOLDER, path))
    return Attempt(handshake(urls[0].scheme or "ws", PLACEHOLDER, path, port=urls[0].port), urls[0])


def _meant(reached: tuple[Running, ...], ways: Ways) -> tuple[Running, ...]:
    """In place of a process that cannot serve its app's sockets, another one of the same app that can, if there is one."""
    meant: dict[str, Running] = {}
    for node in reached:
        others = [
            other
            for other in ways.topology.servers(node.environment)
            if other.app is node.app and other.runs is not None and _can_serve(other)
        ]
        for chosen in [node] if _can_serve(node) or not others else others:
            meant.setdefault(chosen.id, chosen)
    return tuple(meant.values())


def _unlikely(running: Running) -> int:
    """0 for a process that is known to hold its app's sockets, 2 for one that cannot, 1 where its command does not tell."""
    known = {serves(running.runs, server)[0] for server in running.app.servers()} if running.app and running.runs else set()
    return 0 if True in known else 2 if known == {False} else 1


def _can_serve(running: Running) -> bool:
    servers = running.app.servers() if running.app else ()
    return running.runs is None or any(serves(running.runs, server)[0] is not False for server in servers)


def _endpoints(running: Running) -> Iterator[tuple[Use, Endpoint]]:
    app = running.app
    for server in app.servers() if app else ():
        if app is None or app.is_library or server.scope not in ("production", app.scope):
            continue
        for endpoint in server.endpoints or (Endpoint(None, server.place),):
            yield server, endpoint


def _telling(tried: list[Walked], running: Running, endpoint: Endpoint) -> list[Walked]:
    """Of all attempts, one for each way into the hop: one that arrives as it should, else the first that fails."""
    groups: dict[tuple[str, str, bool], list[Walked]] = {}
    for walked in tried:
        request = walked.attempt.request
        groups.setdefault((request.scheme, request.host, walked.attempt.names_path), []).append(walked)
    chosen = []
    for group in groups.values():
        good = [
            walked for walked in group if walked.landed is running and matches(endpoint, _arrived_path(walked), running.published)
        ]
        chosen.append(good[0] if good else group[0])
    by_client = [walked for walked in chosen if walked.attempt.url is not None]
    arriving = [walked for walked in chosen if walked.landed is running]
    if not arriving:
        return (by_client or chosen)[:1]
    literal = [walked for walked in by_client if walked.attempt.names_path or walked.attempt.names_host]
    return literal if any(walked.landed is running for walked in literal) else [*arriving, *(each for each in literal)]


def _arrived_path(walked: Walked) -> str:
    return walked.arrived.path if walked.arrived else ""


def _path(
    walked: Walked,
    running: Running,
    server: Use,
    endpoint: Endpoint,
    ways: Ways,
    stack: Stack,
    clients: tuple[Use, ...] | None = None,
) -> Path:
    steps = tuple(walked.steps)
    settings = _program_limits(running, server)
    hops = [step.hop for step in steps]
    scope = next((hop.scope for hop in hops if hop.scope != "production"), running.scope)
    reasons = (*([running.because] if running.because else []), *walked.because)
    return Path(
        id="",
        environment=hops[0].environment if hops else running.environment,
        endpoint=endpoint.path or walked.attempt.request.path,
        url=walked.attempt.text,
        handshake=refused(ended(walked, running, server, endpoint, _lacking(running, server, ways.tree)), steps, server, ways),
        steps=steps,
        app=running.app,
        server=server,
        process=running.process,
        runs=running.runs,
        clients=clients_of(server, endpoint, stack) if clients is None else clients,
        heartbeat=_heartbeat(running, server, ways.tree),
        arrived=walked.arrived if walked.landed is running else None,
        limits=fold(steps, server, settings, ways.knowledge, ways.conditions, _program(running)),
        because=tuple(dict.fromkeys(reasons)),
        certainty=weaker(walked.certainty, running.certainty),
        scope=scope,
    )


def _lacking(running: Running, server: Use, tree: Tree) -> Place | None:
    """The line that asks for uvicorn alone, where uvicorn runs the app and no package that it upgrades with is installed."""
    if running.app is None or server.runs_in != "asgi":
        return None
    library = program_library(running.runs) if running.runs else None
    asked = asgi_server(tree, running.app.root) if library is None and running.runs is None else None
    runs_it = library.id if library is not None else asked[0] if asked is not None else None
    return missing_websocket_package(tree, running.app.root) if runs_it == "uvicorn" else None


def _heartbeat(running: Running, server: Use, tree: Tree) -> Heartbeat | None:
    """What is sent on the app's idle sockets: by itself, by the program that runs it, by the one its manifests ask for."""
    asked = asgi_server(tree, running.app.root) if running.app and server.runs_in == "asgi" else None
    library = program_library(running.runs) if running.runs else None
    program = library.id if library else None
    version = asked[1] if asked is not None and program in (None, asked[0]) else None
    found = heartbeat_of(server, running.runs, version)
    if found is None and running.runs is None and asked is not None:
        found = server_heartbeat(Server(asked[0], "asgi"), version)
        return replace(found, certainty="strong") if found is not None else None
    return found


def _program(running: Running) -> str:
    """The program that ends the sockets, as people call it."""
    library = program_library(running.runs) if running.runs is not None else None
    return library.name if library is not None else ""


def _program_limits(running: Running, server: Use) -> tuple[tuple[str, Setting], ...]:
    if running.runs is None or server.runs_in != "asgi":
        return ()
    place = running.process.command_place or running.process.place if running.process else server.place
    return own_limits(running.runs, place)


def _taken(paths: list[Path]) -> list[Path]:
    """Leaves out a way on which nobody comes: another hop of the same environment takes the endpoint's path to the app."""
    good = {_way(path) for path in paths if path.arrived is not None}
    return [path for path in paths if not _not_routed(path) or _way(path) not in good]


def _way(path: Path) -> tuple[str, str, str]:
    return path.environment, path.destination, path.endpoint


def _not_routed(path: Path) -> bool:
    return path.handshake.cause == "not_routed" and path.handshake.status is not None


def _dead_ends(ways: Ways, stack: Stack) -> Iterator[Path]:
    """Ways that a proxy opens for an endpoint of the tree and that lead to an address at which nothing of the tree answers."""
    for hop in ways.topology.hops:
        dead = {route.place for route in ways.routes(hop) if ways.topology.at(hop, route.address) is None}
        for running in ways.topology.servers() if dead and hop.scope == "production" else ():
            for server, endpoint in _endpoints(running):
                if endpoint.path is None or running.scope != hop.scope or homes(server):
                    continue
                for attempt in attempts(endpoint, clients_of(server, endpoint, stack), ways.public(hop)):
                    walked = follow(hop, attempt, ways)
                    outcome = walked.steps[-1].outcome
                    if isinstance(outcome, Forward) and outcome.place in dead and _tunnels_on_purpose(outcome):
                        yield _path(walked, running, server, endpoint, ways, stack)
                        break


def _tunnels(ways: Ways) -> Iterator[Path]:
    """Ways to an app whose code is not in the tree: a location of its own that hands upgrades on says that it has sockets."""
    seen: set[Place] = set()
    for hop in ways.topology.hops:
        for route in ways.routes(hop) if hop.scope == "production" else ():
            joined = ways.topology.at(hop, route.address)
            node = joined.node if joined is not None else None
            elsewhere = isinstance(node, Running) and node.app is None and _elsewhere(node)
            if route.sample == "/" or route.place in seen or not elsewhere:
                continue
            attempt = next(iter(attempts(Endpoint(route.sample, route.place), (), (route.listen,))), None)
            walked = follow(hop, attempt, ways) if attempt else None
            outcome = walked.steps[-1].outcome if walked and walked.steps else None
            if walked is None or not isinstance(outcome, Forward) or not _tunnels_on_purpose(outcome):
                continue
            seen.add(route.place)
            yield Path(
                id="",
                environment=hop.environment,
                endpoint=route.sample,
                url=walked.attempt.text,
                handshake=Handshake("accepted", 101, None),
                steps=tuple(walked.steps),
                process=node.process if isinstance(node, Running) else None,
                arrived=outcome.request,
                limits=fold(walked.steps, None, (), ways.knowledge, ways.conditions),
                because=tuple(dict.fromkeys(walked.because)),
                certainty="weak",
                scope=hop.scope,
            )


def _track(path: Path) -> tuple[str, str, tuple[str, ...]]:
    return path.endpoint, path.url, tuple(hop.id for hop in path.hops)


def _elsewhere(node: Running) -> bool:
    return node.process is not None and not node.process.built


def _tunnels_on_purpose(forward: Forward) -> bool:
    return forward.request.upgrades() and any(fate.name.lower() == "upgrade" and fate.because == "set" for fate in forward.fates)


def _longest(paths: list[Path]) -> list[Path]:
    """Leaves out a path that is the last part of another one to the same endpoint: its first hop stands behind a hop."""

    distinct: dict[object, Path] = {}
    for path in paths:
        app, server = path.app.id if path.app else "", path.server.place if path.server else None
        distinct.setdefault((path.environment, *(hop.name for hop in path.hops), app, server, path.endpoint, path.url), path)
    paths = list(distinct.values())

    def tail(short: Path, long: Path) -> bool:
        ids, others = [hop.id for hop in short.hops], [hop.id for hop in long.hops]
        same = short.app == long.app and short.endpoint == long.endpoint and short.server == long.server
        return same and len(ids) < len(others) and others[-len(ids) :] == ids

    return [path for path in paths if not any(tail(path, other) for other in paths)]

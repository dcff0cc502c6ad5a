"""A repository, a source and a target -> both sides walked: the paths of today, the files to write, and the paths of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from advisor.advise import judge, look
from advisor.knowledge import Profile
from advisor.limits import fold
from advisor.migrate.fit import PLACEHOLDER, Fit, files, fits
from advisor.migrate.held import HOSTS, Held, held
from advisor.migrate.plan import File
from advisor.migrate.target import Target, target
from advisor.model import Address, Forward, Hop, Path, Place, Report, Step, Use, handshake
from advisor.options import Options
from advisor.rules.scan import Scan
from advisor.stack.library import libraries
from advisor.tree import Tree

_IN_FRONT = ("cdn", "tunnel")
"""Kinds that stand in front of a server that stays where it is."""
_AT_THE_EDGE = frozenset({"npm", "jsr"})
"""Ecosystems whose code the isolates of an edge run."""


@dataclass(frozen=True, slots=True)
class Side:
    """A deployment, walked. ``paths`` are those of production that count here."""

    scan: Scan
    report: Report
    paths: tuple[Path, ...]
    host: Hop | None = None
    """What runs the app where no hop of the paths shows it."""
    by_facts: bool = False
    """True where no file leads to the app: the target stands there with its defaults, not with what files set."""

    def held(self) -> dict[str, Held]:
        """What holds on the first path, by dimension."""
        names = self.scan.knowledge.dimensions
        if not self.paths:
            return {}
        return {name: one for name in names if (one := held(self.scan, self.paths[0], name, self.host)) is not None}


@dataclass(frozen=True, slots=True)
class Situation:
    """Today and the plan side by side, for all apps with sockets."""

    before: Side
    after: Side
    fits: tuple[Fit, ...]
    files: tuple[File, ...]
    profile: Profile
    target: Target | None
    partners: tuple[Target, ...]
    """The targets that come along: what runs the app behind a balancer, the proxy in front of a machine."""
    origin: str | None
    """Id of the platform that the app leaves."""
    how: str
    unwritten: tuple[Fit, ...] = ()
    """Apps for which an image is needed and none could be written."""
    apart: tuple[Fit, ...] = ()
    """Apps whose files would have the same names as those of another one."""

    @property
    def stays(self) -> bool:
        """True where the target only comes in front of a server that stays."""
        return self.profile.kind in _IN_FRONT

    @property
    def stands_before(self) -> bool:
        """True where the target itself runs no code: it stands before what does."""
        return self.profile.kind not in HOSTS

    @property
    def name(self) -> str:
        return self.profile.name

    def writes_anew(self, fit: Fit) -> bool:
        """True where the app is written for another model than the target's, or in a language that an edge does not run."""
        if self.profile.kind == "edge_runtime" and not fit.handles and fit.ecosystem not in _AT_THE_EDGE:
            return True
        return any(path.server is not None and _other_model(path.server, self) for path in fit.paths)


def today(tree: Tree, options: Options, given: str | None = None) -> Side:
    """The deployment of today, walked and judged; ``given``: the platform that is left, where files do not show it."""
    scan = look(tree, options)
    if given is not None and not any(hop.platform == given for path in scan.paths for hop in path.hops):
        assumed = replace(options, assume={**options.assume, "hop": given})
        scan = look(tree, assumed)
        return Side(scan, judge(scan, assumed), _leaving(scan, given, options))
    return Side(scan, judge(scan, options), _leaving(scan, given, options))


def situation(before: Side, tree: Tree, options: Options, to: str, given: str | None = None) -> Situation:
    """Writes the plan's files over the tree, and walks that; ``before``: what ``today`` answered for the same tree."""
    scan = before.scan
    profile, way = scan.knowledge.platform(to), target(to)
    origin = given or _origin(scan, before.paths)
    partners = tuple(found for each in (way.together if way else ()) if (found := target(each)) is not None)
    apps = fits(scan, before.paths or _bare(scan, options), options)
    written = _written(apps, (*([way] if way else []), *partners), tree, options)
    after = _walked(tree, options, to, written.files, before) if profile.kind not in _IN_FRONT else _in_front(tree, options, to)
    if after.paths and not any(
        scan.knowledge.platform(hop.platform).kind in HOSTS
        for hop in after.paths[0].hops
        if hop.platform in scan.knowledge.platforms()
    ):
        after = replace(after, host=_host(scan, partners, after.paths[0]))
    return Situation(
        before,
        after,
        apps,
        tuple(written.files.values()),
        profile,
        way,
        partners,
        origin,
        "given" if given else "shown" if origin else "not_shown",
        tuple(written.without_image),
        tuple(written.apart),
    )


@dataclass(slots=True)
class _Written:
    """Files by path, the apps for which an image is wanted and none was written, and those whose files share names."""

    files: dict[str, File] = field(default_factory=dict)
    without_image: list[Fit] = field(default_factory=list)
    apart: list[Fit] = field(default_factory=list)


def _written(apps: tuple[Fit, ...], ways: tuple[Target, ...], tree: Tree, options: Options) -> _Written:
    """The files of all apps; where two apps would have a file of one name, the first app's stands."""
    all_written = _Written()
    for fit in apps:
        own = {
            file.path: file for each in ways for file in files(fit, each.templates, tree, options, with_image=each.needs_image)
        }
        if any(all_written.files[path].content != file.content for path, file in own.items() if path in all_written.files):
            all_written.apart.append(fit)
            continue
        all_written.files.update(own)
        wanted = any(each.needs_image for each in ways) and fit.dockerfile is None
        if wanted and f"{fit.below}Dockerfile" not in own:
            all_written.without_image.append(fit)
    return all_written


def _walked(tree: Tree, options: Options, to: str, planned: Mapping[str, File], before: Side) -> Side:
    """The plan's side: its files lie over the tree. Where no path leads through them, the target takes the place of all hops."""
    texts = {path: file.content for path, file in planned.items()}
    scan = look(tree.with_files(texts), options) if texts else before.scan
    paths = [path for path in _production(scan, options) if any(hop.place.file in planned for hop in path.hops)]
    moved = {path.app.root for path in before.paths or _production(before.scan, options) if path.app is not None}
    there = {app.root for app in before.scan.stack.apps}
    mine = [path for path in paths if path.app is not None and path.app.root in moved]
    paths = mine or [path for path in paths if path.app is not None and path.app.root not in there]
    if paths:
        return _side(scan, tuple(_moved(scan, path, planned) for path in paths), options)
    name = scan.knowledge.platform(to).name
    shown = next((hop for hop in scan.topology.hops if hop.platform == to and hop.place.file in planned), None)
    hop = shown or Hop(f"planned:{to}", to, name, Place("."), because="it is planned")
    alone = tuple(_alone(path, hop, scan) for path in before.paths or _production(before.scan, options))
    return replace(_side(scan, alone, options), by_facts=True)


def _moved(scan: Scan, path: Path, planned: Mapping[str, File]) -> Path:
    """The path with the process that the plan starts, where the scan took that of a host which the app leaves."""
    process = path.process
    if process is None or process.host is None or any(hop.id == process.host for hop in path.hops):
        return path
    started = (node.process for node in scan.topology.running if node.app is not None and node.app == path.app)
    own = next((each for each in started if each is not None and each.place.file in planned), None)
    return replace(path, process=own or replace(process, host=None, port_variable=None, port_given=None, health_check=None))


def _alone(path: Path, hop: Hop, scan: Scan) -> Path:
    """A path of today with the target in the place of its hops, under the limits that the target sets by default."""
    request = path.arrived or handshake("wss", PLACEHOLDER, path.endpoint)
    process = replace(path.process, health_check=None, host=None) if path.process is not None else None
    steps = (Step(hop, request, Forward(Address(""), request)),)
    limits = fold(steps, path.server, (), scan.knowledge, scan.ways.conditions)
    return replace(path, id="", process=process, steps=steps, limits=limits)


def _in_front(tree: Tree, options: Options, to: str) -> Side:
    """The deployment of today with the target in front of it."""
    hops = ",".join(name for name in (to, options.assume.get("hop", "")) if name)
    options = replace(options, assume={**options.assume, "hop": hops})
    scan = look(tree, options)
    paths = tuple(path for path in _production(scan, options) if any(each.platform == to for each in path.hops))
    return _side(scan, paths, options)


def _side(scan: Scan, paths: tuple[Path, ...], options: Options) -> Side:
    """A side that is judged by these paths alone: what else the tree holds stays as it is."""
    alone = replace(scan, paths=paths)
    return Side(alone, judge(alone, options), paths)


def _host(scan: Scan, partners: tuple[Target, ...], path: Path) -> Hop | None:
    """The partner that runs the app, as a hop behind the last one."""
    running = next((each.id for each in partners if scan.knowledge.platform(each.id).kind in HOSTS), None)
    return Hop(f"planned:{running}", running, scan.knowledge.platform(running).name, path.hops[0].place) if running else None


def _production(scan: Scan, options: Options) -> tuple[Path, ...]:
    paths = [path for path in scan.paths if path.scope == "production" and path.app is not None and path.server is not None]
    return tuple(path for path in paths if options.environment in (None, path.environment))


def _leaving(scan: Scan, given: str | None, options: Options) -> tuple[Path, ...]:
    """The paths of today through the platform that is left; all that have hops where it is not given."""
    paths = [path for path in _production(scan, options) if path.steps]
    through = [path for path in paths if any(hop.platform == given for hop in path.hops)]
    return tuple(through if given is not None else paths)


def _bare(scan: Scan, options: Options) -> tuple[Path, ...]:
    return _production(scan, options)


def _origin(scan: Scan, paths: tuple[Path, ...]) -> str | None:
    """The platform nearest to the app that runs code, else the nearest that is known."""
    hops: list[Hop] = list(reversed(paths[0].hops)) if paths else []
    known = [hop.platform for hop in hops if hop.platform in scan.knowledge.platforms()]
    hosts = [each for each in known if scan.knowledge.platform(each).kind in HOSTS]
    return next(iter([*hosts, *known]), None)


def _other_model(server: Use, given: Situation) -> bool:
    homes = libraries()[server.library].platforms if server.library in libraries() else ()
    if given.stays:
        return False
    value = given.after.scan.knowledge.fact(given.profile.id, "websocket_support", at=given.after.scan.ways.conditions.at)
    own = value.statement is not None and str(value.statement.value) == "own_protocol"
    return (own and given.profile.id not in homes) or (bool(homes) and given.profile.id not in homes)

"""A repository, a source and a target -> both sides walked: the paths of today, the files to write, and the paths of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from advisor.advise import judge, look
from advisor.knowledge import Profile
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


@dataclass(frozen=True, slots=True)
class Side:
    """A deployment, walked. ``paths`` are those of production that count here."""

    scan: Scan
    report: Report
    paths: tuple[Path, ...]
    host: Hop | None = None
    """What runs the app where no hop of the paths shows it."""

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
        """True where the app is written for another model than the target's: its code has to be written anew."""
        return any(path.server is not None and _other_model(path.server, self) for path in fit.paths)


def situation(tree: Tree, options: Options, to: str, given: str | None) -> Situation:
    """Walks the deployment of today, writes the plan's files over the tree, and walks that."""
    scan = look(tree, options)
    if given is not None and not any(hop.platform == given for path in scan.paths for hop in path.hops):
        assumed = replace(options, assume={**options.assume, "hop": given})
        scan = look(tree, assumed)
        before = Side(scan, judge(scan, assumed), _leaving(scan, given, options))
    else:
        before = Side(scan, judge(scan, options), _leaving(scan, given, options))
    profile, way = scan.knowledge.platform(to), target(to)
    origin = given or _origin(scan, before.paths)
    partners = tuple(found for each in (way.together if way else ()) if (found := target(each)) is not None)
    apps = fits(scan, before.paths or _bare(scan, options), options)
    planned: dict[str, File] = {}
    unwritten = []
    for fit in apps:
        for each in (*([way] if way else []), *partners):
            written = files(fit, each.templates, tree, options, with_image=each.needs_image)
            planned.update({file.path: file for file in written if file.path not in planned})
            if each.needs_image and fit.dockerfile is None and not any(file.path == f"{fit.below}Dockerfile" for file in written):
                unwritten.append(fit)
    after = _walked(tree, options, to, planned, before) if profile.kind not in _IN_FRONT else _in_front(tree, options, to)
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
        tuple(planned.values()),
        profile,
        way,
        partners,
        origin,
        "given" if given else "shown" if origin else "not_shown",
        tuple(dict.fromkeys(unwritten)),
    )


def _walked(tree: Tree, options: Options, to: str, planned: Mapping[str, File], before: Side) -> Side:
    """The plan's side: its files lie over the tree. Where no path leads through them, the target takes the place of all hops."""
    over = tree.with_files({path: file.content for path, file in planned.items()}) if planned else tree
    scan = look(over, options)
    paths = tuple(path for path in _production(scan, options) if any(hop.place.file in planned for hop in path.hops))
    if paths:
        return _side(scan, paths, options)
    name = scan.knowledge.platform(to).name
    shown = next((hop for hop in scan.topology.hops if hop.platform == to and hop.place.file in planned), None)
    hop = shown or Hop(f"planned:{to}", to, name, Place("."), because="it is planned")
    alone = tuple(_alone(path, hop) for path in before.paths or _production(before.scan, options))
    return _side(scan, alone, options)


def _alone(path: Path, hop: Hop) -> Path:
    """A path of today with the target in the place of its hops."""
    request = path.arrived or handshake("wss", PLACEHOLDER, path.endpoint)
    return replace(path, id="", steps=(Step(hop, request, Forward(Address(""), request)),), limits=())


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

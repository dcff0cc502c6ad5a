"""One hop and a request -> what the hop does, and who is next: a proxy by its configuration, every other hop by its profile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from advisor import proxies
from advisor.deployment.parts import ProxyFiles
from advisor.knowledge import Knowledge
from advisor.limits import Conditions
from advisor.model import (
    Address,
    Answer,
    Depends,
    Forward,
    Gate,
    HeaderFate,
    Hop,
    Invalid,
    Listen,
    Move,
    NotRead,
    Outcome,
    Passes,
    Place,
    Request,
    Rewrite,
    Target,
)
from advisor.proxies import patterns
from advisor.topology import Joined, Node, Running, Topology
from advisor.tree import Tree


@dataclass(slots=True)
class Ways:
    """All that a walk asks: what a hop does with a request, and where that leads."""

    topology: Topology
    tree: Tree
    knowledge: Knowledge
    conditions: Conditions
    _loaded: dict[str, Any] = field(default_factory=dict)
    _routed: dict[str, tuple[proxies.Route, ...]] = field(default_factory=dict)

    # ------------------------------------------------------------ one hop

    def outcome(self, hop: Hop, request: Request) -> Outcome:
        """What the hop does with the request."""
        program = proxies.of(hop.platform)
        if program is not None and isinstance(hop.config, ProxyFiles):
            version = self.conditions.version(hop, self.knowledge)
            outcome: Outcome = program.trace(self.config(hop), request, version, environment=dict(hop.config.variables))
            return outcome
        return self._by_profile(hop, request)

    def taking(self, hop: Hop, request: Request) -> Hop:
        """The hop with the conditions that hold on the way that the request takes through it."""
        target = self._target(hop, request)
        return replace(hop, conditions=(*target.conditions, *hop.conditions)) if target and target.conditions else hop

    def meant(self, hop: Hop) -> Hop:
        """The hop with its configuration as it was before a command filled it in."""
        return replace(hop, id=f"{hop.id}#meant", config=hop.config.whole) if isinstance(hop.config, ProxyFiles) else hop

    def config(self, hop: Hop) -> Any:
        """The proxy's configuration as its module loads it, once."""
        if hop.id not in self._loaded:
            program, files = proxies.of(hop.platform), hop.config
            if program is None or not isinstance(files, ProxyFiles):
                raise LookupError(f"{hop.platform} has no configuration that could be loaded")
            inline = dict(files.texts)
            self._loaded[hop.id] = program.load(
                files.main or files.members,
                lambda path: inline.get(path) or self.tree.text(path),
                self._glob,
                environment=dict(files.variables),
                mounted=files.glob,
            )
        return self._loaded[hop.id]

    def unread(self) -> tuple[NotRead, ...]:
        """Files of the proxies' configurations, included ones too, that could not be read."""
        proxied = [hop for hop in self.topology.hops if self.is_configured(hop) and hop.scope != "test"]
        return tuple(note for hop in proxied for note in getattr(self.config(hop), "not_read", ()))

    def is_configured(self, hop: Hop) -> bool:
        """True for a proxy whose configuration is there and whose behaviour is written in ``advisor.proxies``."""
        return isinstance(hop.config, ProxyFiles) and proxies.of(hop.platform) is not None

    def _glob(self, pattern: str) -> list[str]:
        folder, _, name = pattern.rpartition("/")
        return [path for path in self.tree.named(name) if fnmatchcase(path.rpartition("/")[0], folder)]

    def next(self, hop: Hop, outcome: Forward) -> Joined | None:
        """Who receives what the hop forwards."""
        if self.is_configured(hop):
            return self.topology.at(hop, outcome.address)
        joined = [each for target, each in self.topology.behind(hop) if _same(target, outcome)]
        return joined[0] if joined else None

    def assumed(self, place: Place) -> tuple[Hop, ...]:
        """The hops that ``--assume hop=a,b`` puts in front of everything, outermost first."""
        shown = {hop.platform for hop in self.topology.hops if hop.scope == "production"}
        names = [name.strip() for name in self.conditions.assume.get("hop", "").split(",")]
        return tuple(
            Hop(
                f"assumed:{name}", name, self.knowledge.platform(name).name, place, certainty="weak", because=f"{name} is assumed"
            )
            for name in names
            if name in self.knowledge.platforms() and name not in shown
        )

    def in_front(self, hop: Hop, passed: Iterable[Hop] | None = None) -> tuple[Hop, ...]:
        """What stands in front of a hop though no file shows it: assumed hops (before the first one), and implied ones."""
        seen = {each.platform for each in passed or ()} | {hop.platform}
        ahead = self.assumed(hop.place) if passed is None else ()
        return tuple(each for each in (*ahead, *self._implied(hop, "in_front")) if each.platform not in seen)

    def arriving(self, hop: Hop, sent: Request, passed: Request) -> Request:
        """A request that went through hops of which no file tells how they speak to ``hop``: by TLS, where that is offered."""
        offered = any(side.scheme == "https" and side.redirect_to is None for side in self.listens(hop))
        return passed.at(scheme="https") if offered and sent.scheme == "https" != passed.scheme else passed

    def behind(self, hop: Hop) -> tuple[Hop, ...]:
        """What a platform puts between itself and the app."""
        return self._implied(hop, "behind")

    def _implied(self, hop: Hop, where: str) -> tuple[Hop, ...]:
        if hop.platform not in self.knowledge.platforms():
            return ()
        given = self.conditions.of(hop)
        return tuple(
            Hop(
                f"{hop.id}+{each.platform}",
                each.platform,
                self.knowledge.platform(each.platform).name,
                hop.place,
                certainty="strong",
                scope=hop.scope,
                environment=hop.environment,
                local=where == "behind",
                because=f"{hop.name} brings it along",
            )
            for each in self.knowledge.platform(hop.platform).implies
            if each.where == where
            and each.platform in self.knowledge.platforms()
            and all(given.get(key) == value for key, value in each.when.items())
        )

    def _by_profile(self, hop: Hop, request: Request) -> Outcome:
        onward = self._onward(hop, request)
        if isinstance(onward, Answer) and onward.status == 404 and self.reached(hop):
            return onward
        known = self.conditions.ask(self.knowledge, hop, "websocket_support")
        place = onward.place if isinstance(onward, Forward) else None
        refusal = Answer(None, f"{hop.name} does not accept WebSocket upgrades", place or hop.place)
        if known.kind == "one" and known.statement is not None:
            return refusal if str(known.statement.value) == "unsupported" else onward
        refused = [text for text, statement in known.branches if str(statement.value) == "unsupported"]
        carried = [text for text, statement in known.branches if str(statement.value) != "unsupported"]
        if not refused or isinstance(onward, Depends | Answer):
            return onward
        if not carried:
            return refusal
        branches: list[tuple[str, Forward | Answer | Invalid]] = [(text, refusal) for text in refused]
        branches += [(text, onward) for text in carried]
        on = f"{hop.name} carries WebSockets only where {' or '.join(carried)}"
        return Depends(on, tuple(branches), assume=f"{hop.platform}.{known.condition}" if known.condition else None)

    def _onward(self, hop: Hop, request: Request) -> Forward | Answer:
        side = next((side for side in hop.listens if side.scheme == request.scheme), None)
        if side is not None and side.redirect_to is not None:
            location = f"{side.redirect_to}://{request.host}{request.path}"
            return Answer(301, f"{hop.name} sends every {side.scheme} request to {side.redirect_to}", side.place, location)
        gate = next((gate for gate in hop.gates if gate.action == "block" and covers(gate, request)), None)
        if gate is not None:
            return Answer(403, gate.why, gate.place)
        target = self._target(hop, request)
        if target is None and hop.targets:
            return Answer(404, f"no rule of {hop.name} takes {request.path}", side.place if side is not None else hop.place)
        secure = target is not None and target.scheme == "https"
        version = "2" if target is not None and target.scheme in ("h2", "grpc") else "1.1"
        passes = target.passes if target else None
        kept = request.headers if passes is None else tuple(pair for pair in request.headers if passes.keeps(pair[0]))
        headers = (*kept, *self._told(hop, request))
        inner = request.at(scheme="https" if secure else "http", http_version=version, headers=headers)
        if target is not None and target.rewrite is not None:
            inner = inner.at(path=_rewritten(inner.path, target.rewrite))
        given = target.headers if target is not None else ()
        if given:
            replaced = {name.lower() for name, _, _ in given}
            left = tuple(pair for pair in inner.headers if pair[0].lower() not in replaced)
            inner = inner.at(headers=(*left, *((name, value) for name, value, _ in given)))
        address = Address(target.name, target.port) if target else Address("")
        place = target.place if target else hop.place
        does = target.why if target and target.why else "hands the upgrade on"
        return Forward(
            address,
            inner,
            place,
            (Move(hop.name, does, place),),
            fates=(*_withheld(request, passes), *(HeaderFate(name, value, "set", at, value) for name, value, at in given)),
            settings=(*(target.settings if target else ()), *hop.settings),
            ineffective=hop.ineffective,
        )

    def _told(self, hop: Hop, request: Request) -> tuple[tuple[str, str], ...]:
        """The header by which a hop tells those behind it how the client came, where its profile says that it does."""
        known = self.conditions.ask(self.knowledge, hop, "forwarded_headers")
        names = known.statement.value if known.statement is not None and isinstance(known.statement.value, tuple) else ()
        first = request.header("X-Forwarded-Proto") is None and "X-Forwarded-Proto" in names
        return (("X-Forwarded-Proto", request.scheme),) if first else ()

    def _target(self, hop: Hop, request: Request) -> Target | None:
        """The first target whose hosts and paths fit, those with conditions before the one that takes all the rest."""

        def fits(target: Target) -> bool:
            host = not target.hosts or any(fnmatchcase(request.host.lower(), pattern.lower()) for pattern in target.hosts)
            if not host or (target.paths and not any(fnmatchcase(request.path, pattern) for pattern in target.paths)):
                return False
            return target.pattern is None or _matches(target.pattern, request.path)

        fitting = [target for target in hop.targets if fits(target)]
        return next((target for target in fitting if target.hosts or target.paths), fitting[0] if fitting else None)

    # ------------------------------------------------------------ what lies behind

    def reached(self, hop: Hop) -> tuple[Running, ...]:
        """The running apps that some request may reach through this hop."""
        return tuple(node for node in self._beyond(hop) if isinstance(node, Running) and node.serves_sockets)

    def inner(self) -> frozenset[str]:
        """Ids of the hops that stand behind another one of the same environment, and so are no way in of their own."""
        behind = {hop.id: {node.id for node in self._beyond(hop)} for hop in self.topology.hops}
        return frozenset(
            hop.id
            for hop in self.topology.hops
            for other in self.topology.hops
            if hop.id in behind[other.id]
            and other.id not in behind[hop.id]
            and (hop.environment, hop.scope) == (other.environment, other.scope)
        )

    def _beyond(self, hop: Hop) -> tuple[Node, ...]:
        """Every hop and running app that lies behind a hop."""
        found: dict[str, Node] = {}
        waiting = [hop]
        while waiting:
            for joined in self._all_behind(waiting.pop()):
                if joined.node.id not in found and joined.node.id != hop.id:
                    found[joined.node.id] = joined.node
                    if isinstance(joined.node, Hop):
                        waiting.append(joined.node)
        return tuple(found.values())

    def _all_behind(self, hop: Hop) -> Iterator[Joined]:
        if self.is_configured(hop):
            for route in self.routes(hop):
                if (joined := self.topology.at(hop, route.address)) is not None:
                    yield joined
            yield from self._through_gateways(hop)
        else:
            yield from (joined for _, joined in self.topology.behind(hop))

    def _through_gateways(self, hop: Hop) -> Iterator[Joined]:
        """The apps that a proxy speaks to in a protocol of requests alone (FastCGI), where nobody reaches them past the proxy."""
        program = proxies.of(hop.platform)
        addresses = program.gateways(self.config(hop)) if program is not None and hasattr(program, "gateways") else ()
        for address in addresses:
            joined = self.topology.at(hop, address)
            node = joined.node if joined is not None else None
            if joined is None or not isinstance(node, Running) or node.app is None or joined.certainty == "weak":
                continue
            same = (each.process for each in self.topology.servers(node.environment) if each.app is node.app)
            if not any(process is not None and process.published for process in same):
                yield joined

    def routes(self, hop: Hop) -> tuple[proxies.Route, ...]:
        """Where a proxy's configuration leads; nothing for a hop that is driven by its profile."""
        if not isinstance(hop.config, ProxyFiles):
            return ()
        if hop.id not in self._routed:
            program = proxies.of(hop.platform)
            self._routed[hop.id] = program.routes(self.config(hop)) if program is not None else ()
        return self._routed[hop.id]

    def public(self, hop: Hop) -> tuple[Listen, ...]:
        """All public sides of a configured proxy."""
        program = proxies.of(hop.platform)
        listens: tuple[Listen, ...] = program.servers(self.config(hop)) if program is not None else ()
        return listens

    def listens(self, hop: Hop) -> tuple[Listen, ...]:
        """All public sides of any hop: what its configuration opens, else what the reader of its file saw."""
        return self.public(hop) if self.is_configured(hop) else hop.listens

    def sides(self, hop: Hop, running: Running) -> tuple[tuple[Listen, ...], tuple[str, ...]]:
        """The hop's public sides that may lead to a running app, and sample paths that its locations take."""
        if self.is_configured(hop):
            routes = [route for route in self.routes(hop) if self._leads(hop, route.address, running)]
            names = {host for route in routes for host in route.listen.hosts}
            redirects = [side for side in self.public(hop) if side.redirect_to is not None]
            related = (side for side in redirects if not side.hosts or names & set(side.hosts))
            sides = (*(route.listen for route in routes), *related)
            return tuple(dict.fromkeys(sides)), tuple(dict.fromkeys(route.sample for route in routes))
        targets = [target for target, joined in self.topology.behind(hop) if target and self._is_or_leads(joined, running)]
        listens = hop.listens or (Listen("https" if self._ends_tls(hop) else "http", None, hop.place),)
        hosts = tuple(dict.fromkeys(_host_like(target.hosts[0]) for target in targets if target.hosts))
        if hosts and all(target.hosts for target in targets):
            listens = tuple(replace(side, hosts=(host,)) for side in listens for host in hosts if _admits(side, host))
        return listens, tuple(dict.fromkeys(_path_like(path) for target in targets for path in target.paths))

    def _leads(self, hop: Hop, address: Address, running: Running) -> bool:
        joined = self.topology.at(hop, address)
        return joined is not None and self._is_or_leads(joined, running)

    def _is_or_leads(self, joined: Joined, running: Running) -> bool:
        if isinstance(joined.node, Running):
            return joined.node.id == running.id
        return any(node.id == running.id for node in self.reached(joined.node))

    def _ends_tls(self, hop: Hop) -> bool:
        known = self.conditions.ask(self.knowledge, hop, "tls_termination")
        return known.statement is not None and str(known.statement.value) == "edge"


def _withheld(request: Request, passes: Passes | None) -> tuple[HeaderFate, ...]:
    """The headers that a rule of a hop does not hand on."""
    if passes is None:
        return ()
    gone = (name for name, _ in request.headers if not passes.keeps(name))
    return tuple(HeaderFate(name, None, "set", passes.place, passes.why) for name in gone)


def covers(gate: Gate, request: Request) -> bool:
    """True where a firewall rule holds for a request."""
    host = not gate.hosts or any(fnmatchcase(request.host.lower(), pattern.lower()) for pattern in gate.hosts)
    return host and (not gate.paths or any(fnmatchcase(request.path, pattern) for pattern in gate.paths))


def _matches(pattern: str, path: str) -> bool:
    """Whether a path matches a rule's expression; one that cannot be decided is taken to match."""
    try:
        return patterns.match(pattern, path, ignore_case=True) is not None
    except patterns.Undecided:
        return True


def _rewritten(path: str, rewrite: Rewrite) -> str:
    """The path with what the rule's expression matches replaced; as it was where that cannot be decided."""
    try:
        found = patterns.match(rewrite.pattern, path, rewrite.ignore_case)
    except patterns.Undecided:
        return path
    if found is None:
        return path
    groups = dict(enumerate(found.groups, 1))
    made = re.sub(r"\$(\d)", lambda sign: groups.get(int(sign[1]), ""), rewrite.replacement)
    return made if made.startswith("/") else f"/{made}"


def _host_like(pattern: str) -> str:
    """A host name that a pattern of a rule takes (``*.example.com``)."""
    return pattern.replace("*", "app").replace("?", "a")


def _path_like(pattern: str) -> str:
    """A path that a pattern of a rule takes (``/ws/*``)."""
    return pattern.rstrip("*").replace("*", "1").replace("?", "1") or "/"


def _admits(side: Listen, host: str) -> bool:
    return not side.hosts or any(fnmatchcase(host, each) for each in side.hosts)


def _same(target: Target | None, outcome: Forward) -> bool:
    return target is None or not outcome.address.host or target.name == outcome.address.host

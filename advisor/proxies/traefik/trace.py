"""A configuration and a request -> what Traefik does with it: entry point, router, middlewares, service.

A router with a broken rule, or that names a middleware or service that is not there, is left out, as Traefik leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from advisor.formats.document import Node
from advisor.model import Answer, Depends, Forward, HeaderFate, Invalid, Move, Outcome, Place, Quota, Request, Setting
from advisor.proxies.choices import Choices, explore
from advisor.proxies.traefik.entry_points import choose, defaults, redirect
from advisor.proxies.traefik.fields import get, seconds_of, text_of, words_of
from advisor.proxies.traefik.load import Config, EntryPoint, Named, on_entry_point
from advisor.proxies.traefik.middlewares import Passing, apply, in_flight
from advisor.proxies.traefik.options import GENERATIONS, Generation, Refused, version
from advisor.proxies.traefik.rules import alike, host_of, parsed
from advisor.proxies.traefik.services import Servers, is_number, of_router, resolve
from advisor.versions import ambiguous, before, key

_DEEPEST = 10
FORMAT = "traefik"
KEYS = {
    "respondingTimeouts.readTimeout": ("transport", "respondingTimeouts", "readTimeout"),
    "respondingTimeouts.idleTimeout": ("transport", "respondingTimeouts", "idleTimeout"),
    "lifeCycle.graceTimeOut": ("transport", "lifeCycle", "graceTimeOut"),
}
"""Setting -> its options below an entry point."""


@dataclass(slots=True)
class _Run:
    config: Config
    choices: Choices
    version: str | None
    admitted: bool
    moves: list[Move] = field(default_factory=list)
    removed: dict[str, tuple[str, Place]] = field(default_factory=dict)
    """Header in lower case -> its name and the place at which a middleware takes it away."""
    quotas: list[Quota] = field(default_factory=list)

    def old(self) -> bool:
        """Whether this is Traefik 2, whose rules are written in another way."""
        if self.version is not None and key(self.version):
            return before(self.version, "3")
        options = ("Traefik 3 or newer", "Traefik 2")
        return bool(
            self.choices.ask(
                "traefik.version", "the version of Traefik: 3 reads rules in another way", options, "traefik.version"
            )
        )

    def note(self, at: str, does: str, place: Place | None) -> None:
        self.moves.append(Move(at, does, place))


def trace(
    config: Config,
    request: Request,
    version: str | None,
    floating_current: str | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    admitted: bool = False,
) -> Outcome:
    """Sends one request through a configuration. ``admitted``: no middleware is asked whether it lets the request in."""
    number = version if version is not None and key(version) else floating_current
    if config.broken is not None:
        return config.broken
    fault = _fault(config)
    if fault is not None and number is not None and not before(number, "2.11.2"):
        return fault

    def run(choices: Choices) -> Outcome:
        state = _Run(config, choices, number, admitted)
        refused = _of_generation(state, config.static_faults)
        if refused is not None:
            return Invalid(refused.reason, refused.place)
        left_out = [one for one in config.left_out if _of_generation(state, one.refused) is not None]
        if left_out:
            state.config = config.without(left_out)
        return _traced(state, request)

    return explore(run)


def _of_generation(run: _Run, refused: Mapping[Generation, Refused]) -> Refused | None:
    """What this Traefik refuses: where its version is not known and decides, that is asked."""
    if not refused:
        return None
    either = refused.get("3") if run.version is None and len(refused) == len(GENERATIONS) else None
    chosen = either or refused.get("2" if run.old() else "3")
    newer = run.version is not None and key(version())[:2] < key(run.version)[:2]
    return None if chosen is not None and chosen.unknown and newer else chosen


def _fault(config: Config) -> Invalid | None:
    """A leftover of 2.11.1, with which later versions do not start."""
    for node in config.entry_points().values():
        found = get(node, "transport", "respondingTimeouts", "tcp")
        if found is not None:
            return Invalid("field not found, node: tcp", found.key_place or found.place)
    return None


def _traced(run: _Run, request: Request) -> Outcome:
    outcome = _received(run, request)
    return replace(outcome, moves=tuple(run.moves))


def _received(run: _Run, request: Request) -> Outcome:
    point, exact = choose(run.config, request)
    if point is None:
        return Answer(None, "no entry point takes the connection", Place(run.config.main))
    where = point.node.key_place or point.node.place
    run.note(f"entry point {point.name}", "takes the connection", where)
    if request.http_version.startswith(("2", "3")):
        return Answer(400, "the handshake is one for HTTP/1.1", where)
    secure = request.scheme == "https" and (exact or point.secure)
    sent = redirect(run.config, point)
    if sent is not None:
        node, scheme, port, status = sent
        query = f"?{request.query}" if request.query else ""
        location = f"{scheme}://{host_of(request)}{port}{request.path}{query}"
        return Answer(status, f"the entry point sends every request to {text_of(node, 'to')}", node.place, location)
    request = _forwarded(point, request, secure)
    for router in _by_priority(run, point, secure):
        if _takes(run, router, request):
            run.note(f"router {router.name}", f"takes {request.path}", router.node.place)
            return _routed(run, point, router, request.at(scheme="https" if secure else "http"))
    if run.config.unseen or any(note.deployment for note in run.config.not_read if "refuses" not in note.reason):
        missing = [*run.config.unseen, *(f"{note.file}: {note.reason}" for note in run.config.not_read)]
        return Depends(f"which routers come from what the repository does not show ({', '.join(missing)})", ())
    return Answer(404, f"no router of the entry point {point.name} takes {host_of(request)}{request.path}", where)


def _forwarded(point: EntryPoint, request: Request, secure: bool) -> Request:
    """With the X-Forwarded headers as Traefik writes them; those of a client are kept only where it is trusted."""
    trusted = text_of(point.node, "forwardedHeaders", "insecure") == "true" or bool(
        words_of(point.node, "forwardedHeaders", "trustedIPs")
    )
    headers = [(key_, value) for key_, value in request.headers if trusted or not key_.lower().startswith("x-forwarded-")]
    names = {key_.lower() for key_, _ in headers}
    authority = request.header("Host") or request.host
    given = authority.rpartition(":")[2] if ":" in authority else ""
    port = given if given.isdigit() else "443" if secure else "80"
    upgrade = request.header("Upgrade") is not None
    proto = ("wss" if secure else "ws") if upgrade else "https" if secure else "http"
    own = (
        ("X-Forwarded-Host", authority),
        ("X-Forwarded-Port", port),
        ("X-Forwarded-Proto", proto),
        ("X-Forwarded-Server", "$hostname"),
        ("X-Real-Ip", "$remote_addr"),
    )
    return request.at(headers=(*headers, *((key_, value) for key_, value in own if key_.lower() not in names)))


def _by_priority(run: _Run, point: EntryPoint, secure: bool) -> list[Named]:
    """The working routers of an entry point, the highest priority first; without one, the longer rule."""
    kept = run.config.ordered.get((point.name, secure))
    if kept is None:
        usual = defaults(run.config)
        own = [router for router in run.config.routers if on_entry_point(router, point.name, usual)]
        own = [router for router in own if (get(router.node, "tls") is not None or point.tls) is secure]
        own = [router for router in own if _works(run.config, router)]
        kept = run.config.ordered[point.name, secure] = sorted(own, key=lambda router: (-_priority(router), router.full))
    return kept


def _priority(router: Named) -> int:
    written = text_of(router.node, "priority") or ""
    number = int(written) if written.lstrip("-").isdigit() and len(written) < 12 else 0
    return number or len(_rule(router))


def _rule(router: Named) -> str:
    rule = text_of(router.node, "rule") or ""
    return rule or (f"Host(`{router.container}`)" if router.container is not None else "")


def _takes(run: _Run, router: Named, request: Request) -> bool:
    """Whether the router's rule holds."""
    if alike(_rule(router)):
        return _holds(run, router, "v3", request)
    written = text_of(router.node, "ruleSyntax") or text_of(run.config.option("core"), "defaultRuleSyntax")
    found = {syntax: _holds(run, router, syntax, request) for syntax in ("v3", "v2")}
    if found["v3"] == found["v2"]:
        return found["v3"]
    return found["v2"] if run.old() else found.get(written or "v3", False)


def _holds(run: _Run, router: Named, syntax: str, request: Request) -> bool:
    def asks(question: str) -> bool:
        return not run.choices.ask(question, question, ("it is", "it is not"))

    matcher = parsed(_rule(router), syntax)
    try:
        return matcher is not None and matcher(request, asks)
    except RecursionError:
        return False


def _works(config: Config, router: Named) -> bool:
    """False where the router names a middleware or service that is not there."""
    if not all(_is_sound(config, name, router.provider, 0) for name in words_of(router.node, "middlewares")):
        return False
    service = text_of(router.node, "service") or ""
    return service.endswith("@internal") or of_router(config, router) is not None


def _is_sound(config: Config, name: str, provider: str, depth: int) -> bool:
    """Whether a middleware is there and of one kind, and those of a chain as well."""
    found = _middleware(config, name, provider)
    kinds = [(kind.lower(), node) for kind, node in found.node.items() if node.value is not None] if found is not None else []
    if found is None or len(kinds) != 1:
        return False
    inner = words_of(kinds[0][1], "middlewares") if kinds[0][0] == "chain" and depth < _DEEPEST else ()
    return all(_is_sound(config, each, found.provider, depth + 1) for each in inner)


def _middleware(config: Config, name: str, provider: str) -> Named | None:
    return config.middlewares.get(name if "@" in name else f"{name}@{provider}")


def _routed(run: _Run, point: EntryPoint, router: Named, request: Request) -> Outcome:
    names = [*((name, "file") for name in words_of(point.node, "http", "middlewares"))]
    names += [(name, router.provider) for name in words_of(router.node, "middlewares")]
    old = run.old() if any(_sends_to_https(run.config, *name) for name in names) else False
    passed = _through(run, names, Passing(request, run.choices, run.admitted, old), 0)
    if isinstance(passed, Answer):
        return passed
    if (text_of(router.node, "service") or "").endswith("@internal"):
        return Answer(404, "the router leads to a service of Traefik's own", router.node.place)
    service = of_router(run.config, router)
    servers = resolve(run.config, service, run.choices) if service is not None else None
    if servers is None:
        return Answer(404, "the router's service names one that is not there", router.node.place)
    if servers.address is None:
        return Answer(503, "the service has no server", servers.place)
    return _sent(run, point, router, servers, passed)


def _sends_to_https(config: Config, name: str, provider: str) -> bool:
    found = _middleware(config, name, provider)
    return found is not None and text_of(found.node, "headers", "sslRedirect") == "true"


def _through(run: _Run, names: list[tuple[str, str]], passing: Passing, depth: int) -> Request | Answer:
    for name, provider in names:
        found = _middleware(run.config, name, provider)
        for kind, node in found.node.items() if found is not None else ():
            if kind.lower() == "chain":
                inner = [(each, found.provider) for each in words_of(node, "middlewares")] if found is not None else []
                if depth > _DEEPEST or any(_middleware(run.config, *each) is None for each in inner):
                    return Answer(404, f"the chain {name} names a middleware that is not there", node.place)
                result = _through(run, inner, passing, depth + 1)
            else:
                result = apply(kind.lower(), node, passing)
                run.note(f"middleware {name}", f"{kind} is applied", node.place)
                if kind.lower() == "inflightreq" and (quota := in_flight(node)) is not None:
                    run.quotas.append(quota)
                    run.note(f"middleware {name}", f"counts an open socket as long as it lives: {quota.text}", quota.place)
                if not isinstance(result, Answer):
                    run.removed |= _taken_away(passing.request, result, node)
            if isinstance(result, Answer):
                return result
            passing = replace(passing, request=result)
    return passing.request


def _taken_away(before: Request, after: Request, node: Node) -> dict[str, tuple[str, Place]]:
    """The headers that a middleware took from a request, with the line of its own that says so."""
    kept = {name.lower() for name, _ in after.headers}
    given = get(node, "customRequestHeaders")
    lines = {name.lower(): value.key_place or value.place for name, value in given.items()} if given is not None else {}
    gone = ((name, name.lower()) for name, _ in before.headers)
    return {lowered: (name, lines.get(lowered, node.place)) for name, lowered in gone if lowered not in kept}


def _sent(run: _Run, point: EntryPoint, router: Named, servers: Servers, request: Request) -> Outcome:
    address = servers.address
    assert address is not None  # noqa: S101 - the caller has looked
    tls = address.scheme == "https"
    if tls and not servers.trusts_any and is_number(address):
        options = ("the app's certificate is trusted", "it is not trusted")
        if run.choices.ask("certificate", f"whether the certificate of {address} is trusted", options):
            return Answer(500, f"the certificate of {address} is not trusted", servers.place)
    version = "1.1"
    if address.scheme == "h2c" and (run.version is None or ambiguous(run.version, "3.7") or before(run.version, "3.7")):
        options = ("Traefik upgrades over HTTP/1.1 to an h2c server", "Traefik speaks HTTP/2 to it")
        version = (
            "2" if run.choices.ask("h2c", "whether this Traefik has the repair of upgrades to h2c servers", options) else "1.1"
        )
    headers = _outgoing(request, servers)
    run.note(f"service at {servers.place}", f"sends {request.path} to {address}", servers.place)
    inner = request.at(
        scheme="https" if tls else "http",
        host=address.host,
        port=address.port or (443 if tls else 80),
        headers=headers,
        http_version=version,
    )
    fates = tuple(
        HeaderFate(name, value, "passed") for name, value in headers if name in ("Upgrade", "Connection", "Host", "Origin")
    ) + tuple(HeaderFate(name, None, "set", place, '""') for name, place in run.removed.values())
    return Forward(
        address,
        inner,
        router.node.place,
        fates=fates,
        settings=tuple(_settings(point)),
        affinity=servers.affinity,
        affinity_place=servers.affinity_place,
        upstreams=max(servers.count, 1),
        quotas=tuple(run.quotas),
    )


def _outgoing(request: Request, servers: Servers) -> tuple[tuple[str, str], ...]:
    """As Go's reverse proxy sends it: an upgrade is kept only where Connection still asks for it."""
    tokens = {token.strip().lower() for token in (request.header("Connection") or "").split(",")}
    upgrade = request.header("Upgrade") if "upgrade" in tokens else None
    headers = [(name, value) for name, value in request.headers if name.lower() not in ("connection", "upgrade")]
    if upgrade:
        headers += [("Connection", "Upgrade"), ("Upgrade", upgrade)]
    else:
        headers = [(name.replace("WebSocket", "Websocket"), value) for name, value in headers]
    before_it = request.header("X-Forwarded-For")
    headers = [(name, value) for name, value in headers if name.lower() != "x-forwarded-for"]
    headers.append(("X-Forwarded-For", f"{before_it}, $remote_addr" if before_it else "$remote_addr"))
    if request.header("Accept-Encoding") is None:
        headers.append(("Accept-Encoding", "gzip"))
    if not servers.passes_host and servers.address is not None:
        headers = [(name, str(servers.address) if name.lower() == "host" else value) for name, value in headers]
    return tuple(headers)


def _settings(point: EntryPoint) -> Iterator[Setting]:
    for name, path in KEYS.items():
        node: Node | None = get(point.node, *path)
        if node is not None:
            yield Setting(name, node.text() or "", node.place, seconds_of(node), FORMAT)

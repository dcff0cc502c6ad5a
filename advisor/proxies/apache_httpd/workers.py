"""A host's ProxyPass lines, balancers and ``<Proxy>`` sections -> who takes a path, and the worker that serves a URL.

After ``add_pass``, ``ap_proxy_trans_match`` and ``ap_proxy_get_worker_ex`` (httpd 2.4, mod_proxy.c and proxy_util.c): a worker
is found by the longest name that begins the URL, and the parameters of a line whose URL an earlier worker already serves are
ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from advisor.formats.apache import Directive
from advisor.model import Place
from advisor.proxies.apache_httpd.hosts import Host

WORKER = frozenset(
    "loadfactor retry ttl min max smax acquire timeout iobuffersize receivebuffersize keepalive disablereuse enablereuse route "
    "redirect status flushpackets flushwait ping lbset connectiontimeout flusher upgrade responsefieldsize secret hcmethod "
    "hcexpr hcinterval hcpasses hcfails hcuri hctemplate addressttl".split()
)
"""Parameters of a worker."""
BALANCER = frozenset(
    "stickysession stickysessionsep nofailover timeout maxattempts lbmethod scolonpathdelim failonstatus failontimeout nonce "
    "growth forcerecovery".split()
)
"""Parameters of a balancer."""
_FLAGS = ("nocanon", "interpolate", "noquery")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One ``key=value`` and where it stands."""

    value: str
    place: Place


@dataclass(frozen=True, slots=True)
class Pass:
    """One ProxyPass or ProxyPassMatch: the path or pattern that it takes, and the URL it leads to (``!``: nowhere)."""

    directive: Directive
    fake: str
    real: str
    is_pattern: bool
    flags: frozenset[str]
    ignored: tuple[tuple[str, Parameter], ...] = ()
    """Parameters that do not count, because an earlier worker serves the URL."""
    shared: Place | None = None
    """Where that worker was defined."""


@dataclass(slots=True, eq=False)
class Worker:
    """A target with its parameters. ``matchable``: that of a pattern, in whose name ``$1`` stands for any text."""

    name: str
    place: Place
    matchable: bool = False
    parameters: dict[str, Parameter] = field(default_factory=dict)

    def value(self, key: str) -> str:
        return self.parameters[key].value if key in self.parameters else ""


@dataclass(slots=True, eq=False)
class Balancer:
    name: str
    place: Place
    members: list[Worker] = field(default_factory=list)
    parameters: dict[str, Parameter] = field(default_factory=dict)

    def serving(self) -> list[Worker]:
        """The members that are neither disabled, stopped, spare nor only for when all others fail."""
        return [one for one in self.members if not re.search(r"(^|[+,])[DHSR]", one.value("status").upper())] or self.members

    def value(self, key: str) -> str:
        return self.parameters[key].value if key in self.parameters else ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What httpd would refuse in a line about targets, in its own words."""

    reason: str
    place: Place


@dataclass(slots=True, eq=False)
class Table:
    """What one server (main or virtual host) defines; a virtual host's table has the main server's behind it."""

    passes: list[Pass] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    balancers: dict[str, Balancer] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    inside: dict[int, Pass] = field(default_factory=dict)
    """Directive of a section (by identity) -> the pass it makes there."""
    outer: Table | None = None

    def all_passes(self) -> Iterator[Pass]:
        yield from self.passes
        if self.outer is not None:
            yield from self.outer.all_passes()

    def inner(self, directive: Directive) -> Pass | None:
        return self.inside.get(id(directive)) or (self.outer.inner(directive) if self.outer else None)

    def worker(self, url: str, own: bool = False, matchable: bool | None = None) -> Worker | None:
        """The worker whose name is the longest beginning of the URL, among those of patterns or of plain passes alone."""
        found: Worker | None = None
        url = _lowered(url)
        least = len(_authority(url))
        for one in self._workers(own):
            if matchable not in (None, one.matchable):
                continue
            longer = found is None or len(one.name) > len(found.name)
            if least <= len(one.name) <= len(url) and longer and _serves(one, url):
                found = one
        return found

    def _workers(self, own: bool) -> Iterator[Worker]:
        if self.outer is not None and not own:
            yield from self.outer._workers(own)
        yield from self.workers

    def balancer(self, url: str) -> Balancer | None:
        name = _balancer_name(url)
        return self.balancers.get(name) or (self.outer.balancer(url) if self.outer else None)


@lru_cache(maxsize=512)
def table(host: Host) -> Table:
    """The table of a host, with that of the main server behind it."""
    built = _build(host.own)
    if host.outer:
        built.outer = _outer(host.outer)
    return built


@lru_cache(maxsize=64)
def _outer(directives: tuple[Directive, ...]) -> Table:
    return _build(directives)


def _build(directives: tuple[Directive, ...]) -> Table:
    built = Table()
    _collect(built, directives, None)
    return built


def _collect(built: Table, directives: tuple[Directive, ...], section: Directive | None) -> None:
    for one in directives:
        if one.key in ("proxypass", "proxypassmatch"):
            _pass(built, one, section)
        elif one.key in ("proxy", "proxymatch") and one.block is not None:
            _proxy(built, one)
        elif one.key == "balancermember":
            _member(built, one, None)
        elif one.key == "proxyset":
            _set(built, one, None)
        elif one.key in ("location", "locationmatch") and one.block is not None:
            _collect(built, one.block, one)


def _pass(built: Table, one: Directive, section: Directive | None) -> None:
    args = list(one.args)
    is_pattern = one.key == "proxypassmatch"
    if section is not None:
        fake = section.args[-1] if section.args else "/"
        is_pattern = is_pattern or any(sign in fake for sign in "*?[")
    else:
        if args[:1] == ["~"]:
            is_pattern, args = True, args[1:]
        fake = args.pop(0) if args else ""
    if not args:
        built.faults.append(Fault("ProxyPass|ProxyPassMatch needs a path when not defined in a location", one.place))
        return
    real, *rest = args
    flags = frozenset(word.lower() for word in rest if word.lower() in _FLAGS)
    parameters = {}
    for word in rest:
        key, sign, value = word.partition("=")
        if key.lower() in _FLAGS:
            continue
        if not sign:
            reason = "Invalid ProxyPass|ProxyPassMatch parameter. Parameter must be in the form 'key=value'."
            if section is not None and real.startswith("/"):
                reason = "ProxyPass|ProxyPassMatch can not have a path when defined in a location."
            built.faults.append(Fault(reason, one.place))
            return
        if key.lower() != "mapping":
            parameters[key.lower()] = Parameter(value, one.place)
    ignored: tuple[tuple[str, Parameter], ...] = ()
    shared: Place | None = None
    if real.lower().startswith("balancer://"):
        balancer = built.balancers.setdefault(_balancer_name(real), Balancer(_balancer_name(real), one.place))
        _store(built, balancer.parameters, parameters, BALANCER, "ProxyPass unknown Balancer parameter", one.place)
    elif real != "!":
        known = built.worker(target_url(real), own=True, matchable=is_pattern)
        if known is not None:
            ignored, shared = tuple(parameters.items()), known.place
        elif (wrong := malformed(real)) is not None:
            built.faults.append(Fault(f"ProxyPass {wrong}", one.place))
        else:
            worker = Worker(_lowered(target_url(real)), one.place, is_pattern)
            _store(built, worker.parameters, parameters, WORKER, "ProxyPass unknown Worker parameter", one.place)
            built.workers.append(worker)
    made = Pass(one, fake, real, is_pattern, flags, ignored, shared)
    if section is None:
        built.passes.append(made)
    else:
        built.inside[id(one)] = made


def _proxy(built: Table, section: Directive) -> None:
    args = section.args
    name = args[0] if args else ""
    if section.key == "proxy" and name.lower().startswith("balancer://"):
        built.balancers.setdefault(_balancer_name(name), Balancer(_balancer_name(name), section.place))
    elif section.key == "proxy" and _names_worker(section) and built.worker(name, own=True) is None:
        worker = Worker(_lowered(target_url(name)), section.place)
        pairs = [word.partition("=") for word in args[1:]]
        worker.parameters |= {key.lower(): Parameter(value, section.place) for key, sign, value in pairs if sign}
        built.workers.append(worker)
    for one in section.block or ():
        if one.key == "balancermember":
            _member(built, one, name)
        elif one.key == "proxyset":
            _set(built, one, name)


def _names_worker(section: Directive) -> bool:
    """True where a ``<Proxy>`` section makes a worker: it names one address and sets something for it."""
    name = section.args[0] if section.args else ""
    sets = len(section.args) > 1 or any(one.key == "proxyset" for one in section.block or ())
    return "://" in name and not any(sign in name for sign in "*?") and sets


def _member(built: Table, one: Directive, name: str | None) -> None:
    words = list(one.args)
    if name is None and words:
        name = words.pop(0)
    url = next((word for word in words if "://" in word or word.startswith("unix:")), None)
    if name is None or url is None:
        return
    balancer = built.balancers.setdefault(_balancer_name(name), Balancer(_balancer_name(name), one.place))
    member = Worker(_lowered(target_url(url)), one.place)
    pairs = [word.partition("=") for word in words if word != url]
    given = {key.lower(): Parameter(value, one.place) for key, sign, value in pairs if sign}
    _store(built, member.parameters, given, WORKER, "BalancerMember unknown Worker parameter", one.place)
    balancer.members.append(member)


def _set(built: Table, one: Directive, name: str | None) -> None:
    words = list(one.args)
    if name is None and words:
        name = words.pop(0)
    if name is None:
        return
    given = {key.lower(): Parameter(value, one.place) for key, sign, value in (word.partition("=") for word in words) if sign}
    if name.lower().startswith("balancer://"):
        balancer = built.balancers.setdefault(_balancer_name(name), Balancer(_balancer_name(name), one.place))
        balancer.parameters |= given
    elif (worker := built.worker(target_url(name), own=True)) is not None:
        worker.parameters |= given


def _store(
    built: Table, store: dict[str, Parameter], given: dict[str, Parameter], known: frozenset[str], reason: str, place: Place
) -> None:
    if any(key not in known for key in given):
        built.faults.append(Fault(reason, place))
    store.update(given)


def malformed(url: str) -> str | None:
    """Why httpd takes a ProxyPass target for no URL; ``None`` where it is one, or where a variable hides that."""
    plain = target_url(url)
    if "${" in url or re.match(r"[a-z][a-z0-9+.-]*://", plain, re.IGNORECASE):
        return None
    return f"Unable to parse URL: {url}"


def target_url(url: str) -> str:
    """``unix:/run/app.sock|http://localhost/`` -> what stands behind the bar; any other URL as it is."""
    return url.partition("|")[2] if url.lower().startswith("unix:") and "|" in url else url


def _lowered(url: str) -> str:
    head = _authority(url)
    return head.lower() + url[len(head) :]


def _authority(url: str) -> str:
    """``http://app:3000/ws`` -> ``http://app:3000``."""
    start = url.find("://")
    cut = url.find("/", start + 3) if start >= 0 else -1
    return url if cut < 0 else url[:cut]


def _serves(worker: Worker, url: str) -> bool:
    if not worker.matchable:
        return url.startswith(worker.name)
    first, *others = re.split(r"\$\d", worker.name)
    at = len(first) if url.startswith(first) else -1
    for piece in others:
        at = url.find(piece, at) + len(piece) if at >= 0 and piece in url[at:] else -1
    return at >= 0 and (not others or url.endswith(others[-1]))


def _balancer_name(url: str) -> str:
    rest = url[len("balancer://") :]
    return rest.split("/")[0].lower()

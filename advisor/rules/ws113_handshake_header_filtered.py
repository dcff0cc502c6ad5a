"""A hop takes away a header that the handshake needs, though it hands the upgrade itself on.

An app computes its answer from ``Sec-WebSocket-Key`` and refuses a handshake without it or without ``Sec-WebSocket-Version``
(RFC 6455 section 4.2.1). Where it looks at more than that, more has to arrive: a cookie that says who is there, the Origin that
it compares with a list, the Host that it compares with the Origin.

Let the socket's path keep these headers, or hand all of the client's headers on there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from advisor.model import Answer, Finding, Forward, Path, Place, Request, Severity, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, branches, chosen, forwards, related
from advisor.stack.library import libraries

ID = "WS113"
NAME = "handshake-header-filtered"
SEVERITY: Severity = "error"
_NEEDED = ("Sec-WebSocket-Key", "Sec-WebSocket-Version")
_SAME = frozenset({"{same origin}", "{same host}"})
_COOKIE = ("Cookie", "session=1")


@dataclass(frozen=True, slots=True)
class _Loss:
    """Headers that one hop takes away: the way it does so, whether on every way, and what follows for the app."""

    names: tuple[str, ...]
    result: Forward | Answer
    follows: tuple[str, ...]
    always: bool = True
    certain: bool = True


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        for step in path.steps:
            for loss in _losses(scan, path, step):
                yield _finding(scan, path, step, loss)


def _losses(scan: Scan, path: Path, step: Step) -> Iterator[_Loss]:
    if not step.received.upgrades():
        return
    needed = _of_the_protocol(step)
    if needed is not None:
        yield needed
        return
    if any(result.request.http_version.startswith("2") or not result.request.upgrades() for _, result in forwards(step)):
        return
    for loss in (_cookie(scan, path, step), _origin(path, step), _host(path, step)):
        if loss is not None:
            yield loss


def _of_the_protocol(step: Step) -> _Loss | None:
    """Without these no server answers 101."""
    results = [result for _, result in branches(step)]
    losing: list[Forward | Answer] = [each for each in results if isinstance(each, Answer) and each.cause == "header_lost"]
    losing += [each for each in results if isinstance(each, Forward) and _missing(each.request)]
    if not losing:
        return None
    first = losing[0]
    names = _missing(first.request) if isinstance(first, Forward) else _NEEDED[:1]
    why = (
        first.reason if isinstance(first, Answer) else "no server answers 101 to a handshake without it (RFC 6455 section 4.2.1)"
    )
    return _Loss(names, first, (why,), always=len(losing) == len(results))


def _missing(request: Request) -> tuple[str, ...]:
    """The protocol's headers that a request over HTTP/1 lacks."""
    return () if request.http_version.startswith("2") else tuple(name for name in _NEEDED if request.header(name) is None)


def _cookie(scan: Scan, path: Path, step: Step) -> _Loss | None:
    """A cookie by which the app tells its sockets apart, sent along to see whether it arrives."""
    if path.server is None or not path.server.cookies or step.received.header("Cookie") is not None:
        return None
    with_cookie = step.received.at(headers=(*step.received.headers, _COOKIE))
    probe = Step(step.hop, with_cookie, scan.ways.outcome(step.hop, with_cookie))
    losing = [result for _, result in forwards(probe) if result.request.header("Cookie") is None]
    if not losing:
        return None
    follows = (
        f"{app_place(path.server)} takes the cookie of the handshake for who is there",
        "where it refuses a handshake without one, no socket opens; else every socket is a stranger's",
    )
    return _Loss(("Cookie",), losing[0], follows, certain=False)


def _origin(path: Path, step: Step) -> _Loss | None:
    """The Origin, where the app compares it with a list."""
    server = path.server
    if server is None or server.origins is None or "*" in server.origins or step.received.header("Origin") is None:
        return None
    entry = libraries().get(server.library)
    without = entry.without_origin if entry is not None else None
    losing = [result for _, result in forwards(step) if result.request.header("Origin") is None]
    if not losing or without == "accepts":
        return None
    place = server.origins_place or app_place(server)
    then = "refuses a handshake without one" if without == "refuses" else "may refuse a handshake without one"
    follows = (f"{place} compares the Origin of the handshake with a list", f"{server.name} {then}")
    return _Loss(("Origin",), losing[0], follows, certain=without == "refuses")


def _host(path: Path, step: Step) -> _Loss | None:
    """The Host: an HTTP/1.1 request must have one, and some servers take sockets from pages of that very host alone."""
    server, origin = path.server, step.received.header("Origin")
    losing = [result for _, result in forwards(step) if not result.request.header("Host")]
    if losing:
        return _Loss(("Host",), losing[0], ("a server answers 400 to a request of HTTP/1.1 without Host (RFC 9112 section 3.2)",))
    if server is None or origin is None or path.arrived is None or not _compares(path):
        return None
    page = urlsplit(origin).hostname
    strange = [result for _, result in forwards(step) if page not in _names(result.request)]
    if not strange or page not in _names(step.received) or page in _names(path.arrived):
        return None
    host = strange[0].request.header("Host") or ""
    follows = (
        f"the page is at {page}, and the app is told that its own host is {host}",
        f"{server.name} refuses a handshake whose Origin is not its own host",
    )
    return _Loss(("Host",), strange[0], follows)


def _compares(path: Path) -> bool:
    """True where the app's library takes sockets from its own host alone, as it is set up here."""
    server = path.server
    if server is None or path.certainty == "weak":
        return False
    entry = libraries().get(server.library)
    return bool(server.origins and set(server.origins) <= _SAME) or (
        server.origins is None and entry is not None and entry.same_host
    )


def _names(request: Request) -> set[str | None]:
    """The host names that the app may take for its own."""
    hosts = (request.header("Host"), request.header("X-Forwarded-Host"))
    return {urlsplit(f"//{host.strip()}").hostname for each in hosts if each for host in each.split(",") if _plain(host)}


def _plain(host: str) -> bool:
    return not any(sign in host for sign in "[]$ /")


def _finding(scan: Scan, path: Path, step: Step, loss: _Loss) -> Finding:
    hop, app = step.hop, path.app.id if path.app else "the app"
    sure = loss.always and loss.certain
    names = " and ".join(loss.names)
    may = "" if loss.always else "may "
    needs = "needs" if loss.certain else "may need"
    keeps = f"does not hand {names} on" if loss.always else f"not hand {names} on"
    return Finding(
        ID,
        NAME,
        "error" if sure else "warning",
        "breaks" if sure else "depends",
        ("certain" if path.certainty != "weak" and hop.config is not None else "likely") if sure else "possible",
        f"{hop.name} {may}{keeps} for {path.endpoint}, which {app} {needs} for the handshake.",
        _place(step, loss),
        why=(
            f"the handshake for {path.url} arrives at {hop.name} with {names}",
            *chosen(step),
            *_because(loss),
            *loss.follows,
        ),
        remedy=_remedy(scan, step, path, names),
        snippet=remedies.header_block(scan, step, loss.result, path, _place(step, loss)),
        verify=remedies.curl(path),
        related=related(app_place(path.server) if path.server else None, "the app accepts sockets here"),
        path=path.id,
        facts=_facts(scan, step),
        who="proxy" if hop.config is not None else "platform",
    )


def _because(loss: _Loss) -> Iterator[str]:
    """What takes the headers away."""
    fates = loss.result.fates if isinstance(loss.result, Forward) else ()
    for fate in fates:
        if fate.name.lower() in {name.lower() for name in loss.names} and not fate.value:
            how = f": {fate.written}" if fate.written else " to nothing, and an empty header is not sent"
            yield f"{fate.place} takes {fate.name} away{how}" if fate.written else f"{fate.place} sets {fate.name}{how}"


def _place(step: Step, loss: _Loss) -> Place:
    """The line that takes the header away, else the block that serves the path."""
    wanted = {name.lower() for name in loss.names}
    fates = loss.result.fates if isinstance(loss.result, Forward) else ()
    gone = (fate.place for fate in fates if fate.name.lower() in wanted and (not fate.value or "Host" in loss.names))
    return next((place for place in gone if place is not None), loss.result.place or step.hop.place)


def _remedy(scan: Scan, step: Step, path: Path, names: str) -> str:
    way = scan.value(step.hop, "how_to_enable") if step.hop.platform in scan.knowledge.platforms() else None
    told = f" What it takes: {way}." if step.hop.config is None and isinstance(way, str) and way != "none" else ""
    return f"Hand {names} on where {step.hop.name} serves {path.endpoint}.{told}"


def _facts(scan: Scan, step: Step) -> tuple[str, ...]:
    known = step.hop.platform in scan.knowledge.platforms() and scan.fact(step.hop, "upgrade_headers").kind != "absent"
    return (f"{step.hop.platform}/upgrade_headers",) if known else ()

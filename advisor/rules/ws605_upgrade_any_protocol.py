"""A proxy hands on any protocol that a client asks to upgrade to, and the server behind it takes HTTP/2 that way.

With ``Upgrade: h2c`` a client turns its connection into one of HTTP/2 that runs through the proxy as an open tunnel. The proxy
sees none of the requests in it, so what it refuses, asks a password for or writes into headers does not hold there.

Hand on the upgrade to WebSocket alone. Servers that leave ``Upgrade: h2c`` alone, and they are most, need no change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.model import Confidence, Finding, Forward, Path, Place, Request, Severity, Step, handshake
from advisor.rules import remedies
from advisor.rules.scan import Scan, forwards, related
from advisor.stack.cleartext import WORDS, takes_h2c
from advisor.stack.server_limits import program_library
from advisor.topology import Running

ID = "WS605"
NAME = "upgrade-any-protocol"
SEVERITY: Severity = "info"
_ASKS = (("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c"), ("HTTP2-Settings", "AAMAAABkAAQAAP__"))


@dataclass(frozen=True, slots=True)
class _Taker:
    """A server that takes ``Upgrade: h2c``."""

    name: str
    place: Place
    why: str
    confidence: Confidence


def check(scan: Scan) -> Iterator[Finding]:
    told: set[Place] = set()
    for step, path, node in (*_of_paths(scan), *_of_routes(scan)):
        taker = _taker(scan, path, node)
        forward = _loose(scan, step) if taker is not None else None
        if taker is None or forward is None or not _all_loose(scan, path, step):
            continue
        place = next((fate.place for fate in forward.fates if fate.name.lower() == "upgrade" and fate.place), forward.place)
        if (place or step.hop.place) not in told:
            told.add(place or step.hop.place)
            yield _finding(scan, path, step, forward, taker, place or step.hop.place)


def _of_paths(scan: Scan) -> Iterator[tuple[Step, Path | None, Running | None]]:
    """The last configured proxy of every path on which a handshake arrives."""
    for path in scan.paths:
        last = next((step for step in reversed(path.steps) if scan.ways.is_configured(step.hop)), None)
        if path.arrived is not None and last is not None:
            yield last, path, None


def _of_routes(scan: Scan) -> Iterator[tuple[Step, Path | None, Running | None]]:
    """Proxies that hand upgrades on to a process whose sockets are not known: its code may still show what it takes."""
    for hop in scan.topology.hops if any(True for _ in scan.tree.having(*sorted(WORDS))) else ():
        for route in scan.ways.routes(hop) if hop.scope == "production" else ():
            joined = scan.topology.at(hop, route.address)
            if joined is not None and isinstance(joined.node, Running):
                host = next((name for name in route.listen.hosts if not set(name) & set("*~_$")), "localhost")
                asked = handshake(route.listen.scheme, host, route.sample, port=route.listen.port)
                step = Step(hop, asked, scan.ways.outcome(hop, asked))
                if any(forward.request.upgrades() for _, forward in forwards(step)):
                    yield step, None, joined.node


def _taker(scan: Scan, path: Path | None, node: Running | None) -> _Taker | None:
    """What is known of the server: the program that runs the app, else the code that it builds."""
    program = program_library(path.runs) if path is not None and path.runs is not None else None
    if program is not None and path is not None and program.h2c == "takes":
        place = (path.process.command_place or path.process.place) if path.process is not None else Place(".")
        return _Taker(program.name, place, f"{program.name} answers Upgrade: h2c with 101 and goes on in HTTP/2", "certain")
    process = path.process if path is not None else node.process if node is not None else None
    root = path.app.root if path is not None and path.app is not None else process.root if process and process.built else None
    found = takes_h2c(scan.tree, root) if root is not None and not (program is not None and program.h2c == "leaves") else None
    name = next(iter(process.names), "the server") if process is not None else "the server"
    return _Taker(name, found, f"the code at {found} takes Upgrade: h2c", "likely") if found is not None else None


def _loose(scan: Scan, step: Step) -> Forward | None:
    """How the hop hands on a request that asks for HTTP/2, if it does.

    Only programs are asked whose module knows how to hand on WebSocket alone: others drop such a request by themselves, or do
    so in some versions.
    """
    if not remedies.narrows(step):
        return None
    asked = _asking(step.received)
    for _, forward in forwards(Step(step.hop, asked, scan.ways.outcome(step.hop, asked))):
        request = forward.request
        upgrade, connection = request.header("Upgrade") or "", request.header("Connection") or ""
        if "h2c" in upgrade.lower() and "upgrade" in connection.lower() and not request.http_version.startswith("2"):
            return forward
    return None


def _all_loose(scan: Scan, path: Path | None, step: Step) -> bool:
    """True where every configured proxy before this one lets such a request through, too."""
    before = path.steps[: path.steps.index(step)] if path is not None and step in path.steps else ()
    return all(_loose(scan, each) is not None for each in before if scan.ways.is_configured(each.hop))


def _asking(request: Request) -> Request:
    """The same request with the upgrade of RFC 7540 section 3.2 in place of the one to WebSocket."""
    own = {"connection", "upgrade"}
    kept = tuple(pair for pair in request.headers if pair[0].lower() not in own and not pair[0].lower().startswith("sec-"))
    return request.at(headers=(*kept, *_ASKS))


def _finding(scan: Scan, path: Path | None, step: Step, forward: Forward, taker: _Taker, place: Place) -> Finding:
    at = path.endpoint if path is not None else step.received.path
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "note",
        taker.confidence,
        f"{step.hop.name} hands on every upgrade at {at}, also the one to HTTP/2 that {taker.name} takes.",
        place,
        why=(
            f"a request with Upgrade: h2c for {at} leaves {step.hop.name} as it came",
            taker.why,
            f"what {step.hop.name} refuses or adds does not hold for the requests in that tunnel",
        ),
        remedy="Hand on the upgrade to WebSocket alone.",
        snippet=remedies.narrow_block(scan, step, forward, at),
        verify=_verify(step),
        related=related(taker.place, "this takes it"),
        path=path.id if path is not None else None,
        who="proxy",
    )


def _verify(step: Step) -> str:
    """A command that asks for HTTP/2; nothing may answer 101."""
    received = step.received
    port = "" if received.port in (80, 443) else f":{received.port}"
    return (
        "curl -i --http1.1 --max-time 5 -H 'Connection: Upgrade, HTTP2-Settings' -H 'Upgrade: h2c' "
        f"-H 'HTTP2-Settings: AAMAAABkAAQAAP__' '{received.scheme}://{received.host}{port}{received.path}'"
        "  # no 101 may come"
    )

"""One configured proxy and one virtual handshake -> how it ends, with the clocks, the affinity and the steps that led there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

from advisor.knowledge import Knowledge
from advisor.limits import Conditions, as_taken, fold
from advisor.model import (
    Address,
    Answer,
    Depends,
    Forward,
    Handled,
    Hop,
    Invalid,
    Move,
    NotRead,
    Outcome,
    Place,
    Request,
    Step,
    handshake,
)
from advisor.options import BadOptions
from advisor.subject import Subject

_REDIRECTS = (301, 302, 303, 307, 308)
_SCHEMES = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}


@dataclass(frozen=True, slots=True)
class Clock:
    """The idle clock of an open socket: seconds, what restarts it, and the line that sets it (``None``: a default)."""

    seconds: float
    reset_by: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How the handshake ends. All but ``outcome`` and ``reason`` is about an accepted one or about what the app received."""

    outcome: Handled
    reason: str
    status: int | None = None
    location: str | None = None
    place: Place | None = None
    request: Request | None = None
    address: Address | None = None
    idle: Clock | None = None
    max_duration_s: float | None = None
    max_message_bytes: int | None = None
    affinity: str = "none"
    reload: str | None = None
    reload_after_s: float | None = None

    @property
    def ping_keeps_alive(self) -> bool | None:
        """Whether a WebSocket ping, with the pong that answers it, keeps an idle socket open; ``None``: no idle clock."""
        return None if self.idle is None else self.idle.reset_by in ("any", "from_client", "from_upstream")


@dataclass(frozen=True, slots=True)
class Traced:
    """What one proxy does with one handshake. ``branches``: condition and ending, where it depends on something."""

    url: str
    hop: Hop
    ending: Ending
    moves: tuple[Move, ...] = ()
    depends_on: str | None = None
    branches: tuple[tuple[str, Ending], ...] = ()
    not_read: tuple[NotRead, ...] = ()


def request_for(url: str, headers: Iterable[str] = ()) -> Request:
    """The handshake that a browser sends to ``url``; each of ``headers`` is ``Name: value``, added or put in place.

    Raises :class:`BadOptions` for what is no URL of a WebSocket, and for a header without a colon.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadOptions(f"{url!r} is not a URL: {error}.") from None
    if parts.scheme.lower() not in _SCHEMES or not host or any(sign.isspace() for sign in url):
        raise BadOptions(f"{url!r} is not the URL of a WebSocket; it looks like wss://app.example.com/ws.")
    scheme = _SCHEMES[parts.scheme.lower()]
    host = f"[{host}]" if ":" in host else host
    kept = "/%:@!$&'()*+,;=-._~"
    request = handshake(scheme, host, quote(parts.path or "/", safe=kept), quote(parts.query, safe=kept + "?"), port)
    for each in headers:
        name, colon, value = each.partition(":")
        if not colon or not name.strip() or any(sign in name.strip() for sign in ' \t"(),/;<=>?@[]{}\r\n') or "\n" in value:
            raise BadOptions(f"--header expects 'Name: value', but got {each!r}.")
        request = _with(request, name.strip(), value.strip())
    return request


def _with(request: Request, name: str, value: str) -> Request:
    """The request with a header; one that a browser sends itself is put in its place."""
    if request.header(name) is None:
        return request.at(headers=(*request.headers, (name, value)))
    return request.at(headers=tuple((key, value if key.lower() == name.lower() else old) for key, old in request.headers))


def trace(subject: Subject, url: str, headers: Iterable[str], knowledge: Knowledge, conditions: Conditions) -> Traced:
    """Sends the handshake through the proxy."""
    request = request_for(url, headers)
    hop = subject.hop
    version = conditions.version(hop, knowledge)
    outcome: Outcome = subject.program.trace(subject.config, request, version, environment=dict(subject.environment))
    ends = list(_ends(outcome, "", hop, request, knowledge, conditions))
    moves = _moves(outcome)
    if len(ends) == 1 and not ends[0][0]:
        return Traced(url, hop, ends[0][1], moves, not_read=subject.not_read)
    on = outcome.on if isinstance(outcome, Depends) else "whether the app takes an upgrade over HTTP/1.0"
    if isinstance(outcome, Depends) and any(_is_old(each) for _, each in outcome.branches):
        on += "; whether the app takes an upgrade over HTTP/1.0"
    return Traced(url, hop, _common([end for _, end in ends], on), moves, on, tuple(ends), subject.not_read)


def _moves(outcome: Outcome) -> tuple[Move, ...]:
    """The steps, with the answer that ends them."""
    if isinstance(outcome, Invalid):
        return (*outcome.moves, Move("configuration", f"is refused: {outcome.reason}", outcome.place))
    if isinstance(outcome, Answer):
        told = f"answers {outcome.status}" if outcome.status is not None else "does not answer as a WebSocket needs"
        return (*outcome.moves, Move("answer", f"{told}: {outcome.reason}", outcome.place))
    return outcome.moves


def _ends(
    outcome: Outcome, when: str, hop: Hop, request: Request, knowledge: Knowledge, conditions: Conditions
) -> Iterator[tuple[str, Ending]]:
    """Every way it can end, with its condition; one with an empty condition where nothing is open."""
    if isinstance(outcome, Depends):
        for label, branch in outcome.branches:
            yield from _ends(branch, f"{when} and {label}" if when else label, hop, request, knowledge, conditions)
        if not outcome.branches:
            yield outcome.on, Ending("depends", outcome.on)
    elif isinstance(outcome, Invalid):
        yield when, Ending("invalid_config", outcome.reason, place=outcome.place)
    elif isinstance(outcome, Answer):
        redirected = outcome.status in _REDIRECTS
        handled: Handled = "redirected" if redirected else "refused"
        yield when, Ending(handled, outcome.reason, outcome.status, outcome.location, outcome.place)
    else:
        ending = _forwarded(outcome, hop, request, knowledge, conditions)
        if not _is_old(outcome):
            yield when, ending
            return
        before = f"{when} and " if when else ""
        taken = replace(ending, outcome="accepted", status=101, reason="the app takes an upgrade over HTTP/1.0")
        refused = "the app receives HTTP/1.0, over which RFC 6455 allows no upgrade"
        yield f"{before}the app takes an upgrade over HTTP/1.0", taken
        yield f"{before}the app refuses an upgrade over HTTP/1.0", replace(ending, outcome="refused", status=None, reason=refused)


def _is_old(outcome: Outcome) -> bool:
    """True where the app receives a complete handshake, but over HTTP/1.0."""
    return isinstance(outcome, Forward) and outcome.request.http_version in ("1.0", "0.9") and outcome.request.upgrades()


def _forwarded(forward: Forward, hop: Hop, received: Request, knowledge: Knowledge, conditions: Conditions) -> Ending:
    limits = {each.dimension: each for each in fold((Step(hop, received, forward),), None, (), knowledge, conditions)}
    idle, lifetime, size = (limits.get(key) for key in ("idle_timeout", "max_connection_duration", "max_message_size"))
    clock = None
    if idle is not None and isinstance(idle.value, int | float):
        reset = forward.idle_reset_by if forward.idle_reset_by != "any" else idle.reset_by or "any"
        clock = Clock(idle.value, reset, idle.decided_by.place)
    reload, after = _reload(forward, as_taken(Step(hop, received, forward)), knowledge, conditions)
    upgrade_lost, missing = not forward.request.upgrades(), _missing(forward.request)
    over_http2 = forward.request.http_version.startswith("2")
    reason = "the app receives a valid upgrade"
    if over_http2:
        reason = "the app receives HTTP/2, which has no 101"
    elif upgrade_lost:
        reason = f"the app receives an ordinary request: {missing}"
    accepted = not upgrade_lost and not over_http2
    return Ending(
        "accepted" if accepted else "refused",
        reason,
        101 if accepted else None,
        None,
        forward.place,
        forward.request,
        forward.address,
        clock,
        _number(lifetime.value) if lifetime else None,
        int(number) if size and (number := _number(size.value)) is not None else None,
        forward.affinity,
        reload,
        after,
    )


def _missing(request: Request) -> str:
    if request.method != "GET":
        return f"its method is {request.method}"
    upgrade, connection = request.header("Upgrade"), request.header("Connection")
    if upgrade is None:
        return "it has no Upgrade header"
    if "websocket" not in upgrade.lower():
        return f"its Upgrade header is {upgrade!r}"
    if connection is None:
        return "it has no Connection header"
    if "upgrade" not in connection.lower():
        return f"its Connection header is {connection!r}"
    return f"it has no Sec-WebSocket-{'Key' if request.header('Sec-WebSocket-Key') is None else 'Version'}"


def _reload(forward: Forward, hop: Hop, knowledge: Knowledge, conditions: Conditions) -> tuple[str | None, float | None]:
    """What a reload of the proxy does to the open socket, and after how many seconds."""
    if hop.platform not in knowledge.platforms():
        return None, None
    keys = {(each.format, each.key) for each in knowledge.platform(hop.platform).set_by("reload_behaviour")}
    for setting in forward.settings:
        if (setting.format, setting.key) in keys and (after := _number(setting.amount)):
            return "cuts_after", after
    known = conditions.ask(knowledge, hop, "reload_behaviour").statement
    if known is None:
        return None, None
    return str(known.value), _number(known.details.get("after_s"))


def _common(ends: list[Ending], on: str) -> Ending:
    """What holds whatever the answer is."""
    first = ends[0]
    handled: Handled
    if len({(end.outcome, end.status, end.location) for end in ends}) == 1 and first.outcome != "depends":
        handled, status, location = first.outcome, first.status, first.location
    else:
        handled, status, location = "depends", None, None
    same: dict[str, object] = {
        name: getattr(first, name)
        for name in ("idle", "max_duration_s", "max_message_bytes", "affinity", "reload", "reload_after_s")
        if all(getattr(end, name) == getattr(first, name) for end in ends)
    }
    if all((end.request, end.address) == (first.request, first.address) for end in ends):
        same |= {"request": first.request, "address": first.address}
    return replace(Ending(handled, on if handled == "depends" else first.reason, status, location), **same)  # type: ignore[arg-type]


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None

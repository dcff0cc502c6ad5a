"""A situation and its duties -> the order of steps, the way back, what to test, and an honest word on the effort."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from advisor.migrate.duties import Duties
from advisor.migrate.fit import PLACEHOLDER, commands
from advisor.migrate.held import Held
from advisor.migrate.plan import Do, Effort, Fits
from advisor.migrate.situation import Situation
from advisor.migrate.target import Target
from advisor.options import Options
from advisor.rules.remedies import curl
from advisor.tree import Tree

_LONGEST_WATCH_S = 3600


def steps(given: Situation, what: Duties, tree: Tree, options: Options) -> tuple[Do, ...]:
    """The order that keeps a way back open at every point."""
    return tuple(_steps(given, what, tree, options))


def _steps(given: Situation, what: Duties, tree: Tree, options: Options) -> Iterator[Do]:
    code = [item for item in (*what.must, *what.should) if item.who == "app"]
    client = [item for item in (*what.must, *what.should) if item.who == "client"]
    host = _public(given)
    if code:
        moves = given.profile.kind == "function_host" or _anew(given)
        where = (
            " on a branch of its own"
            if moves
            else ", and deploy it where it runs today first"
            if given.before.paths
            else " first"
        )
        yield Do(f"Change the app ({_count(len(code), 'thing')} above){where}.")
    if client:
        yield Do("Change the client, and release it before the move: it has to find its way back by itself.")
    if given.files:
        yield Do(f"Write the planned files: {', '.join(file.path for file in given.files)}.")
    if given.target is None:
        yield Do(f"Write the configuration for {given.name}, from what is known of it.", f"wsadvise platform {given.profile.id}")
    for each in _order(given):
        for do, run in _filled(given, each, tree, options):
            if do:
                yield Do(f"{do}.", run)
    if given.stays:
        return
    yield Do("Test under the host's own name, before any user sees it (the list below).")
    yield Do(f"Lower the TTL of {host} to a minute, a day before the move.")
    yield Do(f"Point {host} at the new host. Open sockets stay on the old one until they close; new ones open on the new one.")
    yield Do("Keep the old host running until its last socket has gone, and a week longer as the way back.")


def rollback(given: Situation, tree: Tree, options: Options) -> tuple[Do, ...]:
    """From the quickest way back to the last."""
    back = []
    if not given.stays and given.before.paths:
        host = _public(given)
        back.append(Do(f"Point {host} back at the old host, which still runs; clients reconnect there when their socket closes."))
        back.append(Do("Stop the new deployment only then: closing its sockets is what sends clients back."))
    if given.target is not None:
        texts = [given.target.rollback.run] if given.target.rollback.run else []
        run = next(iter(commands(given.fits[0], tree, options, texts)), "")
        back.append(Do(f"{given.target.rollback.do}.", run))
    return tuple(back)


def tests(given: Situation, after: Mapping[str, Held], options: Options) -> tuple[Do, ...]:
    """What to try on the new host, each with what has to be seen."""
    return tuple(_tests(given, after, options))


def _tests(given: Situation, after: Mapping[str, Held], options: Options) -> Iterator[Do]:
    path = next(iter(given.after.paths or given.fits[0].paths))
    yield Do("The handshake is answered with 101.", curl(path))
    idle = after.get("idle_timeout")
    seconds = idle.number if idle is not None and idle.number is not None else 120.0
    hold = min(int(seconds * 2), _LONGEST_WATCH_S * 2)
    yield Do(f"A socket on which nobody speaks is still open after {hold} s.", f"time npx wscat --connect '{path.url}'")
    life = after.get("max_connection_duration")
    if life is not None and life.number is not None:
        yield Do(f"After {life.told} the socket closes, and the client is back within seconds with its state.")
    yield Do("A deploy while sockets are open: all clients are back, spread over time, and none has lost its state.")
    if any(fit.replicas > 1 for fit in given.fits):
        yield Do("Two clients on different instances hear each other.")
    size = after.get("max_message_size")
    largest = f"of {options.assume['message_size']}" if "message_size" in options.assume else "as large as they become"
    if size is not None and (size.number is not None or not size.is_known):
        yield Do(f"Messages {largest} arrive both ways, whole.")
    yield Do("From another network and a phone: the page opens its socket over wss, with the real Origin.")


def effort(given: Situation, what: Duties, fits: Fits) -> Effort:
    """Large where code is written anew, medium where code or client change, small where files do."""
    if fits == "rewrite":
        return Effort("large", (f"the socket server is written anew for {given.name}, and clients speak to it differently",))
    if fits == "cannot":
        return Effort("large", ("it cannot run there at all",))
    code = [item for item in what.must if item.rule is not None or (item.who in ("app", "client") and item.place is not None)]
    because = [f"{_count(len(code), 'place')} in the code or the client to change before it works"] if code else []
    if given.profile.kind == "function_host" and not given.stays:
        because.append("a process that listens becomes a function that exports its server")
    fresh = [item for item in what.should if item.rule is not None and item.who == "app" and not item.today]
    if fresh:
        because.append(f"{_count(len(fresh), 'thing')} in the app that should change because of the move")
    missing = [fit.name for fit in (*given.unwritten, *(fit for fit in given.fits if fit.command is None and not fit.handles))]
    if missing and not given.stays:
        because.append(f"how {' and '.join(dict.fromkeys(missing))} is built or started has to be written down first")
    if because and not code:
        return Effort("medium", tuple(because))
    if code or (given.profile.kind == "function_host" and not given.stays):
        return Effort("medium", tuple(because))
    if given.target is None:
        return Effort("medium", (f"no file for {given.name} is planned yet, so its configuration is to be written by hand",))
    files = f"{_count(len(given.files), 'file')} to write"
    return Effort("small", (f"{files}, and no line of the app that has to change", *because))


def _order(given: Situation) -> tuple[Target, ...]:
    """What runs the app first, then what stands in front of it."""
    mine = (given.target,) if given.target is not None else ()
    kinds = {each.id: given.after.scan.knowledge.platform(each.id).kind for each in (*mine, *given.partners)}
    return tuple(sorted((*mine, *given.partners), key=lambda each: kinds[each.id] != "application_host"))


def _filled(given: Situation, each: Target, tree: Tree, options: Options) -> tuple[tuple[str, str], ...]:
    """What to do and to run, for this app; a step that comes out empty is not for it."""
    told = commands(given.fits[0], tree, options, [step.do for step in each.deploy])
    return tuple(zip(told, commands(given.fits[0], tree, options, [step.run for step in each.deploy]), strict=True))


def _public(given: Situation) -> str:
    host = given.fits[0].host
    return "the public name" if host == PLACEHOLDER else host


def _anew(given: Situation) -> bool:
    return any(given.writes_anew(fit) for fit in given.fits)


def _count(number: int, noun: str) -> str:
    return f"{'one' if number == 1 else number} {noun}{'' if number == 1 else 's'}"

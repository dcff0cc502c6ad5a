"""Both sides of a move -> what must be done, what should be, and what to watch.

The planned deployment is walked and judged like any other, so most of it is what the rules find there; what no rule can find,
because it is about the move and not about files, is added from the facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from advisor.attempts import is_local
from advisor.knowledge.statements import Special
from advisor.migrate.fit import Fit
from advisor.migrate.held import Held, say
from advisor.migrate.plan import Item
from advisor.migrate.situation import Situation
from advisor.model import Finding
from advisor.options import Options
from advisor.rules.remedies import heartbeat_block, heartbeat_seconds

_NOTHING = "nothing"
"""How a fact begins that says that nothing has to be switched on."""
_SIGNALS = frozenset({"SIGTERM", "SIGINT"})
_SHORT_GRACE_S = 5
_SAFE_IDLE_S = 60
"""A heartbeat for a clock whose length nobody states is sent as if it were a minute."""
_ABOUT_SCAN = frozenset({"WS902", "WS903", "WS904"})
_MATTERING = ("idle_timeout", "max_connection_duration", "max_message_size", "session_affinity", "scale_to_zero", "deploy_grace")
"""What an app with sockets wants to know before it moves; unknown is worth a look of its own."""


@dataclass(frozen=True, slots=True)
class Duties:
    """All that is to be done, by how much it weighs."""

    must: tuple[Item, ...]
    should: tuple[Item, ...]
    watch: tuple[Item, ...]


def duties(given: Situation, options: Options) -> Duties:
    """Everything, each thing once: what cannot work first, then what the planned deployment shows, then what facts say."""
    after = given.after.held()
    before = given.before.held()
    found: dict[str, list[Item]] = {"must": [], "should": [], "watch": []}
    if cannot(given):
        return Duties(tuple(item for _, item in _support(given, after)), (), ())
    for level, item in (
        *_support(given, after),
        *_starting(given),
        *_findings(given),
        *_around(given),
        *_living(given, before, after, options),
        *_unknown(given, after),
        *_costs(given, after),
    ):
        if item.text not in {each.text for items in found.values() for each in items}:
            found[level].append(item)
    return Duties(tuple(found["must"]), tuple(found["should"]), tuple(found["watch"]))


_Levelled = Iterator[tuple[str, Item]]


def cannot(given: Situation) -> bool:
    """True where the target takes no WebSocket at all."""
    support = given.after.held().get("websocket_support")
    return support is not None and support.value in ("unsupported", Special.UNSUPPORTED) and not support.open


def _support(given: Situation, after: Mapping[str, Held]) -> _Levelled:
    """What has to be written anew, or that it cannot be had, before anything else."""
    support = after.get("websocket_support")
    facts = support.facts if support is not None else ()
    how = after.get("how_to_enable")
    if support is not None and cannot(given):
        yield (
            "must",
            Item(
                f"{given.name} does not accept WebSockets: leave the socket server where it is, or choose another host.",
                (support.note,) if support.note else (),
                facts=facts,
            ),
        )
        return
    anew = any(given.writes_anew(fit) for fit in given.fits)
    called = given.profile.kind == "function_host" or (given.profile.kind == "edge_runtime" and _says_what_to_rewrite(given))
    if anew or (called and any(_is_process(fit) for fit in given.fits)):
        yield from _rewriting(given, support, how, anew=anew)
    elif how is not None and (given.target is None or any(path.handshake.outcome != "accepted" for path in given.after.paths)):
        if how.told.startswith(_NOTHING):
            return
        yield "must", Item(f"Switch WebSockets on: {how.told}.", (how.note,) if how.note else (), facts=how.facts)


def _rewriting(given: Situation, support: Held | None, how: Held | None, *, anew: bool) -> _Levelled:
    """What is written anew: all of it for another model, the entry alone where a function takes the place of a process."""
    servers = [path.server for fit in given.fits for path in fit.paths[:1] if path.server is not None]
    because = [
        f"{fit.name} is {f'written for {server.name}' if fit.handles else 'an ordinary socket server'} ({server.place})"
        for fit, server in zip(given.fits, servers, strict=False)
    ]
    because += [support.note] if support is not None and support.note else []
    rewrite = given.target.rewrite if given.target is not None else ()
    process = (
        f"Write the socket server anew for {given.name}: a process that listens and holds its sockets, in place of handlers."
    )
    told = how.told if how is not None and not how.told.startswith(_NOTHING) else ""
    for number, text in enumerate(rewrite or (process,)):
        first = number == 0
        item = Item(
            text,
            tuple(because) if first else (),
            told if first else "",
            place=servers[0].place if servers else None,
            facts=support.facts if support is not None else (),
            who="app",
        )
        yield "must" if anew or first else "should", item


def _says_what_to_rewrite(given: Situation) -> bool:
    return given.target is not None and bool(given.target.rewrite)


def _is_process(fit: Fit) -> bool:
    return any(path.server is not None and path.server.runs_in in ("own_process", "asgi", "wsgi") for path in fit.paths)


def _starting(given: Situation) -> _Levelled:
    """How the app starts, and what its process is given."""
    runs_code = given.profile.kind not in ("cdn", "tunnel", "edge_runtime", "api_gateway")
    for fit in given.fits:
        if runs_code and fit.command is None and given.files and fit.dockerfile is None:
            text = f"Say how {fit.name} starts: no file shows its start command, so the planned files leave it out."
            yield "must", Item(text, do="Add a start script or a Procfile and plan again.", who="app")
        if fit in given.unwritten:
            yield (
                "must",
                Item(f"Write a Dockerfile for {fit.name}: the planned host runs an image, and there is none.", who="app"),
            )
        if runs_code and fit.variables:
            names = ", ".join(fit.variables)
            yield (
                "must",
                Item(
                    f"Set the variables that {fit.name} is given today: {names}.", ("their values stand in no file of the plan",)
                ),
            )
        if fit in given.apart:
            text = f"Plan {fit.name} by itself: its files would have the same names as those of {given.fits[0].name}."
            yield "must", Item(text, do=f"wsadvise plan {fit.root} --to {given.profile.id}", who="scan")
    services = sorted(_services(given))
    if runs_code and services:
        text = f"Provide what runs beside the app today: {', '.join(services)}."
        yield "must", Item(text, ("the plan moves the app alone",))
    for file in given.files:
        if file.exists:
            text = f"{file.path} is there already: compare it with the planned one and take over what is missing."
            yield "must", Item(text)


def _services(given: Situation) -> set[str]:
    environments = {path.environment for path in given.before.paths}
    return {
        f"{process.image} ({process.place})"
        for process in given.before.scan.deployment.processes
        if process.image and not process.built and process.environment_name in environments and process.scope == "production"
    }


def _findings(given: Situation) -> _Levelled:
    """What the rules find on the planned paths."""
    paths = {path.id for path in given.after.paths}
    files = {file.path for file in given.files}
    today = {(each.rule, each.place.file, each.place.line) for each in given.before.report.findings}
    anew = any(given.writes_anew(fit) for fit in given.fits)
    after = {fact: one for one in given.after.held().values() for fact in one.facts}
    for finding in given.after.report.findings:
        if finding.rule in _ABOUT_SCAN or finding.who == "scan":
            continue
        if finding.path is not None and finding.path not in paths and finding.place.file not in files:
            continue
        if anew and finding.who in ("app", "proxy"):
            continue
        holds = (finding.rule, finding.place.file, finding.place.line) in today
        notes = [one.note for fact in finding.facts if (one := after.get(fact)) is not None and one.fixed and one.note]
        yield _level(finding), _item(finding, notes, today=holds)


def _level(finding: Finding) -> str:
    if finding.severity == "error":
        return "must"
    return "should" if finding.severity == "warning" else "watch"


def _item(finding: Finding, notes: list[str], *, today: bool) -> Item:
    return Item(
        finding.message,
        (*finding.why, *(note for note in notes if note not in finding.why)),
        finding.remedy,
        finding.snippet,
        finding.verify,
        finding.place,
        finding.facts,
        finding.who,
        finding.rule,
        today,
    )


def _around(given: Situation) -> _Levelled:
    """The names that clients use, and what still deploys to the old host."""
    if not given.stays:
        urls = {
            url.text: url
            for fit in given.fits
            for path in fit.paths
            for use in path.clients
            for url in use.urls
            if url.host and not url.derived and not url.guarded and not is_local(url.host)
        }
        for url in urls.values():
            text = f"The client opens {url.text}: move that name to the new host, or change this line."
            yield "must", Item(text, place=url.place, who="client")
    for chosen in given.before.report.chosen:
        if "/workflows/" in chosen.file and chosen.scope == "production" and given.before.paths:
            yield (
                "should",
                Item(f"{chosen.file} deploys to where the app runs today: let it deploy to {given.name} once traffic has moved."),
            )


def _living(given: Situation, before: Mapping[str, Held], after: Mapping[str, Held], options: Options) -> _Levelled:
    """How sockets live there, in what no rule speaks of."""
    signal, grace, sleep, idle = (after.get(name) for name in ("deploy_signal", "deploy_grace", "scale_to_zero", "idle_timeout"))
    if signal is not None and signal.value in _SIGNALS and _value(before, "deploy_signal") not in (None, signal.value):
        text = (
            f"Close sockets on {signal.value}: {given.name} stops the app with it, and not with {before['deploy_signal'].value}."
        )
        yield "should", Item(text, (signal.note,) if signal.note else (), facts=signal.facts, who="app")
    if grace is not None and grace.number is not None and grace.number <= _SHORT_GRACE_S and not given.stays:
        text = f"Close sockets at once when asked to stop: {grace.by} kills the app {grace.told} after the signal."
        yield "should", Item(text, (grace.note,) if grace.note else (), facts=grace.facts, who="app")
    if sleep is not None and sleep.value == "sleeps":
        text = f"Choose a size or plan that never sleeps: {sleep.told}."
        yield "should", Item(text, (sleep.note,) if sleep.note else (), facts=sleep.facts)
    if idle is not None and not idle.is_known:
        for fit in given.fits:
            if fit.heartbeat_s is None or fit.heartbeat_s > _SAFE_IDLE_S * 2 / 3:
                seconds = heartbeat_seconds(_SAFE_IDLE_S)
                text = f"Send a heartbeat every {seconds} s: {idle.by} states no idle timeout, and hops on the way have one."
                block = heartbeat_block(fit.paths[0], seconds)
                yield "should", Item(text, (idle.note,) if idle.note else (), snippet=block, facts=idle.facts, who="app")
    yield from _sizes(given, before, after, options)
    affinity = after.get("session_affinity")
    if affinity is not None and any(fit.affinity and fit.replicas == 1 for fit in given.fits):
        can = bool(affinity.can_be) or affinity.value not in (None, "none")
        text = "With more than one instance, this app needs all requests of a client on one of them" + (
            "." if can else f", which {affinity.by} cannot do: then use the websocket transport alone."
        )
        yield "watch", Item(text, (affinity.note,) if affinity.note else (), facts=affinity.facts, who="app")


def _sizes(given: Situation, before: Mapping[str, Held], after: Mapping[str, Held], options: Options) -> _Levelled:
    size, most = after.get("max_message_size"), options.message_bytes
    if size is not None and size.number is not None:
        old = _value(before, "max_message_size")
        if most is not None and most > size.number:
            text = f"Split messages: the app sends up to {say(most, 'bytes')}, and {size.by} takes {size.told} at most."
            yield "must", Item(text, (size.note,) if size.note else (), facts=size.facts, who="app")
        elif most is None and old is not None and (not isinstance(old, int | float) or old > size.number):
            text = f"Messages larger than {size.told} end the socket there; find out how large yours become."
            yield "watch", Item(text, (size.note,) if size.note else (), facts=size.facts, who="app")
    binary = after.get("binary_frames")
    if binary is not None and binary.value == "unsupported":
        yield (
            "should",
            Item(
                "Send text alone: binary messages are refused.",
                (binary.note,) if binary.note else (),
                facts=binary.facts,
                who="app",
            ),
        )


def _unknown(given: Situation, after: Mapping[str, Held]) -> _Levelled:
    """What is not known, or hangs on something not shown."""
    for name in _MATTERING:
        one = after.get(name)
        label = name.replace("_", " ")
        if one is not None and one.open:
            yield "watch", Item(f"The {label} hangs on something the files do not show: {one.told}.", facts=one.facts)
        elif one is not None and not one.is_known:
            text = f"The {label} of {one.by} is {one.told}; measure it with your own traffic."
            yield "watch", Item(text, (one.note,) if one.note else (), facts=one.facts)
    if given.after.by_facts and given.files and not any(given.writes_anew(fit) for fit in given.fits):
        text = "The scan does not see the app behind the planned files, so what stands here are the target's defaults."
        yield "watch", Item(text, do="Write the files and scan again.", who="scan")
    status = given.profile.lifecycle
    if status.status in ("beta", "sunset", "moved"):
        yield "watch", Item(f"{given.name} is {status.status}.", (status.note,) if status.note else ())


def _costs(given: Situation, after: Mapping[str, Held]) -> _Levelled:
    for name, text in (("billing_model", "What an open socket costs"), ("local_development", "Local development differs")):
        one = after.get(name)
        if one is not None and isinstance(one.value, str) and not isinstance(one.value, Special):
            yield "watch", Item(f"{text}: {one.value}.", facts=one.facts)


def _value(side: Mapping[str, Held], name: str) -> object:
    return side[name].value if name in side else None

"""Action Cable, Turbo Streams and AnyCable in Rails apps -> a server, what joins its processes, and the browser's side of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from advisor.formats.source import Source
from advisor.model import Certainty, Endpoint, Heartbeat, Place, Scope, Url, Use
from advisor.scope import scope_of
from advisor.stack import by_library
from advisor.stack.addresses import address
from advisor.stack.apps import Root
from advisor.stack.library import libraries
from advisor.stack.own_code import OwnCode
from advisor.stack.ruby.packages import Packages
from advisor.stack.ruby.puma import listening
from advisor.stack.ruby.rails import Adapter, Rails
from advisor.stack.ruby.values import texts, value

WORDS = (
    *("action_cable", "ActionCable", "ApplicationCable", "turbo_stream_from", "broadcasts_to", "broadcasts_refreshes"),
    *("Channel.broadcast_to", "broadcast_append", "broadcast_replace", "broadcast_prepend", "broadcast_refresh"),
)
_CHANNEL = re.compile(
    r"^[ \t]*class\s+(?!(?:ApplicationCable::)?Channel\b)[A-Z][\w:]*\s*<\s*(?:::)?"
    r"(?:ApplicationCable::Channel|ActionCable::Channel::Base|Turbo::StreamsChannel)\b",
    re.MULTILINE,
)
_STREAM = re.compile(r"^(?![ \t]*(?:#|-#|/|//|<%#|<!--))[^\n#]{0,300}?\bturbo_stream_from\b(?!\s*=)", re.MULTILINE)
_BROADCASTS = re.compile(r"^[ \t]*broadcasts(?:_to|_refreshes|_refreshes_to)?(?:[ \t]+|\(|$)", re.MULTILINE)
_SENT = re.compile(r"^(?![ \t]*#)[^\n]{0,200}\b(?:broadcast|broadcast_to|broadcast_\w{1,30}_to)[ \t(]", re.MULTILINE)
"""``Turbo`` puts what a model ``broadcasts`` into jobs (turbo-rails, ``Turbo::Broadcastable``)."""
_MOUNT = re.compile(r"^[ \t]*mount[\s(]\s*ActionCable\.server\b", re.MULTILINE)
_RUN = re.compile(r"^[ \t]*run[\s(]\s*ActionCable\.server\b", re.MULTILINE)
_CONNECTION = re.compile(r"<\s*(?:::)?ActionCable::Connection::Base\b")
_IDENTITY = re.compile(r"\bcookies\b|\[[\"']warden[\"']\]|\bsession\b")
_BEAT = re.compile(
    r"^(?![ \t]*#)[^\n]{0,120}\bBEAT_INTERVAL\b(?:\s{0,5}=\s{0,5}(\d{1,5})\b|\s{0,5},\s{0,5}(\d{1,5})\b)", re.MULTILINE
)
_VIEWS = (".erb", ".haml", ".slim", ".rb", ".arb", ".jbuilder")
_LARGEST = 500_000
_JOINED = {
    "redis": "action-cable-redis",
    "postgresql": "action-cable-postgresql",
    "solid_cable": "solid-cable",
    "any_cable": "anycable",
}


@dataclass
class _Seen:
    """What one app shows of Action Cable in one scope."""

    root: Root
    scope: Scope
    channels: list[Place] = field(default_factory=list)
    streams: list[Place] = field(default_factory=list)
    hints: list[Place] = field(default_factory=list)
    jobs: list[Place] = field(default_factory=list)
    cookies: bool = False


def detect(code: OwnCode, packages: Packages) -> Iterator[Use]:
    """One server for every app that streams something; the gem, the generated classes or a test alone are none."""
    seen: dict[tuple[str, Scope], _Seen] = {}
    for path in code.paths_of(_VIEWS, *WORDS):
        text = code.tree.text(path) or ""
        if len(text) <= _LARGEST:
            root, scope = code.apps.owner(path), scope_of(path)
            _note(seen.setdefault((root.id, scope), _Seen(root, scope)), Source(text, path), path)
    for one in seen.values():
        if one.channels or one.streams or one.hints:
            yield from _uses(code, packages, one)


def _note(seen: _Seen, source: Source, path: str) -> None:
    text = source.text
    ruby = path.endswith(".rb")
    if ruby:
        seen.channels += [source.place(*found.span()) for found in _CHANNEL.finditer(text)]
        models = [source.place(*found.span()) for found in _BROADCASTS.finditer(text)]
        seen.hints += [*models, *(source.place(*found.span()) for found in _MOUNT.finditer(text))]
        seen.jobs += models
        if path.endswith("_job.rb") or "/workers/" in path:
            seen.jobs += [source.place(*found.span()) for found in _SENT.finditer(text)]
        seen.cookies = seen.cookies or (_CONNECTION.search(text) is not None and _IDENTITY.search(text) is not None)
    if "turbo_stream_from" in text and not path.endswith("_helper.rb"):
        seen.streams += [source.place(found.end() - len("turbo_stream_from"), found.end()) for found in _STREAM.finditer(text)]


def _uses(code: OwnCode, packages: Packages, seen: _Seen) -> Iterator[Use]:
    rails = Rails(code, seen.root)
    if not rails.loads_cable():
        return
    adapter = rails.adapter()
    anycable = adapter is not None and adapter.name == "any_cable"
    known = libraries()["anycable" if anycable else "action-cable"]
    place = min(seen.channels or seen.streams or seen.hints)
    certainty: Certainty = "explicit" if seen.channels or seen.streams else "strong"
    version = packages.version(seen.root, known.packages)
    joined = _JOINED.get(adapter.name or "") if adapter is not None else None
    on_one_host = joined == "solid-cable" and rails.on_sqlite()
    origins, origins_place = _origins(rails)
    beats = {"heartbeat": beat} if (beat := _own_beat(code, seen)) is not None else {}
    yield by_library.use(
        known,
        "server",
        seen.root.id,
        place,
        scope=seen.scope,
        version=version,
        certainty=certainty,
        endpoints=_endpoints(code, rails, place, known.port if anycable else None),
        broadcasts=adapter.place if adapter is not None and (adapter.in_memory or on_one_host) else None,
        jobs_send=min(seen.jobs, default=None),
        backplane=joined,
        backplane_scope=("host" if on_one_host else "network") if joined else None,
        origins=None if anycable else origins,
        origins_place=None if anycable else origins_place,
        cookies=seen.cookies,
        **beats,
    )
    if joined is not None and adapter is not None:
        yield _backplane(packages, seen, joined, adapter)
    if seen.streams:
        yield _browser(rails, packages, seen)


def _own_beat(code: OwnCode, seen: _Seen) -> Heartbeat | None:
    """The interval that an app puts over the library's constant, for which it has no setting."""
    for path in code.paths("ActionCable", sign=_BEAT):
        found = _BEAT.search(code.tree.text(path) or "") if code.apps.owner(path).id == seen.root.id else None
        if found is not None and scope_of(path) == seen.scope and int(found[1] or found[2]) > 0:
            place = Source(code.tree.text(path) or "", path).place(*found.span())
            seconds = float(found[1] or found[2])
            return Heartbeat("server", "configured", seconds, place=place, answered=False, fact="action-cable/heartbeat")
    return None


def _backplane(packages: Packages, seen: _Seen, id: str, adapter: Adapter) -> Use:
    known = libraries()[id]
    gems = known.packages or (("pg",) if adapter.name == "postgresql" else ("redis",))
    version = packages.version(seen.root, gems)
    return Use(id, known.name, "backplane", seen.root.id, adapter.place, scope=seen.scope, version=version, runs_in="platform")


def _browser(rails: Rails, packages: Packages, seen: _Seen) -> Use:
    """Turbo in the pages that ask for a stream: it opens the address of the page's meta tag, or ``/cable`` of its own site."""
    known = libraries()["turbo-streams"]
    return by_library.use(
        known,
        "client",
        seen.root.id,
        min(seen.streams),
        scope=seen.scope,
        version=packages.version(seen.root, known.packages),
        urls=(_url(rails, min(seen.streams)),),
        runs_in="browser",
    )


def _url(rails: Rails, place: Place) -> Url:
    found = rails.settings.get("url")
    if found is not None:
        given = value(found.node, found.file.root)
        at = found.file.place(found.node)
        if isinstance(given.value, str) and "://" in given.value:
            return address(given.value, at, guarded=given.variable is not None, environment=given.variable)
        if isinstance(given.value, str) and given.value.startswith("/"):
            return Url(given.value, at, path=given.value, derived=True)
        return Url("{config.action_cable.url}", at, environment=given.variable)
    mounted = rails.mount()
    path = mounted.path if mounted is not None else None
    return Url(path or "/", place, path=path, derived=True)


def _endpoints(code: OwnCode, rails: Rails, place: Place, own_port: int | None) -> tuple[Endpoint, ...]:
    """The mount, or a server of its own (``run ActionCable.server`` in a rackup file) that takes any path."""
    port, origin, bind = (own_port, "default", None) if own_port else listening(code.tree, rails.path("config/puma.rb"))
    mounted = rails.mount()
    if mounted is not None:
        at = mounted.place if code.tree.exists(mounted.place.file) and mounted.place.line > 1 else place
        return (Endpoint(mounted.path, at, port, origin, bind),)
    for path in code.paths_of((".ru",), "ActionCable"):
        text = code.tree.text(path) or ""
        found = _RUN.search(text) if code.apps.owner(path).id == rails.root.id else None
        if found is not None:
            return (Endpoint(None, Source(text, path).place(*found.span())),)
    return (Endpoint(None, place, port, origin, bind),)


def _origins(rails: Rails) -> tuple[tuple[str, ...], Place | None]:
    """Its own address unless that is switched off, and what is listed; any where the check is off."""
    off = rails.settings.get("disable_request_forgery_protection")
    if off is not None and rails.flag("disable_request_forgery_protection") is not False:
        sure = rails.flag("disable_request_forgery_protection") is True
        return (("*",) if sure else ("{computed}",)), off.file.place(off.node)
    found = rails.settings.get("allowed_request_origins")
    listed = (texts(found.node, found.file.root) or ()) if found is not None else ()
    same = ("{same host}",) if rails.flag("assume_ssl") else ("{same origin}",)
    own = same if rails.flag("allow_same_origin_as_host") is not False else ()
    return (*own, *listed), found.file.place(found.node) if found is not None else None

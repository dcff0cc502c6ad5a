"""Laravel's own socket servers, Reverb and the older laravel-websockets: a process of its own that the app broadcasts through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.formats.source import Source
from advisor.model import Certainty, Endpoint, Heartbeat, Place, Setting, Use
from advisor.scope import scope_of
from advisor.stack import by_library
from advisor.stack.apps import Root
from advisor.stack.library import libraries
from advisor.stack.own_code import OwnCode
from advisor.stack.php.config import configuration, values
from advisor.stack.php.module import PhpFile, entry, returned
from advisor.stack.php.packages import Packages
from advisor.stack.php.values import Given, Values

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_STARTS = "reverb:start"
_SERVES = "websockets:serve"
_SCALES = "REVERB_SCALING_ENABLED"
_DRIVERS = ("BROADCAST_CONNECTION", "BROADCAST_DRIVER")
WORDS = ("ShouldBroadcast", _STARTS, _SERVES, _SCALES, *_DRIVERS)
_BROADCASTS = re.compile(r"^[^\n*/]{0,200}\bimplements\b[^\n{]{0,200}\bShouldBroadcast(?:Now)?\b", re.MULTILINE)
_SET_ON = re.compile(rf"\b{_SCALES}\b[\"']?\s{{0,4}}[=:]\s{{0,4}}[\"']?(?:true|1)\b", re.IGNORECASE)
_DRIVER = re.compile(rf"\b(?:{'|'.join(_DRIVERS)})\b[\"']?\s{{0,4}}[=:,]\s{{0,4}}[\"']?(\w+)")
_WRITTEN = (".md", ".mdx", ".rst", ".txt", ".adoc", ".html")
_ACTIVITY_S = 30.0
_PONG_S = 30.0


@dataclass(frozen=True)
class _Kind:
    """One of the two packages: its configuration file, the command that starts it, and the driver that speaks to it."""

    library: str
    config: str
    command: str
    driver: str


_KINDS = (
    _Kind("laravel-reverb", "reverb", _STARTS, "reverb"),
    _Kind("laravel-websockets", "websockets", _SERVES, "pusher"),
)


def detect(code: OwnCode, packages: Packages) -> Iterator[Use]:
    """A server for every app that has the package and shows that it is used: started, broadcast through, or set as the driver."""
    for root in code.apps.roots.values():
        for kind in _KINDS:
            known = libraries()[kind.library]
            if not any(name in packages.asked(root) for name in known.packages) or root.is_library:
                continue
            started = _written(code, root, kind.command)
            config = configuration(code, root, kind.config)
            sends, drives = _broadcast(code, root), _drives(code, root, kind.driver)
            if started is None and (config is None or not (sends or drives)):
                continue
            one = _One(code, packages, root, kind, config, values(code, config) if config is not None else None)
            certainty: Certainty = "explicit" if started is not None or (sends is not None and drives) else "strong"
            yield from one.uses(certainty, started)


@dataclass(frozen=True)
class _One:
    """One server of one app; ``config`` ``None`` where only its start command stands in the tree."""

    code: OwnCode
    packages: Packages
    root: Root
    kind: _Kind
    config: PhpFile | None
    values: Values | None

    def uses(self, certainty: Certainty, started: Place | None) -> Iterator[Use]:
        known = libraries()[self.kind.library]
        reverb = self.kind.config == "reverb"
        place = self._place(*(("servers", "reverb") if reverb else ("apps",))) or started or Place(self._manifest(), 1)
        version = self.packages.version(self.root, known.packages)
        joined = self._joined() if reverb else None
        size = self._setting("max_message_size", "apps", "apps", "") if reverb else None
        yield by_library.use(
            known,
            "server",
            self.root.id,
            place,
            scope=scope_of(place.file),
            version=version,
            certainty=certainty,
            endpoints=(self._endpoint(place, reverb),),
            heartbeat=self._heartbeat() if reverb else by_library.heartbeat(known, version),
            origins=self._origins(reverb),
            origins_place=self._place("apps", "apps", "", "allowed_origins") if reverb else self._place("allowed_origins"),
            broadcasts=None if joined else self._in_memory(place, reverb),
            backplane="reverb-redis" if joined else None,
            backplane_scope="network" if joined else None,
            **({"max_message": size} if size is not None else {}),
        )
        if joined is not None:
            plane = libraries()["reverb-redis"]
            yield Use(plane.id, plane.name, "backplane", self.root.id, joined, scope=scope_of(joined.file), runs_in="platform")

    def _manifest(self) -> str:
        return "composer.json" if self.root.path == "." else f"{self.root.path}/composer.json"

    def _node(self, *keys: str) -> SgNode | None:
        return entry(returned(self.config), *keys) if self.config is not None else None

    def _place(self, *keys: str) -> Place | None:
        node = self._node(*keys)
        return self.config.place(node) if self.config is not None and node is not None else None

    def _given(self, *keys: str) -> Given:
        return self.values.of(self._node(*keys)) if self.values is not None else Given()

    def _setting(self, name: str, *keys: str) -> Setting | None:
        node, given = self._node(*keys, name), self._given(*keys, name)
        place = self._place(*keys, name)
        if node is None or place is None or given.number is None:
            return None
        return Setting(name, node.text()[:80], place, given.number, "php")

    def _endpoint(self, place: Place, reverb: bool) -> Endpoint:
        """``/app/KEY`` below the server's own path; its port is read from a variable of its own, never from PORT."""
        known = libraries()[self.kind.library]
        below = self._given("servers", "reverb", "path") if reverb else Given("")
        path = f"/{below.value.strip('/')}" if isinstance(below.value, str) and below.value.strip("/") else ""
        port = self._given("servers", "reverb", "port") if reverb else self._given("dashboard", "port")
        host = self._given("servers", "reverb", "host") if reverb else Given()
        number = int(port.number) if port.number is not None and 0 < port.number < 65536 else known.port
        bind = host.value if isinstance(host.value, str) and host.variable is None else None
        return Endpoint(f"{path}/app", place, number, "environment" if port.variable else "default", bind, prefix=True)

    def _heartbeat(self) -> Heartbeat:
        """The client pings after ``activity_timeout`` without a message, as the server tells it; the server then answers."""
        seconds = self._given("apps", "apps", "", "activity_timeout").number
        told = seconds is not None and seconds > 0 and seconds != _ACTIVITY_S
        return Heartbeat(
            "both",
            "configured" if told else "default",
            float(seconds) if told and seconds is not None else _ACTIVITY_S,
            _PONG_S,
            self._place("apps", "apps", "", "activity_timeout") if told else None,
            fact=f"{self.kind.library}/heartbeat",
        )

    def _origins(self, reverb: bool) -> tuple[str, ...] | None:
        """Hosts that are let in; an empty list of laravel-websockets lets in all."""
        node = self._node("apps", "apps", "", "allowed_origins") if reverb else self._node("allowed_origins")
        listed = self.values.texts(node) if self.values is not None and node is not None else None
        if listed is None:
            return ("*",) if self.config is None else None
        return listed or (() if reverb else ("*",))

    def _joined(self) -> Place | None:
        """Where scaling over Redis is on: in the configuration, or by its variable in a file of the deployment."""
        if self._given("servers", "reverb", "scaling", "enabled").value is True:
            return self._place("servers", "reverb", "scaling", "enabled")
        for path in self.code.tree.having(_SCALES):
            if (
                path.endswith((".php", *_WRITTEN))
                or scope_of(path) not in ("production", "example")
                or not _within(path, self.root)
            ):
                continue
            found = _SET_ON.search(self.code.tree.text(path) or "")
            if found is not None:
                return Source(self.code.tree.text(path) or "", path).place(found.start(), found.start() + len(_SCALES))
        return None

    def _in_memory(self, place: Place, reverb: bool) -> Place:
        """Every process tells only those that are connected to it."""
        return (self._place("servers", "reverb", "scaling", "enabled") if reverb else None) or place


def _within(path: str, root: Root) -> bool:
    return root.path == "." or path.startswith(f"{root.path}/") or "/" not in path


def _written(code: OwnCode, root: Root, command: str) -> Place | None:
    """Where a file of the deployment starts it: not documentation, not a script of development."""
    for path in code.tree.having(command):
        name = path.rsplit("/", 1)[-1]
        skip = path.endswith((".php", *_WRITTEN)) or name in ("composer.json", "package.json", "solo.yml")
        if skip or scope_of(path) != "production" or not _within(path, root):
            continue
        text = code.tree.text(path) or ""
        at = re.search(rf"^[^\n#;]{{0,300}}?{command}\b", text, re.MULTILINE)
        if at is not None:
            return Source(text, path).place(at.end() - len(command), at.end())
    return None


def _broadcast(code: OwnCode, root: Root) -> Place | None:
    """The first event of the app that is broadcast."""
    for path in code.paths("ShouldBroadcast"):
        text = code.tree.text(path) or ""
        found = _BROADCASTS.search(text) if scope_of(path) == "production" and code.apps.owner(path).id == root.id else None
        if found is not None:
            return Source(text, path).place(*found.span())
    return None


def _drives(code: OwnCode, root: Root, driver: str) -> bool:
    """True where a file of the app's environment, or the fallback in its configuration, names this driver."""
    for path in code.tree.having(*_DRIVERS):
        theirs = path.endswith(_WRITTEN) or not _within(path, root) or scope_of(path) == "test"
        if not theirs and any(found[1] == driver for found in _DRIVER.finditer(code.tree.text(path) or "")):
            return True
    return False

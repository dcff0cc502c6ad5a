"""The constructions of one app -> its uses, with what only the whole app shows: heartbeats, broadcasts, backplanes, affinity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from advisor.model import Endpoint, Heartbeat, Place, Scope, Use
from advisor.stack.apps import Root
from advisor.stack.javascript import broadcasts, heartbeats, restores, syntax
from advisor.stack.javascript.clients import client
from advisor.stack.javascript.names import Script
from advisor.stack.javascript.packages import Packages
from advisor.stack.javascript.project import Project
from advisor.stack.javascript.servers import server
from advisor.stack.javascript.shapes import Site, object_of
from advisor.stack.javascript.source import language
from advisor.stack.javascript.special import kept_by_object
from advisor.stack.library import Library, LibraryHeartbeat, libraries

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = frozenset(
    {
        "socket.io",
        "@nestjs/websockets",
        "flask_socketio",
        "socketio",
        "setInterval",
        ".emit(",
        "clients",
        "cluster.fork",
        "@socket.io/sticky",
        "sticky-session",
        "onclose",
        '"close"',
        "'close'",
    }
)
_SOCKET_IO = frozenset({"socket-io", "nestjs", "feathers", "sails"})
_SHARED = frozenset({"partyserver", "cloudflare-agents", "nestjs", "nestjs-ws", "express-ws", "rails-actioncable-js"})
_ISOLATE = "workers-websocket-pair"
_OWNED = frozenset({"durable-object-websocket", "partyserver", "cloudflare-agents", "meteor"})
_TOPICS = frozenset({"uwebsockets-js", "bun-serve", "elysia", "hono", "crossws", "nitro"})
_ROOMS = ("socket.io", "@nestjs/websockets", "flask_socketio", "socketio")
"""Words of the files in which a server of Socket.IO's protocol may put a socket into a room."""
_OF_PAGES = ("react", "react-dom", "vue", "svelte", "socket.io-client", "next/navigation")
"""Packages of which a page's code imports one, and a server's none: their types are imported as well, and count as little."""
_MARKUP = (".html", ".htm", ".vue", ".svelte", ".tsx", ".jsx", ".astro")


@dataclass
class AppUses:
    """Everything found in one app, and the questions about it as a whole."""

    root: Root
    sites: list[Site]
    project: Project
    packages: Packages
    _beats: dict[tuple[str, str], Heartbeat | None] = field(default_factory=dict)

    def uses(self) -> Iterator[Use]:
        """The uses; what is one server or connection in spite of several constructions is put together, and so are tests'."""
        merged: dict[tuple[str, str, str], Use] = {}
        for site in self.sites:
            use = self._use(site)
            if use is None:
                continue
            alone = use.library in _SHARED or use.scope == "test" or use.role == "managed_client"
            key = (use.library, use.role, use.scope if alone else str(use.place))
            first = merged.get(key)
            merged[key] = replace(first, endpoints=_distinct(first.endpoints + use.endpoints)) if first else use
        yield from merged.values()

    def _use(self, site: Site) -> Use | None:
        version = self.packages.version(self.root.path, site.library.packages)
        scope = self.project.scope(site.script.path)
        scope = self.root.scope if scope == "production" else scope
        if site.role == "server":
            use = self._as_server(site, server(site, self.project), version)
        elif site.role in ("client", "managed_client"):
            use = client(site, self.project)
            if not _carries_websocket(use):
                return None
            use = self._remembered(site, replace(use, heartbeat=self._client_heartbeat(site, version)))
        else:
            return self._backplane(site, version, scope)
        return replace(use, version=version, scope=scope)

    def _backplane(self, site: Site, version: str | None, scope: Scope) -> Use | None:
        if broadcasts.adapter([site], site.script) is None:
            return None
        return Use(
            site.library.id,
            site.library.name,
            "backplane",
            self.root.id,
            site.place,
            scope=scope,
            version=version,
            backplane_scope=site.library.backplane_scope,
            transports=(),
        )

    # ------------------------------------------------------------ the scripts of the app

    @cached_property
    def _servers(self) -> dict[str, Script]:
        return {site.script.path: site.script for site in self.sites if site.role == "server"}

    @cached_property
    def _clients(self) -> dict[str, Script]:
        return {site.script.path: site.script for site in self.sites if site.role != "server" and site.role != "backplane"}

    def _others(self, near: Script, *words: str, server_side: bool) -> Iterator[Script]:
        """Other scripts of the same app and scope that hold one of the words; for a server none that is shown in a browser."""
        for path in self.project.tree.having(*words):
            if path == near.path or not self.project.together(path, near.path):
                continue
            if server_side and (
                path in self._clients or path.endswith(_MARKUP) or re.search(r"(?:^|/)(?:public|static|frontend|client)/", path)
            ):
                continue
            if not server_side and path in self._servers:
                continue
            script = self.project.script(path)
            if script and not (server_side and _imports(script, _OF_PAGES)):
                yield script

    # ------------------------------------------------------------ servers

    def _as_server(self, site: Site, use: Use, version: str | None) -> Use:
        backplane = self._joined(site)
        return replace(
            use,
            heartbeat=self._server_heartbeat(site, version),
            broadcasts=self._broadcasts(site),
            backplane=backplane,
            backplane_scope=libraries()[backplane].backplane_scope if backplane else None,
            sticky=self._sticky(),
        )

    def _server_heartbeat(self, site: Site, version: str | None) -> Heartbeat | None:
        """The app's own timer, else what the library or a protocol on top of it does by default or as configured."""
        default = _by_library(site, version)
        if default is not None and default.sender != "none":
            return default
        layered = self._layered(site)
        if layered is not None:
            return layered
        own = self._timers(site.script, "server")
        if own is not None:
            return own
        for script in self._others(site.script, "setInterval", server_side=True):
            elsewhere = self._timers(script, "server")
            if (
                elsewhere is not None
                and elsewhere.source == "configured"
                and re.search(r"ws|socket|client", script.text, re.IGNORECASE)
            ):
                return replace(elsewhere, certainty="strong")
        return default

    def _timers(self, script: Script, sender: Literal["server", "client"]) -> Heartbeat | None:
        key = (script.path, sender)
        if key not in self._beats:
            self._beats[key] = heartbeats.heartbeat(script, sender)
        return self._beats[key]

    def _layered(self, site: Site) -> Heartbeat | None:
        """graphql-ws, tRPC, y-websocket and Hocuspocus beat on the ws server they are given."""
        for script in [site.script, *self._others(site.script, "hocuspocus", server_side=True)]:
            if ("@hocuspocus/server", "Hocuspocus") in script.imports.values() or (
                "@hocuspocus/server",
                "Server",
            ) in script.imports.values():
                return Heartbeat("both", "default", 15, 60, site.place, fact="hocuspocus/heartbeat")
        for script in [site.script, *self._others(site.script, "graphql-ws", "applyWSSHandler", "y-websocket", server_side=True)]:
            for call in script.by_kind["call_expression"]:
                function = call.field("function")
                name = function.text().rsplit(".", 1)[-1] if function else ""
                origin = (
                    script.origin(function)
                    if function is not None and name in ("useServer", "setupWSConnection", "applyWSSHandler")
                    else None
                )
                if origin is None or function is None:
                    continue
                place = syntax.place(script.path, call)
                if name == "useServer" and origin[0].startswith("graphql-ws"):
                    given = syntax.arguments(call)
                    asked = site.evaluator.number(given[2]) if len(given) > 2 and script is site.script else None
                    interval = asked / 1000 if asked is not None else 12.0
                    source: Literal["configured", "default"] = "configured" if asked is not None else "default"
                    return Heartbeat("server", source, interval or None, interval or None, place, fact="graphql-ws/heartbeat")
                if name == "setupWSConnection":
                    return Heartbeat("both", "default", 15, 30, place, fact="y-websocket/heartbeat")
                options = next(
                    (
                        dict(syntax.entries(found))
                        for given in syntax.arguments(call)
                        if (found := object_of(script, given)) is not None
                    ),
                    {},
                )
                if "keepAlive" in options and "enabled: false" not in options["keepAlive"].text():
                    return Heartbeat("server", "configured", 30, 5, place, fact="trpc-ws/heartbeat")
        return None

    def _broadcasts(self, site: Site) -> Place | None:
        id = site.library.id
        if id in _OWNED:
            return None
        if id in _SOCKET_IO:
            variables = frozenset({site.variable} - {None} | {"io"})
            scripts = [site.script, *self._others(site.script, ".emit(", server_side=True)]
            return next((found for script in scripts if (found := broadcasts.socket_io(script, variables))), None)  # type: ignore[arg-type]
        if id in _TOPICS:
            topic = next((syntax.place(site.script.path, call) for call, _, _ in site.script.methods("publish")), None)
            if topic:
                return topic
        scripts = [site.script, *self._others(site.script, "clients", "broadcast", server_side=True)]
        sending = ((script, place) for script in scripts if (place := broadcasts.raw(script)))
        return next((place for script, place in sending if id != _ISOLATE or not kept_by_object(script, place)), None)

    def _joined(self, site: Site) -> str | None:
        """The backplane that is really attached, anywhere in the app."""
        created = [other for other in self.sites if other.role == "backplane" and site.library.id in other.library.joins]
        attached = next((found for other in created if (found := broadcasts.adapter([other], other.script))), None)
        if attached:
            return attached
        scripts = [site.script, *(script for path, script in self._servers.items() if path != site.script.path)]
        scripts += list(self._others(site.script, "subscribe", server_side=True))
        return next((found for script in scripts if (found := broadcasts.subscribed(script))), None)

    def _sticky(self) -> bool:
        paths = self.project.tree.having("@socket.io/sticky", "sticky-session", "cluster-engine")
        scripts = (self.project.script(path) for path in paths if self.project.apps.owner(path) == self.root)
        modules = {"@socket.io/sticky", "sticky-session", "@socket.io/cluster-engine"}
        return any(_imports(script, modules) for script in scripts if script)

    # ------------------------------------------------------------ clients

    def _texts(self) -> Iterator[str]:
        """The text of every script of the app."""
        tree, apps = self.project.tree, self.project.apps
        yield from (tree.text(path) or "" for path in tree.paths if language(path) and apps.owner(path).path == self.root.path)

    def _remembered(self, site: Site, use: Use) -> Use:
        """The client with what it says once and does not repeat after a reconnect."""
        if use.role != "client" or use.foreign or use.one_shot or use.reconnect is None or use.reconnect.kind == "none":
            return use
        if use.library == "socket-io-client":
            texts = [self.project.tree.text(path) or "" for path in self.project.tree.having(*_ROOMS)]
            scripts = [site.script, *self._others(site.script, ".emit(", "socket.io", server_side=False)]
            found = restores.of_socket_io(scripts, texts, self._texts)
        elif use.library in ("browser-websocket", "ws") and site.script.path not in self._servers:
            found = restores.of_raw(site.script)
        else:
            found = None
        return use if found is None else replace(use, sent_once=found[0], sent_what=found[1])

    def _client_heartbeat(self, site: Site, version: str | None) -> Heartbeat | None:
        default = _by_library(site, version)
        if site.role == "managed_client" or (default is not None and default.sender != "none"):
            return default
        own = self._timers(site.script, "client") if site.script.path not in self._servers else None
        if own is not None and own.source == "configured":
            return own
        for script in self._others(site.script, "setInterval", server_side=False):
            elsewhere = self._timers(script, "client")
            if elsewhere is not None and elsewhere.source == "configured":
                return replace(elsewhere, certainty="strong")
        return own or default


def _distinct(endpoints: Iterable[Endpoint]) -> tuple[Endpoint, ...]:
    """The first of all endpoints with the same path, port and host."""
    return tuple({(item.path, item.port, item.bind): item for item in reversed(tuple(endpoints))}.values())[::-1]


def _carries_websocket(use: Use) -> bool:
    """False for an MQTT client whose URL is plain TCP."""
    if use.library != "mqtt-js":
        return True
    return any(url.scheme in ("ws", "wss") or url.derived for url in use.urls)


def _imports(script: Script, modules: Iterable[str]) -> bool:
    wanted = set(modules)
    if any(module in wanted for module, _ in script.imports.values()):
        return True
    return any(re.search(rf"require\(\s*[\"']{re.escape(module)}[\"']", script.text) for module in wanted)


def _by_library(site: Site, version: str | None) -> Heartbeat | None:
    """The library's heartbeat for this version, with the options that the code sets."""
    beat = site.library.heartbeat(version)
    if beat is None or (site.library.id == "nitro" and version is None):
        return None
    interval, timeout = _option(site, beat, 0), _option(site, beat, 1)
    configured = interval is not None or timeout is not None
    place = (
        syntax.place(site.script.path, interval[1])
        if interval
        else syntax.place(site.script.path, timeout[1])
        if timeout
        else site.place
    )
    return Heartbeat(
        beat.sender,
        "configured" if configured else "default",
        interval[0] if interval else beat.interval_s,
        timeout[0] if timeout else beat.timeout_s,
        place,
        beat.answered,
        fact=f"{site.library.id}/heartbeat",
    )


def _option(site: Site, beat: LibraryHeartbeat, index: int) -> tuple[float | None, SgNode] | None:
    if len(beat.keys) <= index:
        return None
    node = site.options.get(beat.keys[index].split(".")[0])
    for step in beat.keys[index].split(".")[1:]:
        inner = object_of(site.script, node) if node is not None else None
        node = dict(syntax.entries(inner)).get(step) if inner is not None else None
    if node is None:
        return None
    number = site.evaluator.number(node)
    return (None if number is None else number / (1000 if beat.unit == "ms" else 1)), node


def declared_only(root: Root, packages: Packages, known: Iterable[Library]) -> Iterator[Use]:
    """Uses that only the manifest shows: a server library among the real dependencies of an app in which no use was found."""
    manifest = root.manifest("npm")
    own = manifest.data.get("dependencies") if manifest else None
    if manifest is None or not isinstance(own, dict):
        return
    for library in known:
        if any(name in own for name in library.packages):
            version = packages.version(root.path, library.packages)
            yield Use(library.id, library.name, "server", root.id, Place(manifest.file), "weak", root.scope, version)

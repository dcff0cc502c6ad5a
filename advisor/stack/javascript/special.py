"""Constructions that one call does not show: registered plugins, subscribed channels, accepted Durable Object sockets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.model import Place
from advisor.stack.apps import Root
from advisor.stack.javascript import syntax
from advisor.stack.javascript.names import Script
from advisor.stack.javascript.project import Project
from advisor.stack.javascript.shapes import Site, object_of
from advisor.stack.library import libraries

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_PLUGINS = {
    "@fastify/websocket": "fastify-websocket",
    "fastify-websocket": "fastify-websocket",
    "fastify-socket.io": "socket-io",
    "mercurius": "mercurius",
}
_OBJECT = re.compile(
    r"\A[^{]{0,300}\bDurableObject\b|\bconstructor\s*\(\s*(?:\w+\s+)?(?:state|ctx|controller)\b|\bDurableObjectState\b|\b(?:state|ctx)\.storage\b"
)
_PARTY = re.compile(r"\bimplements\s+(?:Party\.Server|PartyKitServer|PartyServer)\b")
_CHANNEL = re.compile(r"\.on\(\s*[\"'](?:postgres_changes|broadcast|presence)[\"']")


def sites(script: Script) -> Iterator[Site]:
    """Such constructions in one script."""
    yield from _registered(script)
    yield from _channels(script)
    yield from _graphql(script)
    yield from _parties(script)


def _parties(script: Script) -> Iterator[Site]:
    """``class Room implements Party.Server``: PartyKit's first form, whose import is of types only."""
    if not re.search(r"[\"']partykit/server[\"']", script.text):
        return
    for node in script.nodes("class_declaration", "class"):
        if _PARTY.search(node.text()[:500]):
            yield Site(libraries()["partyserver"], {"role": "server"}, script, node)


def _registered(script: Script) -> Iterator[Site]:
    """``fastify.register(websocket, options)``, also with ``require`` or ``import`` in the call."""
    for call, _, _ in script.methods("register"):
        given = syntax.arguments(call)
        origin = script.origin(given[0]) if given else None
        library = _PLUGINS.get(origin[0]) if origin else None
        if library and (library != "mercurius" or _subscribes(script, given)):
            yield Site(libraries()[library], {"role": "server"}, script, call)


def _graphql(script: Script) -> Iterator[Site]:
    """Subscriptions that a GraphQL server switches on by itself: Nest's ``forRoot``, Apollo Server 2."""
    for call, _, _ in script.methods("installSubscriptionHandlers"):
        yield Site(libraries()["subscriptions-transport-ws"], {"role": "server", "path": "/graphql"}, script, call)
    for call, holder, _ in script.methods("forRoot", "forRootAsync"):
        origin = script.origin(holder)
        if origin == ("@nestjs/graphql", "GraphQLModule"):
            for name, library in (("graphql-ws", "graphql-ws"), ("subscriptions-transport-ws", "subscriptions-transport-ws")):
                if re.search(rf"[\"']{name}[\"']\s*:\s*+(?!false)", call.text()):
                    yield Site(libraries()[library], {"role": "server", "path": "/graphql"}, script, call)
                    break


def _subscribes(script: Script, given: list[SgNode]) -> bool:
    options = object_of(script, given[1]) if len(given) > 1 else None
    keys = dict(syntax.entries(options)) if options is not None else {}
    return "subscription" in keys and keys["subscription"].text() not in ("false", "undefined")


def _channels(script: Script) -> Iterator[Site]:
    """``supabase.channel("room").on("postgres_changes", ...).subscribe()``: one for a file."""
    if not _CHANNEL.search(script.text) or ".subscribe(" not in script.text:
        return
    for call, _, _ in script.methods("channel"):
        yield Site(libraries()["supabase-realtime"], {"role": "managed_client", "url": 9}, script, call)
        return


def settled(root: Root, found: Iterable[Site]) -> list[Site]:
    """The sites of one app with those that are one and the same put together.

    A ``WebSocketPair`` in a file that calls ``acceptWebSocket``, or in a Durable Object's class, is that object's socket;
    gateways of an app that sets Nest's ``WsAdapter`` speak plain WebSocket; each file's pairs are one server, and an engine
    that is bound to Socket.IO is Socket.IO's.
    """
    listed = list(found)
    plain = any(site.library.id == "nestjs" for site in listed) and _uses_ws_adapter(listed[0].script.project, root)
    carried = any(site.role == "server" and site.library.id in ("ws", "express-ws", "fastify-websocket") for site in listed)
    kept: list[Site] = []
    seen: set[tuple[str, str]] = set()
    for site in listed:
        if site.library.id == "workers-websocket-pair":
            accepted = next((call for call, _, _ in site.script.methods("acceptWebSocket")), None)
            if accepted is not None or _in_object(site):
                site = replace(site, library=libraries()["durable-object-websocket"], node=accepted or site.node)
            if (site.script.path, site.library.id) in seen:
                continue
            seen.add((site.script.path, site.library.id))
        if site.library.id == "hocuspocus" and carried and not _listens(site):
            continue
        if site.library.id == "engine-io" and any(o.library.id == "socket-io" and o.script is site.script for o in listed):
            continue
        if site.library.id == "nestjs" and plain:
            site = replace(site, library=libraries()["nestjs-ws"])
        kept.append(site)
    return kept


def _listens(site: Site) -> bool:
    """True where a Hocuspocus opens a port of its own; else it is handed the sockets of another server."""
    return any(holder.text() == site.variable for _, holder, _ in site.script.methods("listen"))


def _in_object(site: Site) -> bool:
    """True inside a Durable Object's class: it extends or implements ``DurableObject``, or keeps the state it is made with."""
    around = next((above for above in site.node.ancestors() if above.kind() in ("class_declaration", "class")), None)
    return around is not None and bool(_OBJECT.search(around.text()))


def kept_by_object(script: Script, place: Place) -> bool:
    """True for a line of a Durable Object's class: a worker that hands its sockets there keeps none in its isolate."""
    objects = (node for node in script.nodes("class_declaration", "class") if _OBJECT.search(node.text()))
    spans = (syntax.place(script.path, node) for node in objects)
    return any(span.line <= place.line <= (span.end_line or span.line) for span in spans)


def _uses_ws_adapter(project: Project, root: Root) -> bool:
    for path in project.tree.having("WsAdapter"):
        script = project.script(path) if project.apps.owner(path) == root else None
        if script and ("@nestjs/platform-ws", "WsAdapter") in script.imports.values():
            return True
    return False

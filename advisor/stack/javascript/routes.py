"""A server construction -> the paths it accepts, where the app routes them itself: by method, decorator or upgrade handler."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.model import Place
from advisor.stack.javascript import syntax
from advisor.stack.javascript.names import Script
from advisor.stack.javascript.project import Project
from advisor.stack.javascript.shapes import Site, object_of
from advisor.stack.javascript.values import Evaluator

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_VERBS = frozenset({"get", "all", "use", "route", "on"})
WORDS = frozenset({".ws(", "websocket: true", "websocket:true", "wsHandler", "upgradeWebSocket"})


@dataclass(frozen=True, slots=True)
class Route:
    """A path the app itself accepts sockets at; ``None``: any."""

    path: str | None
    place: Place
    prefix: bool = False


def of(site: Site, project: Project) -> list[Route]:
    """The routes of a construction; empty where the library's own path holds."""
    reader = _READERS.get(site.library.id)
    return list(reader(site, project)) if reader else []


def _siblings(site: Site, project: Project, *words: str) -> Iterator[Script]:
    """The scripts of the same app that hold one of these words, outside its tests."""
    for path in project.tree.having(*words):
        if project.together(path, site.script.path):
            script = project.script(path)
            if script:
                yield script


def _pattern(path: str) -> tuple[str | None, bool]:
    """A router's pattern -> the path before its first wildcard or parameter, and whether more may follow."""
    if path in ("*", "/*", "(.*)", "/(.*)"):
        return None, False
    match = re.match(r"[^*:(\[]*", path)
    head = match[0] if match else path
    if head == path:
        return path if path.startswith("/") else f"/{path}", False
    return (head, True) if head.startswith("/") and len(head) > 1 else (None, False)


def _method_routes(site: Site, project: Project) -> Iterator[Route]:
    """``app.ws("/chat", handler)``: express-ws, koa-websocket, uWebSockets.js, Elysia."""
    scripts = {script.path: script for script in (site.script, *_siblings(site, project, ".ws("))}
    for script in scripts.values():
        for call, _, _ in script.methods("ws"):
            given = syntax.arguments(call)
            path = Evaluator(script).text(given[0]) if len(given) > 1 else None
            if path is not None and given[1].kind() != "string":
                head, prefix = _pattern(_mounted(script, project) + path)
                yield Route(head, syntax.place(script.path, call), prefix)


def _mounted(script: Script, project: Project) -> str:
    """The path that a router file is mounted at: ``app.use("/api", router)`` in the file that imports it, if there is one."""
    if script.exported("") is None:
        return ""
    app = project.apps.owner(script.path)
    for path in project.tree.having(".ws(", ".listen(", "express-ws"):
        other = project.script(path) if path != script.path and project.apps.owner(path) == app else None
        for call, _, _ in other.methods("use") if other else ():
            given = syntax.arguments(call)
            if other is None or len(given) < 2 or given[-1].kind() != "identifier":
                continue
            origin = other.imports.get(given[-1].text())
            mount = syntax.string(given[0])
            if origin and mount and project.resolve(other.path, origin[0]) == script.path:
                return mount.rstrip("/")
    return ""


def _flagged_routes(site: Site, project: Project) -> Iterator[Route]:
    """``fastify.get("/ws", {websocket: true}, handler)`` and ``fastify.route({url, wsHandler})``."""
    scripts = {
        script.path: script
        for script in (site.script, *_siblings(site, project, "websocket: true", "websocket:true", "wsHandler"))
    }
    for script in scripts.values():
        for call, _, name in script.methods("get", "route"):
            given = syntax.arguments(call)
            options = (
                object_of(script, given[0 if name == "route" else 1]) if len(given) > (0 if name == "route" else 1) else None
            )
            keys = dict(syntax.entries(options)) if options is not None else {}
            if "wsHandler" not in keys and ("websocket" not in keys or keys["websocket"].text() != "true"):
                continue
            path = Evaluator(script).text(keys.get("url") if name == "route" else given[0])
            if path is not None:
                head, prefix = _pattern(path)
                yield Route(head, syntax.place(script.path, call), prefix)


def _wrapped_route(site: Site, project: Project) -> Iterator[Route]:
    """``app.get("/ws", upgradeWebSocket(...))``: the call around the construction."""
    for above in site.node.ancestors():
        if above.kind() == "call_expression" and not above.text().startswith(("upgradeWebSocket", "experimental_")):
            function = above.field("function")
            parts = syntax.member(function) if function else None
            if parts and parts[1] in _VERBS:
                given = syntax.arguments(above)
                path = (
                    site.evaluator.text(given[0])
                    if given and given[0].kind() in ("string", "identifier", "template_string")
                    else None
                )
                if path is not None:
                    head, prefix = _pattern(path)
                    yield Route(head, syntax.place(site.script.path, above), prefix)
            return
        if above.kind() in syntax.FUNCTIONS:
            return


def upgrade_routes(site: Site, project: Project) -> Iterator[Route]:
    """``server.on("upgrade", ...)`` that compares the path before it calls ``handleUpgrade`` of this server."""
    mode = site.options.get("noServer")
    if mode is None or mode.text() != "true":
        return
    scripts = {script.path: script for script in (site.script, *_siblings(site, project, "handleUpgrade"))}
    for script in scripts.values():
        for call, holder, _ in script.methods("handleUpgrade"):
            if site.variable is None or _last(holder.text()) == _last(site.variable):
                yield from compared_paths(script, call)


def _last(name: str) -> str:
    return name.rsplit(".", 1)[-1].lstrip("#")


_COMPARED = re.compile(
    r"(?:pathname|url|path|upgradePath|wsPath)\??(?:\.pathname)?\s*(?:!==?|===?)\s*(?P<equal>[\"'`](?P<literal>/[^\"'`$]*)[\"'`]|[A-Za-z_]\w+)"
    r"|\.startsWith\(\s*(?P<start>[\"'`](?P<begin>/[^\"'`$]*)[\"'`]|[A-Za-z_]\w+)"
)


def compared_paths(script: Script, node: SgNode) -> Iterator[Route]:
    """The paths that the conditions around a node compare a request's path with; also those of a guard that returns first."""
    for test in _tests_around(node):
        case = test.field("value") if test.kind() == "switch_case" else None
        named = Evaluator(script).text(case) if case else None
        if named and named.startswith("/"):
            yield Route(named, syntax.place(script.path, test))
            return
        match = _COMPARED.search(test.text())
        if match is None:
            continue
        begins = match["start"] is not None
        text = match["begin"] if begins else match["literal"]
        if text is None:
            name = match["start"] or match["equal"]
            found = next((n for n in test.find_all({"rule": {"kind": "identifier"}}) if n.text() == name), None)
            text = Evaluator(script).text(found) if found else None
        if text and text.startswith("/"):
            yield Route(text, syntax.place(script.path, test), begins)
            return


def _tests_around(node: SgNode) -> Iterator[SgNode]:
    inner = node
    for above in node.ancestors():
        if above.kind() == "if_statement":
            condition = above.field("condition")
            if condition:
                yield condition
        elif above.kind() == "switch_case":
            switch, value = above.parent(), above.field("value")
            subject = switch.parent() if switch else None
            if (
                subject is not None
                and value is not None
                and re.search(r"path|url", (subject.field("value") or subject).text()[:60])
            ):
                yield above
        elif above.kind() == "statement_block":
            for earlier in inner.prev_all():
                if earlier.kind() == "if_statement" and re.search(r"\breturn\b|destroy\(", earlier.text()):
                    condition = earlier.field("condition")
                    if condition and "!=" in condition.text():
                        yield condition
        inner = above


def _decorated(site: Site, project: Project) -> Iterator[Route]:
    """Nest: the ``path`` of ``@WebSocketGateway``; its ``namespace`` is no path of the URL."""
    node = site.options.get("path")
    path = site.evaluator.text(node) if node is not None else None
    if path is not None:
        shaped = path if path.startswith("/") else f"/{path}"
        yield Route(shaped if shaped.endswith("/") else f"{shaped}/", site.place, True)


def _by_file(site: Site, project: Project) -> Iterator[Route]:
    """Nitro and Nuxt: ``server/routes/_ws.ts`` answers at ``/_ws``."""
    match = re.search(r"(?:^|/)(routes|api)/(.+)\.[cm]?[jt]s$", site.script.path)
    if match:
        path = re.sub(r"(?:^|/)index$", "", match[2])
        head, prefix = _pattern("/" + ("api/" if match[1] == "api" else "") + re.sub(r"\[(?:\.\.\.)?\w*\]", ":x", path))
        yield Route(head, site.place, prefix)


def _in_fetch(site: Site, project: Project) -> Iterator[Route]:
    """Bun, Deno and Workers: the comparison of the path around the upgrade."""
    target = site.node
    for call, _, _ in site.script.methods("upgrade"):
        target = call if syntax.within(call, site.node) or site.library.id == "bun-serve" else target
    yield from compared_paths(site.script, target)


def _next_route(site: Site, project: Project) -> Iterator[Route]:
    """Next.js and Vercel functions: the path follows from the file."""
    match = re.search(r"(?:^|/)(?:src/)?app/(.*?)/?route\.[cm]?[jt]sx?$", site.script.path)
    inner = match[1] if match else None
    if inner is None:
        match = re.search(r"(?:^|/)(?:pages/)?(api/.+)\.[cm]?[jt]sx?$", site.script.path)
        inner = match[1] if match else None
    if inner is not None:
        parts = [part for part in inner.split("/") if not re.fullmatch(r"\(.*\)", part)]
        head, prefix = _pattern("/" + re.sub(r"\[[^\]]*\]", ":x", "/".join(parts)).removesuffix("/index"))
        yield Route(head, site.place, prefix)


Reader = Callable[[Site, Project], Iterator[Route]]
_READERS: Mapping[str, Reader] = {
    "ws": upgrade_routes,
    "express-ws": _method_routes,
    "koa-websocket": _method_routes,
    "uwebsockets-js": _method_routes,
    "elysia": _method_routes,
    "fastify-websocket": _flagged_routes,
    "hono": _wrapped_route,
    "nestjs": _decorated,
    "nitro": _by_file,
    "bun-serve": _in_fetch,
    "deno-upgrade": _in_fetch,
    "workers-websocket-pair": _in_fetch,
    "durable-object-websocket": _in_fetch,
    "vercel-functions-websocket": _next_route,
}

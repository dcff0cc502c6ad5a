"""JavaScript and TypeScript: which files use a socket library, as server or client, and how.

Only files that hold one of the libraries' words are parsed; what their code constructs is resolved through its imports,
so that a mention in a comment, a type, a test or a tool's configuration is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from advisor.model import Endpoint, Heartbeat, Place, Use
from advisor.scope import scope_of
from advisor.stack.apps import Apps, Found
from advisor.stack.javascript import listening, routes, source, special, started, syntax, unused, uses
from advisor.stack.javascript.names import Script
from advisor.stack.javascript.packages import Packages
from advisor.stack.javascript.project import Project
from advisor.stack.javascript.shapes import ECOSYSTEM, Site, sites
from advisor.stack.library import Library, libraries
from advisor.tree import Tree

_TOOLS = re.compile(
    r"(?:^|/)(?:(?:vite|vitest|webpack|rollup|rspack|esbuild|next|nuxt|svelte|astro|karma|jest|playwright|cypress|gulpfile|craco|vue|angular)"
    r"(?:\.[\w.-]+)?\.config|setupProxy|gulpfile|Gruntfile|webpack[\w.-]*|playwright[\w.-]*)\.[cm]?[jt]s$"
)
_MOST_TESTS = 40
_COPIES = re.compile(
    r"(?:^|/)(?:socket\.io|sockjs|stomp|reconnecting-websocket|pusher|phoenix(?:_live_view)?|mqtt|signalr|paho|mqttws31|ably|actioncable|turbo|livereload)"
    r"(?:[.-][\w.-]*)?\.js$",
    re.IGNORECASE,
)
_PURE_SERVERS = (
    "socket-io",
    "fastify-websocket",
    "express-ws",
    "koa-websocket",
    "sockjs-node",
    "nestjs",
    "feathers",
    "colyseus",
    "primus",
    "sails",
    "hocuspocus",
)


def _known() -> tuple[Library, ...]:
    return tuple(library for library in libraries().values() if library.ecosystem == ECOSYSTEM)


def _library_words() -> frozenset[str]:
    return frozenset(word for library in _known() for word in library.words)


def words() -> frozenset[str]:
    """The literals of the files that matter: those of the libraries, and those of files that complete what others show."""
    return (
        _library_words()
        | listening.WORDS
        | routes.WORDS
        | uses.WORDS
        | {"handleUpgrade", "broadcast", "subscribe", "applyWSSHandler"}
    )


def detect(tree: Tree, apps: Apps) -> Found:
    """The uses in all scripts and pages of the tree."""
    project, packages = Project(tree, apps), Packages(tree, apps)
    paths = (path for path in tree.having(*_library_words()) if _matters(tree, path))
    scripts = [script for path in _few_tests(paths) if (script := project.script(path))]
    pages = _pages(tree, project)
    by_app: dict[str, list[Site]] = {}
    for script in scripts:
        root = apps.owner(script.path)
        found = [*sites(script, pages.get(root.path, frozenset())), *special.sites(script)]
        by_app.setdefault(root.path, []).extend(found)
    seen: list[Use] = []
    for path, root in apps.roots.items():
        own = list(uses.AppUses(root, special.settled(root, by_app.get(path, ())), project, packages).uses())
        if not own and not root.is_library:
            own = list(uses.declared_only(root, packages, (libraries()[id] for id in _PURE_SERVERS)))
        seen += own
    seen = [use for use in seen if unused.opens(use, tree, apps)]
    seen += _meteor(tree, apps)
    serving = {use.app for use in seen if use.library == "y-websocket" and use.role == "server"}
    seen += (use for use in started.uses(tree, apps, packages) if use.app not in serving)
    return Found(tuple(seen), (*project.not_read, *packages.not_read), dict(_forks(tree, project)))


def _matters(tree: Tree, path: str) -> bool:
    """False for the configuration of tools, whose sockets are theirs, and for copies of the libraries themselves."""
    if source.language(path) is None or _TOOLS.search(path):
        return False
    return not _COPIES.search(path) or len(tree.text(path) or "") < 8000


def _few_tests(paths: Iterable[str]) -> Iterator[str]:
    """The paths, of tests only the first ones: no finding rests on a test, and a framework's repository has hundreds."""
    tests = 0
    for path in paths:
        tests += scope_of(path) == "test"
        if tests <= _MOST_TESTS or scope_of(path) != "test":
            yield path


def _pages(tree: Tree, project: Project) -> dict[str, frozenset[str]]:
    """App -> the addresses of the scripts that its pages load."""
    found: dict[str, set[str]] = {}
    for path in tree.having(*_library_words()):
        if source.language(path) == "page":
            found.setdefault(project.apps.owner(path).path, set()).update(source.loaded(tree.text(path) or ""))
    return {path: frozenset(addresses) for path, addresses in found.items()}


def _forks(tree: Tree, project: Project) -> Iterator[tuple[str, Place]]:
    """``cluster.fork()`` of Node's own module."""
    for path in tree.having("cluster.fork"):
        script: Script | None = project.script(path)
        script = script if scope_of(path) not in ("test", "development", "documentation") else None
        for call, _, _ in script.methods("fork") if script else ():
            function = call.field("function")
            if script and function and script.origin(function) in (("cluster", "fork"), ("node:cluster", "fork")):
                yield project.apps.owner(path).id, syntax.place(path, call)


def _meteor(tree: Tree, apps: Apps) -> Iterator[Use]:
    """A directory with ``.meteor/release`` is a Meteor app, which always serves DDP."""
    library = libraries()["meteor"]
    for path in tree.named("release"):
        if path == ".meteor/release" or path.endswith("/.meteor/release"):
            root = apps.owner(path.removesuffix(".meteor/release") + "x")
            version = re.search(r"METEOR@(\d[\d.]*)", tree.text(path) or "")
            beat = library.heartbeat(None)
            yield Use(
                library.id,
                library.name,
                "server",
                root.id,
                Place(path),
                scope=root.scope,
                version=version[1] if version else None,
                endpoints=(Endpoint(library.path, Place(path), library.port, "environment", prefix=True),),
                heartbeat=Heartbeat("server", "default", beat.interval_s, beat.timeout_s, fact="meteor/heartbeat")
                if beat
                else None,
                transports=library.transports,
            )

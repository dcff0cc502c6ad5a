"""netlify.toml, wrangler files and partykit.json -> the host's hop: what it serves, and redirects of Netlify that hand on."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from advisor.deployment.handlers import loading
from advisor.deployment.parts import Findings, Part, Purpose, below, directory, identity, join, purpose_of, spoken
from advisor.formats.document import Node
from advisor.model import Hop, Listen, Place, Process, Setting, Target
from advisor.tree import Tree

_LOCAL = frozenset({"dev", "development", "local", "test"})
_MOST_LINES = 5_000
_WRANGLER = ("main", "compatibility_date", "workers_dev", "pages_build_output_dir", "usage_model", "limits.cpu_ms")


def read(tree: Tree) -> Part:
    """A hop for each Netlify site and each Cloudflare Worker."""
    found = Findings()
    for path in tree.named("netlify.toml", "wrangler.toml", "wrangler.json", "wrangler.jsonc", "partykit.json"):
        purpose = purpose_of(path)
        if not purpose.deployed:
            found.chose(path, purpose, "a test's fixture")
            continue
        document = _document(tree, path, found)
        if document is None:
            continue
        if path.endswith("netlify.toml"):
            _netlify(tree, path, document, purpose, found)
        else:
            _worker(tree, path, document, purpose, found)
    return found.part()


def _document(tree: Tree, path: str, found: Findings) -> Node | None:
    if path.endswith(".toml"):
        from advisor.formats.toml import parse
    else:
        from advisor.formats.json import parse
    return found.document(tree, path, parse)


def _text(node: Node | None) -> str | None:
    return node.text() if node is not None else None


def _both(place: Place) -> tuple[Listen, Listen]:
    return Listen("http", 80, place, redirect_to="https"), Listen("https", 443, place)


def _netlify(tree: Tree, path: str, document: Node, purpose: Purpose, found: Findings) -> None:
    base = join(directory(path), _text(document.get("build", "base")) or ".") or directory(path)
    prefix = "" if base == "." else base + "/"
    declared = _text(document.get("functions", "directory")) or _text(document.get("build", "functions"))
    folders = [f"{prefix}{declared}"] if declared else []
    folders += [f"{prefix}netlify/{kind}" for kind in ("functions", "edge-functions", "server")]
    plugins = document.get("plugins")
    packages = [_text(plugin.get("package")) or "" for plugin in plugins.each()] if plugins is not None else []
    serving = any(below(tree, folder) for folder in folders) or any("nextjs" in package for package in packages)
    server = any(tree.exists(f"{prefix}netlify/server/index.{ending}") for ending in ("ts", "js", "mts", "mjs"))
    published = join(base, _text(document.get("build", "publish")) or ".") or base
    place = Place(path)
    found.hops.append(
        Hop(
            identity("netlify", path),
            "netlify",
            "Netlify",
            place,
            scope=purpose.scope,
            environment=purpose.environment,
            conditions=(("server", "true"),) if server else () if serving else (("output", "static"),),
            listens=_both(place),
            targets=(*_handed_on(document), *_from_lines(tree, (base, published), found, purpose)),
            serves=base if serving else None,
            because=f"{path} configures Netlify for {spoken(base)}" + ("" if serving else "; it serves a static build only"),
        )
    )
    found.chose(path, purpose, "configures Netlify")


def _handed_on(document: Node) -> Iterator[Target]:
    """Redirects with status 200 to another host: Netlify proxies them."""
    redirects = document.get("redirects")
    for rule in redirects.each() if redirects is not None else ():
        source = _text(rule.get("from"))
        if source is not None and _text(rule.get("status")) == "200":
            yield from _proxied(source, _text(rule.get("to")) or "", rule.key_place or rule.place)


def _from_lines(tree: Tree, folders: tuple[str, ...], found: Findings, purpose: Purpose) -> Iterator[Target]:
    """The same from ``_redirects``: source, conditions on the query, target, status, a line each."""
    for folder in dict.fromkeys((*folders, *(join(folder, "public") or folder for folder in folders[:1]))):
        path = join(folder, "_redirects") or "_redirects"
        if not tree.exists(path):
            continue
        found.chose(path, purpose, "redirects of Netlify")
        for number, line in enumerate((tree.text(path) or "").splitlines()[:_MOST_LINES], 1):
            words = line.partition("#")[0].split() if not line.lstrip().startswith("#") else []
            targets = [word for word in words[1:] if word.startswith(("http://", "https://"))]
            if targets and any(word in ("200", "200!") for word in words[2:]):
                yield from _proxied(words[0], targets[0], Place(path, number))


def _proxied(source: str, target: str, place: Place) -> Iterator[Target]:
    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError:
        return
    if parts.scheme in ("http", "https"):
        why = f"a rewrite of {source} to {parts.hostname}"
        yield Target(parts.hostname or "", place, port, (source,), "http" if parts.scheme == "http" else "https", why)


def _worker(tree: Tree, path: str, document: Node, purpose: Purpose, found: Findings) -> None:
    """The Worker, and once more for each of its environments, which may have an entry point of their own."""
    named = dict(_environments(document))
    own = purpose
    if "production" in named and purpose.environment == "production":
        own = Purpose(purpose.scope, "default")
    _deployed(tree, path, (document, document), own, "", found)
    for name, node in named.items():
        where = Purpose("development", name) if name in _LOCAL else Purpose(purpose.scope, name)
        _deployed(tree, path, (document, node), where, name, found)
    found.chose(path, purpose, "configures a Cloudflare Worker")


def _environments(document: Node) -> Iterator[tuple[str, Node]]:
    """``[env.staging]``: what is not set there is taken from above, but for bindings."""
    listed = document.get("env")
    for name, node in listed.items() if listed is not None else ():
        if isinstance(node.value, dict):
            yield {"prod": "production", "stage": "staging"}.get(name.lower(), name.lower()), node


def _deployed(tree: Tree, path: str, nodes: tuple[Node, Node], purpose: Purpose, name: str, found: Findings) -> None:
    document, environment = nodes

    def given(key: str) -> Node | None:
        return environment.get(*key.split(".")) or document.get(*key.split("."))

    main = given("main")
    assets_only = main is None and given("pages_build_output_dir") is None
    settings = [
        Setting(key, value, node.key_place or node.place, value, "wrangler.toml")
        for key in _WRANGLER
        if (node := given(key)) is not None and (value := node.text()) is not None
    ]
    place = (main.key_place or main.place) if main is not None else Place(path)
    contained = bool(environment.get("containers") or (not name and document.get("containers")))
    identifier = identity("cloudflare-workers", path, name)
    routes = (node for each in (environment, document) for key in ("routes", "route") if (node := each.get(key)) is not None)
    hosts = () if _text(given("workers_dev")) == "true" else tuple(_routed(next(routes, None)))
    entry = join(directory(path), main.text() or "") if main is not None else None
    root = loading(tree, entry) if entry is not None and tree.exists(entry) else None
    if root is not None:
        found.processes.append(
            Process(f"{identifier}:main", place, root=root, scope=purpose.scope, environment_name=purpose.environment)
        )
    found.hops.append(
        Hop(
            identifier,
            "cloudflare-workers",
            "Cloudflare Workers",
            place,
            scope=purpose.scope,
            environment=purpose.environment,
            settings=tuple(settings),
            conditions=(("output", "static"),) if assets_only else (("model", "container"),) if contained else (),
            listens=(Listen("http", 80, place, hosts), Listen("https", 443, place, hosts)),
            serves=None if assets_only else directory(path),
            processes=(f"{identifier}:main",) if root is not None else (),
            because=f"{path} configures a Cloudflare Worker",
        )
    )


def _routed(routes: Node | None) -> Iterator[str]:
    """Host names of a Worker's routes and custom domains: ``example.com/ws/*`` as text or under ``pattern``."""
    for route in routes.each() if routes is not None else ():
        pattern = _text(route) or _text(route.get("pattern")) or ""
        host = pattern.partition("://")[2] or pattern
        if host.partition("/")[0]:
            yield host.partition("/")[0]

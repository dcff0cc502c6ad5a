"""vercel.json, ``.vercel`` and Vercel's packages -> a hop: what it serves, its settings, and rewrites to other hosts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from advisor.deployment.parts import Findings, Part, Purpose, below, directory, identity, join, purpose_of, spoken
from advisor.deployment.startup import other_hosts
from advisor.formats.document import Node, Unreadable
from advisor.model import Certainty, Hop, Listen, Place, Setting, Target
from advisor.tree import Tree

WORDS = ("@vercel/", "adapter-vercel", "@astrojs/vercel")

_PLAIN_KEYS = ("fluid", "framework", "outputDirectory", "buildCommand", "regions", "public", "bunVersion")
_STATIC_FRAMEWORKS = frozenset(
    (
        "create-react-app vite vue angular gatsby docusaurus docusaurus-2 preact svelte ember hexo hugo jekyll eleventy vuepress "
        "vitepress parcel gridsome polymer brunch zola ionic-react ionic-angular storybook stencil scully saber umijs dojo"
    ).split()
)
_SERVING_PACKAGES = frozenset(
    (
        "next nuxt @sveltejs/kit @remix-run/node @remix-run/serve @react-router/node @tanstack/start @tanstack/react-start nitro "
        "nitropack express fastify hono koa @nestjs/core h3 elysia @astrojs/vercel @solidjs/start"
    ).split()
)
_PYTHON_FRAMEWORKS = frozenset({"fastapi", "flask", "django", "python"})
_CODE = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".py", ".go", ".rb", ".rs")
_SPECIAL = re.compile(r"[:(*?\[{^$|]")


def read(tree: Tree) -> Part:
    """A hop for each directory that is deployed to Vercel."""
    found = Findings()
    folders: dict[str, str] = {}
    for path in tree.named("vercel.json", "vercel.ts", "now.json"):
        folders.setdefault(directory(path), path)
    for path in tree.named("project.json"):
        if directory(path).rsplit("/", 1)[-1] == ".vercel":
            folders.setdefault(directory(directory(path)) if "/" in directory(path) else ".", path)
    for folder, path in folders.items():
        purpose = purpose_of(path)
        if purpose.deployed:
            _hop(tree, folder, path, purpose, "explicit", f"configures Vercel for {spoken(folder)}", found)
        else:
            found.chose(path, purpose, "a test's fixture")
    for path in tree.having(*WORDS, among=tree.named("package.json")):
        folder, purpose = directory(path), purpose_of(path)
        if folder not in folders and purpose.scope == "production":
            _by_package(tree, folder, path, purpose, found)
    return found.part()


def _by_package(tree: Tree, folder: str, path: str, purpose: Purpose, found: Findings) -> None:
    """An adapter for Vercel says so strongly; its analytics beside Next.js is a hint, unless another host's file is there."""
    packages = _packages(tree, folder)
    adapter = packages & {"@sveltejs/adapter-vercel", "@astrojs/vercel"}
    hints = {name for name in packages if name.startswith("@vercel/")}
    if adapter:
        _hop(tree, folder, path, purpose, "strong", f"depends on {min(adapter)}", found)
    elif "next" in packages and hints and not other_hosts(tree, folder) and not _runs_elsewhere(tree, folder):
        _hop(tree, folder, path, purpose, "weak", f"depends on next and {min(hints)}, but no Vercel file is here", found)


def _runs_elsewhere(tree: Tree, folder: str) -> bool:
    prefix = "" if folder == "." else folder + "/"
    return any(
        tree.exists(f"{prefix}{name}") for name in ("Dockerfile", "Procfile", "docker-compose.yml", "compose.yaml", "server.js")
    )


def _hop(tree: Tree, folder: str, path: str, purpose: Purpose, certainty: Certainty, because: str, found: Findings) -> None:
    from advisor.formats.json import parse

    document = found.document(tree, path, parse) if path.endswith(("vercel.json", "now.json")) else None
    services = (document.get("services") or document.get("experimentalServices")) if document is not None else None
    if document is not None and services is not None and isinstance(services.value, dict):
        _services(tree, folder, path, purpose, document, services, found)
        found.chose(path, purpose, because)
        return
    packages = _packages(tree, folder)
    serving = _serves(tree, folder, document, packages)
    place = document.place if document else Place(path)
    found.hops.append(
        Hop(
            identity("vercel", path),
            "vercel",
            "Vercel",
            Place(path, place.line, place.column),
            certainty=certainty,
            scope=purpose.scope,
            environment=purpose.environment,
            settings=tuple(_settings(document)) if document else (),
            conditions=tuple(_conditions(tree, folder, document, packages, serving)),
            listens=(Listen("http", 80, Place(path), redirect_to="https"), Listen("https", 443, Place(path))),
            targets=tuple(_targets(document)) if document else (),
            serves=folder if serving else None,
            because=f"{path} {because}" + ("" if serving else "; it serves a static build only"),
        )
    )
    found.chose(path, purpose, because)


def _services(tree: Tree, folder: str, path: str, purpose: Purpose, document: Node, services: Node, found: Findings) -> None:
    """A hop for each service of a project: a directory of its own that is built and run by itself."""
    fluid = document.get("fluid")
    shown = (("fluid", str(fluid.value).lower()),) if fluid is not None and isinstance(fluid.value, bool) else ()
    for name, service in services.items():
        inside = join(folder, _text(service.get("root")) or _text(service.get("entrypoint")) or ".") or folder
        root = inside if not inside.endswith(_CODE) else directory(inside)
        framework = _text(service.get("framework")) or ""
        static = framework in _STATIC_FRAMEWORKS
        place = service.key_place or service.place
        runtime = _runtime_of(tree, root, framework)
        found.hops.append(
            Hop(
                identity("vercel", path, name),
                "vercel",
                name,
                place,
                scope=purpose.scope,
                environment=purpose.environment,
                settings=tuple(_settings(document)),
                conditions=(("output", "static"),) if static else (*shown, *((("runtime", runtime),) if runtime else ())),
                names=(name,),
                listens=(Listen("http", 80, place, redirect_to="https"), Listen("https", 443, place)),
                serves=None if static else root,
                because=f"{path} runs {spoken(root)} as the service {name} on Vercel",
            )
        )


def _runtime_of(tree: Tree, root: str, framework: str) -> str | None:
    """The runtime of a service by its framework, else by what its directory holds."""
    if framework in _PYTHON_FRAMEWORKS:
        return "python"
    prefix = "" if root == "." else f"{root}/"
    if framework or tree.exists(f"{prefix}package.json"):
        return "go" if framework == "go" else "nodejs"
    return "python" if any(tree.exists(f"{prefix}{name}") for name in ("requirements.txt", "pyproject.toml")) else None


def _text(node: Node | None) -> str | None:
    return node.text() if node is not None else None


def _packages(tree: Tree, folder: str) -> frozenset[str]:
    from advisor.formats.json import load

    path = "package.json" if folder == "." else f"{folder}/package.json"
    try:
        manifest = load(tree.text(path) or "{}", path)
    except Unreadable:
        return frozenset()
    groups = (manifest.get("dependencies"), manifest.get("devDependencies")) if isinstance(manifest, dict) else ()
    return frozenset(name for group in groups if isinstance(group, dict) for name in group)


def _serves(tree: Tree, folder: str, document: Node | None, packages: frozenset[str]) -> bool:
    """True where Vercel runs code of this directory; false where it only serves what a build wrote."""
    prefix = "" if folder == "." else folder + "/"
    if document is not None:
        builders = [build.get("use") for build in document.get("builds").each()] if document.get("builds") else []  # type: ignore[union-attr]
        if builders:
            return any("static" not in (builder.text() or "") for builder in builders if builder)
        if document.get("functions") is not None:
            return True
        if document.get("bunVersion") is not None and _bun_entry(tree, prefix):
            return True
    if any(path.endswith(_CODE) for path in below(tree, f"{prefix}api")):
        return True
    if _exports(tree, prefix):
        return False
    framework = document.get("framework") if document else None
    named = framework.text() if framework else None
    if named:
        return named not in _STATIC_FRAMEWORKS
    output = document.get("outputDirectory") if document else None
    frameworks = packages & _SERVING_PACKAGES
    if frameworks & {
        "next",
        "nuxt",
        "@sveltejs/kit",
        "@remix-run/node",
        "@react-router/node",
        "@astrojs/vercel",
        "@solidjs/start",
    }:
        return True
    if output is not None or packages & {"vite", "react-scripts", "@angular/core", "@vue/cli-service", "gatsby", "parcel"}:
        return False
    return bool(frameworks) or any(
        tree.exists(f"{prefix}{name}") for name in ("app.py", "main.py", "index.py", "server.py", "main.go")
    )


def _bun_entry(tree: Tree, prefix: str) -> bool:
    """True where a file stands that Vercel runs with Bun by itself."""
    stems = (f"{prefix}{folder}{name}" for folder in ("", "src/") for name in ("server", "app", "index"))
    return any(tree.exists(f"{stem}.{ending}") for stem in stems for ending in ("ts", "js", "mjs"))


def _exports(tree: Tree, prefix: str) -> bool:
    """True where Next.js is told to write static files (``output: "export"``)."""
    texts = (tree.text(f"{prefix}next.config.{ending}") for ending in ("js", "mjs", "ts", "cjs"))
    return any(re.search(r"""^\s*output\s*:\s*["']export["']""", text, re.MULTILINE) for text in texts if text)


def _settings(document: Node) -> Iterator[Setting]:
    for key in _PLAIN_KEYS:
        node = document.get(key)
        if node is not None and (value := _written(node)) is not None:
            yield Setting(key, value, node.key_place or node.place, _amount(node), "vercel.json")
    functions = document.get("functions")
    for _, function in functions.items() if functions else ():
        for key in ("maxDuration", "runtime", "memory"):
            node = function.get(key)
            if node is not None and (value := node.text()) is not None:
                yield Setting(f"functions.{key}", value, node.key_place or node.place, _amount(node), "vercel.json")
    for key in ("rewrites", "routes", "redirects"):
        listed = document.get(key)
        for rule in listed.each() if listed else ():
            source, target = rule.get("source") or rule.get("src"), rule.get("destination") or rule.get("dest")
            if source is not None and target is not None:
                value = f"{source.text()} -> {target.text()}"
                yield Setting(key, value, rule.place, value, "vercel.json")


def _written(node: Node) -> str | None:
    return ", ".join(member.text() or "" for member in node.each()) if isinstance(node.value, list) else node.text()


def _amount(node: Node) -> str | int | float | bool | None:
    if isinstance(node.value, bool | int | float):
        return node.value
    return _written(node)


def _conditions(
    tree: Tree, folder: str, document: Node | None, packages: frozenset[str], serving: bool
) -> Iterator[tuple[str, str]]:
    fluid = document.get("fluid") if document else None
    if fluid is not None and isinstance(fluid.value, bool):
        yield "fluid", str(fluid.value).lower()
    if not serving:
        yield "output", "static"
        return
    prefix = "" if folder == "." else folder + "/"
    if tree.exists(f"{prefix}Dockerfile.vercel") or tree.exists(f"{prefix}Containerfile.vercel"):
        yield "runtime", "container"
        return
    if document is not None and document.get("bunVersion") is not None:
        yield "runtime", "bun"
        return
    named = list(_runtimes(document))
    runtimes = {runtime for text in named if (runtime := _runtime(text))}
    if not named:
        api = {path.rsplit(".", 1)[-1] for path in below(tree, f"{prefix}api") if path.endswith(_CODE)}
        python = (
            api <= {"py"} and not packages and any(tree.exists(f"{prefix}{n}") for n in ("requirements.txt", "pyproject.toml"))
        )
        runtimes = {"python"} if python else {"go"} if api == {"go"} else {"nodejs"} if packages or api else set()
    if len(runtimes) == 1:
        yield "runtime", runtimes.pop()


def _runtimes(document: Node | None) -> Iterator[str]:
    functions, builds = (document.get("functions"), document.get("builds")) if document else (None, None)
    for _, function in functions.items() if functions else ():
        if (node := function.get("runtime")) is not None:
            yield node.text() or ""
    for build in builds.each() if builds else ():
        if (node := build.get("use")) is not None:
            yield node.text() or ""


def _runtime(text: str) -> str | None:
    """``@vercel/python@4`` -> ``python``, ``nodejs22.x`` -> ``nodejs``; ``None`` for builders of static files."""
    match = re.match(r"(?:@(?:vercel|now)/|vercel-)?(nodejs|node|next|edge|python|go|ruby|rust|bun|php|deno)", text)
    return {"node": "nodejs", "next": "nodejs"}.get(match[1], match[1]) if match else None


def _targets(document: Node) -> Iterator[Target]:
    """Rewrites and routes to another host: what Vercel hands on as a proxy."""
    for key in ("rewrites", "routes"):
        listed = document.get(key)
        for rule in listed.each() if listed else ():
            source, target = rule.get("source") or rule.get("src"), rule.get("destination") or rule.get("dest")
            url = target.text() if target else None
            if source is None or url is None or not url.startswith(("http://", "https://")):
                continue
            try:
                parts = urlsplit(url)
                port = parts.port
            except ValueError:
                continue
            path = source.text() or "/"
            special = _SPECIAL.search(path)
            pattern = f"{path[: special.start()]}*" if special else path
            why = f"a rewrite of {path} to {parts.hostname}"
            yield Target(parts.hostname or "", rule.place, port, (pattern,), "http" if parts.scheme == "http" else "https", why)

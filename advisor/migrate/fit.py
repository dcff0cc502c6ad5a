"""A path of the present deployment -> what the app is and needs, as values for the files of its new home."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.attempts import PARAMETER, is_local
from advisor.migrate import starting, target
from advisor.migrate.plan import File
from advisor.model import Path
from advisor.options import Options
from advisor.rules.beats import beat
from advisor.rules.instances import needs_affinity
from advisor.rules.remedies import app_port
from advisor.rules.scan import Scan
from advisor.tree import Tree

_PORT = 8080
"""Where the app names no port of its own."""
_GRACE_S = 30
"""Seconds between the stop signal and the kill: long enough to close every socket with a code that says "come back"."""
_CALLED = ("platform", "function")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?")
_PLAIN_PATH = re.compile(r"/[\w./~-]{0,200}")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,60}")
PLACEHOLDER = "app.example.com"


@dataclass(frozen=True, slots=True)
class Fit:
    """One app with sockets: its shortest names, how it starts and listens, and what its sockets need of a host."""

    paths: tuple[Path, ...]
    name: str
    root: str
    ecosystem: str
    server_file: str
    command: str | None
    port: int
    port_fixed: bool
    """True where the code or the command names a port and does not ask the environment."""
    replicas: int
    affinity: bool
    polling_first: bool
    endpoints: tuple[str, ...]
    host: str
    variables: tuple[str, ...]
    dockerfile: str | None
    module: tuple[str, str] | None
    heartbeat_s: float | None
    handles: bool
    """True where the app is no process of its own but handlers that a platform calls."""
    reconnects: bool | None
    """``None``: no client of the project's own was found."""

    @property
    def below(self) -> str:
        """The app's directory as a prefix of paths."""
        return "" if self.root == "." else f"{self.root}/"


def fits(scan: Scan, paths: Sequence[Path], options: Options) -> tuple[Fit, ...]:
    """Each app that serves sockets on these paths, once, in the order of the paths."""
    by_app: dict[str, list[Path]] = {}
    for path in paths:
        if path.app is not None and path.server is not None:
            by_app.setdefault(path.app.root, []).append(path)
    return tuple(_fit(scan, members, options) for members in by_app.values())


def _fit(scan: Scan, paths: list[Path], options: Options) -> Fit:
    first = paths[0]
    app, server = first.app, first.server
    assert app is not None and server is not None  # noqa: PT018, S101 - the caller asked
    prefix = "" if app.root == "." else f"{app.root}/"
    needs = [needs_affinity(path) for path in paths]
    beats = [found.interval_s for path in paths if (found := beat(path)) is not None and found.interval_s is not None]
    clients = [use.reconnect for path in paths for use in path.clients if use.reconnect is not None]
    endpoint = next((each for each in server.endpoints if each.port is not None), None)
    runs = first.runs
    fixed = (runs is not None and runs.port is not None and runs.port_from == "literal") or (
        endpoint is not None and endpoint.port_from == "literal"
    )
    return Fit(
        paths=tuple(paths),
        name=_slug(app.id),
        root=app.root,
        ecosystem=app.ecosystem,
        server_file=server.place.file.removeprefix(prefix),
        command=None if server.runs_in in _CALLED else starting.command(first, scan.tree),
        port=app_port(first) or _PORT,
        port_fixed=fixed,
        replicas=_replicas(scan, app.id, paths, options),
        affinity=any(needed for needed, _ in needs),
        polling_first=any(begins for _, begins in needs),
        endpoints=_endpoints(paths),
        host=_host(paths, options),
        variables=_variables(paths),
        dockerfile=_dockerfile(scan, prefix, first),
        module=starting.module(app, server, scan.tree) if app.ecosystem == "pypi" else None,
        heartbeat_s=max(beats, default=None),
        handles=server.runs_in in _CALLED,
        reconnects=all(each.kind != "none" for each in clients) if clients else None,
    )


def files(fit: Fit, templates: Iterable[target.Template], tree: Tree, options: Options, *, with_image: bool) -> tuple[File, ...]:
    """The templates filled in for an app, and its Dockerfile first where the host needs one and there is none."""
    values = _values(fit, tree, options)
    written = []
    if with_image and fit.dockerfile is None and fit.command is not None:
        text = target.image(fit.ecosystem, values)
        if text is not None:
            written.append(File(f"{fit.below}Dockerfile", text, "the image that runs the app"))
    for template in templates:
        content = target.filled(template.content, values)
        path = target.filled(template.path, values)
        if content.strip():
            written.append(File(path, content, template.what, exists=tree.exists(path)))
    return tuple(written)


def commands(fit: Fit, tree: Tree, options: Options, texts: Iterable[str]) -> tuple[str, ...]:
    """Commands of a target, filled in for an app."""
    values = _values(fit, tree, options)
    return tuple(target.filled(text, values) for text in texts)


def _values(fit: Fit, tree: Tree, options: Options) -> dict[str, Any]:
    on_port = starting.on_port(fit.command, "$PORT") if fit.command else ""
    requirements = next((name for name in ("requirements.txt",) if tree.exists(fit.below + name)), "")
    scripts = {name for path in fit.paths for name, _, _ in (path.app.scripts if path.app else ())}
    return {
        "name": fit.name,
        "word": re.sub(r"\W", "_", fit.name),
        "root": fit.root,
        "below": fit.below,
        "ecosystem": fit.ecosystem,
        "server_file": fit.server_file,
        "entry": "api/socket.py" if fit.module else f"api/socket.{'ts' if fit.server_file.endswith('ts') else 'mjs'}",
        "module": fit.module[0] if fit.module else "",
        "attribute": fit.module[1] if fit.module else "",
        "command": fit.command or "",
        "command_on_port": on_port,
        "exec_form": starting.exec_form(on_port) if on_port else "",
        "port": fit.port,
        "replicas": fit.replicas,
        "affinity": fit.affinity,
        "endpoint": fit.endpoints[0],
        "endpoints": list(fit.endpoints),
        "host": fit.host,
        "variables": list(fit.variables),
        "image": fit.dockerfile is not None,
        "dockerfile": fit.dockerfile or "Dockerfile",
        "grace": _GRACE_S,
        "plan": options.assume.get("plan", ""),
        "day": options.as_of.isoformat(),
        "locked": tree.exists(fit.below + "package-lock.json"),
        "builds": "build" in scripts,
        "build": _build(fit, tree, "build" in scripts, requirements),
        "requirements": requirements,
    }


def _build(fit: Fit, tree: Tree, builds: bool, requirements: str) -> str:
    if fit.ecosystem == "pypi":
        return f"pip install -r {requirements}" if requirements else "pip install ."
    install = "npm ci" if tree.exists(fit.below + "package-lock.json") else "npm install"
    return f"{install} && npm run build" if builds else install


def _slug(text: str) -> str:
    """A name that every host takes: small letters, digits and dashes, a letter first."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:30].strip("-")
    return name if name[:1].isalpha() else f"app-{name}".strip("-")


def _replicas(scan: Scan, app: str, paths: list[Path], options: Options) -> int:
    """How many instances run today: as assumed, as the files say, or one for each process of the app in production."""
    if options.replicas is not None:
        return options.replicas
    environments = {path.environment for path in paths}
    running = [
        node.process
        for node in scan.topology.running
        if node.app is not None and node.app.id == app and node.process is not None and node.environment in environments
    ]
    hosts = {process.host for process in running}
    each = [max(process.replicas or 1, (process.replicas_range or (1, 1))[0]) for process in running]
    return min(max(1, sum(each) if len(hosts) == 1 and None in hosts else max(each, default=1)), 20)


def _endpoints(paths: list[Path]) -> tuple[str, ...]:
    """The public paths of the sockets, each up to its first parameter; ``/`` where the app takes any path."""
    found = []
    for path in paths:
        endpoint = path.endpoint
        parameter = PARAMETER.search(endpoint)
        literal = endpoint[: endpoint.rindex("/", 0, parameter.start() + 1) + 1] if parameter and "/" in endpoint else endpoint
        found.append(literal if _PLAIN_PATH.fullmatch(literal) else "/")
    if any(path.server is not None and any(each.path is None for each in path.server.endpoints) for path in paths):
        return ("/",)
    return tuple(dict.fromkeys(found)) or ("/",)


def _host(paths: list[Path], options: Options) -> str:
    """The name under which browsers reach the app today."""
    named = re.match(r"\w+://([^/:\s]+)", options.public_url or "")
    urls = [url.host for path in paths for use in path.clients for url in use.urls if url.host and not is_local(url.host)]
    listed = [host for path in paths for hop in path.hops for side in hop.listens for host in side.hosts]
    walked = [match[1] for path in paths if (match := re.match(r"\w+://([^/:\s]+)", path.url))]
    for host in (named[1] if named else "", *walked, *urls, *listed):
        if _HOST.fullmatch(host.lower()) and "." in host and not is_local(host):
            return host.lower()
    return PLACEHOLDER


def _variables(paths: list[Path]) -> tuple[str, ...]:
    """Names of the variables that the process is given today, without those that a host sets."""
    names = [name for path in paths if path.process for name in path.process.environment]
    return tuple(sorted({name for name in names if _VARIABLE.fullmatch(name)} - {"PORT", "NODE_ENV", "PYTHONUNBUFFERED"}))


def _dockerfile(scan: Scan, prefix: str, path: Path) -> str | None:
    """The app's own Dockerfile, relative to its directory."""
    place = path.process.command_place if path.process is not None else None
    named = place.file if place is not None and "dockerfile" in place.file.rsplit("/", 1)[-1].lower() else None
    if named is not None and named.startswith(prefix):
        return named.removeprefix(prefix)
    return "Dockerfile" if scan.tree.exists(f"{prefix}Dockerfile") else None

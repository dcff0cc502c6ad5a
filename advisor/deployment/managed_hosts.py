"""railway.json, render.yaml and app.yaml -> the host's hop with the process it starts; only what is needed to walk past it."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.deployment.parts import Findings, Part, Purpose, directory, identity, join, purpose_of
from advisor.deployment.startup import Start, built_from_source, from_dockerfile
from advisor.formats.document import Node
from advisor.model import HealthCheck, Hop, Listen, Place, Process, Setting
from advisor.tree import Tree

_RAILWAY = (
    "build.builder",
    "build.dockerfilePath",
    "deploy.startCommand",
    "deploy.healthcheckPath",
    "deploy.healthcheckTimeout",
    "deploy.numReplicas",
    "deploy.drainingSeconds",
    "deploy.overlapSeconds",
    "deploy.sleepApplication",
)
_APP_ENGINE = ("env", "network.session_affinity", "manual_scaling.instances")
_RENDER = ("plan", "numInstances", "maxShutdownDelaySeconds", "healthCheckPath", "region")


def read(tree: Tree) -> Part:
    """Railway, Render and App Engine."""
    found = Findings()
    for path in tree.named("railway.json", "railway.toml", "render.yaml", "render.yml", "app.yaml", "app.*.yaml"):
        purpose, name = purpose_of(path), path.rsplit("/", 1)[-1].lower()
        if not purpose.deployed:
            found.chose(path, purpose, "a test's fixture")
            continue
        document = _document(tree, path, found)
        if document is None:
            continue
        if name.startswith("railway"):
            _railway(tree, path, document, purpose, found)
        elif name.startswith("render"):
            _render(tree, path, document, purpose, found)
        else:
            _app_engine(tree, path, document, purpose, found)
    return found.part()


def _document(tree: Tree, path: str, found: Findings) -> Node | None:
    if path.endswith(".toml"):
        from advisor.formats.toml import parse
    elif path.endswith(".json"):
        from advisor.formats.json import parse
    else:
        from advisor.formats.yaml import parse
    text = tree.text(path) or ""
    if path.rsplit("/", 1)[-1].lower().startswith("app.") and ("runtime:" not in text or "{{" in text):
        return None
    return found.document(tree, path, parse)


def _text(node: Node | None) -> str | None:
    return node.text() if node is not None else None


def _number(node: Node | None) -> int | None:
    number = node.number() if node is not None else None
    return int(number) if number is not None else None


def _at(node: Node) -> Place:
    return node.key_place or node.place


def _settings(document: Node, keys: tuple[str, ...], written_in: str, before: str = "") -> Iterator[Setting]:
    for key in keys:
        node = document.get(*key.split("."))
        if node is not None and (value := node.text()) is not None:
            amount = node.value if isinstance(node.value, bool | int | float) else value
            yield Setting(before + key, value, _at(node), amount, written_in)


def _both(place: Place) -> tuple[Listen, Listen]:
    """The public side of hosts that end TLS and send plain requests to https."""
    return Listen("http", 80, place, redirect_to="https"), Listen("https", 443, place)


def _started(tree: Tree, folder: str, command: Node | None, dockerfile: str | None, is_docker: bool, found: Findings) -> Start:
    """The host's own start command before the image's, the Procfile's or the start script's."""
    image = from_dockerfile(tree, folder, found, dockerfile) if is_docker else None
    start = image or built_from_source(tree, folder, found)
    text = _text(command)
    return Start(start.root, text, _at(command), start.image) if command is not None and text else start


def _railway(tree: Tree, path: str, document: Node, purpose: Purpose, found: Findings) -> None:
    folder, identifier = directory(path), identity("railway", path)
    dockerfile = _text(document.get("build", "dockerfilePath"))
    builder = (_text(document.get("build", "builder")) or "").upper()
    is_docker = builder == "DOCKERFILE" or (not builder and tree.exists(join(folder, dockerfile or "Dockerfile") or ""))
    deploy = document.get("deploy")
    start = _started(tree, folder, document.get("deploy", "startCommand"), dockerfile, is_docker, found)
    check, replicas = document.get("deploy", "healthcheckPath"), document.get("deploy", "numReplicas")
    place = _at(deploy) if deploy is not None else document.place
    web = identity("railway", path, "web")
    found.hops.append(
        Hop(
            identifier,
            "railway",
            "Railway",
            place,
            scope=purpose.scope,
            environment=purpose.environment,
            settings=tuple(_settings(document, _RAILWAY, path.rsplit("/", 1)[-1])),
            listens=_both(place),
            serves=folder,
            processes=(web,),
            because=f"{path} configures Railway",
        )
    )
    health = HealthCheck(_at(check), check.text(), "http", (200, 299)) if check is not None and check.text() else None
    _process(web, place, start, purpose, identifier, found, replicas, health)
    found.chose(path, purpose, "configures Railway")


def _process(
    identifier: str,
    place: Place,
    start: Start,
    purpose: Purpose,
    host: str,
    found: Findings,
    replicas: Node | None = None,
    health: HealthCheck | None = None,
    scaling: tuple[int, int] | None = None,
    port: int | None = None,
) -> None:
    found.processes.append(
        Process(
            identifier,
            start.place or place,
            root=start.root,
            command=start.command,
            command_place=start.place,
            replicas=_number(replicas),
            replicas_place=_at(replicas) if replicas is not None else None,
            replicas_range=scaling,
            ports=start.ports,
            port_variable="PORT",
            port_given=port,
            scope=purpose.scope,
            environment_name=purpose.environment,
            host=host,
            health_check=health,
        )
    )


def _render(tree: Tree, path: str, document: Node, purpose: Purpose, found: Findings) -> None:
    services = document.get("services")
    for number, service in enumerate(services.each() if services is not None else ()):
        kind, runtime = _text(service.get("type")), _text(service.get("runtime")) or _text(service.get("env")) or ""
        if kind not in ("web", "static"):
            continue
        name = _text(service.get("name")) or str(number)
        folder = join(directory(path), _text(service.get("rootDir")) or ".") or directory(path)
        identifier, web = identity("render", path, name), identity("render", path, f"{name}:web")
        static = kind == "static" or runtime == "static"
        plan = _text(service.get("plan"))
        found.hops.append(
            Hop(
                identifier,
                "render",
                "Render",
                service.place,
                scope=purpose.scope,
                environment=purpose.environment,
                settings=tuple(_settings(service, _RENDER, "render.yaml", "services.")),
                conditions=(("output", "static"),) if static else (("plan", plan),) if plan else (),
                names=(name,),
                listens=_both(service.place),
                serves=None if static else folder,
                processes=() if static else (web,),
                because=f"{path} describes {name} for Render" + ("; it serves a static build only" if static else ""),
            )
        )
        if not static:
            _render_process(tree, folder, service, web, identifier, runtime, purpose, found)
    if services is not None:
        found.chose(path, purpose, "describes services for Render")


def _render_process(
    tree: Tree, folder: str, service: Node, web: str, host: str, runtime: str, purpose: Purpose, found: Findings
) -> None:
    context = join(folder, _text(service.get("dockerContext")) or ".") or folder
    command = service.get("dockerCommand") or service.get("startCommand")
    start = _started(tree, context, command, _text(service.get("dockerfilePath")), runtime == "docker", found)
    check = service.get("healthCheckPath")
    health = HealthCheck(_at(check), check.text()) if check is not None and check.text() else None
    least, most = _number(service.get("scaling", "minInstances")), _number(service.get("scaling", "maxInstances"))
    scaling = (least or 1, most) if most is not None else None
    variables = service.get("envVars")
    named = (each for each in (variables.each() if variables is not None else ()) if _text(each.get("key")) == "PORT")
    port = next((_number(each.get("value")) for each in named), None)
    _process(web, service.place, start, purpose, host, found, service.get("numInstances"), health, scaling, port)


def _app_engine(tree: Tree, path: str, document: Node, purpose: Purpose, found: Findings) -> None:
    runtime = _text(document.get("runtime"))
    if runtime is None:
        return
    flexible = _text(document.get("env")) in ("flex", "flexible") or _text(document.get("vm")) == "true"
    platform = "gcp-app-engine-flex" if flexible else "gcp-app-engine-standard"
    identifier, web = identity(platform, path), identity(platform, path, "web")
    folder = directory(path)
    command = document.get("entrypoint")
    start = _started(tree, folder, command, None, flexible and runtime == "custom", found)
    found.hops.append(
        Hop(
            identifier,
            platform,
            "App Engine flexible" if flexible else "App Engine standard",
            document.place,
            scope=purpose.scope,
            environment=purpose.environment,
            settings=tuple(_settings(document, _APP_ENGINE, "app.yaml")),
            listens=(Listen("http", 80, document.place), Listen("https", 443, document.place)),
            serves=folder,
            processes=(web,),
            because=f"{path} configures App Engine",
        )
    )
    instances = document.get("manual_scaling", "instances")
    scaling = document.get("automatic_scaling")
    least, most = (
        (_number(scaling.get("min_num_instances")), _number(scaling.get("max_num_instances"))) if scaling else (None, None)
    )
    _process(web, document.place, start, purpose, identifier, found, instances, None, (least or 1, most) if most else None)
    found.chose(path, purpose, "configures App Engine")

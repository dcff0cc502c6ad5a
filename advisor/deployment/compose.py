"""Compose files -> the processes of each service, and a hop for each service that is a known proxy."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace

from advisor.deployment import docker_labels, heredocs, nginx_files
from advisor.deployment.compose_files import Project, interpolated, pairs_of, projects
from advisor.deployment.compose_networks import neighbours
from advisor.deployment.images import Image, built_here, develops, read_image
from advisor.deployment.parts import Eaten, Findings, Part, ProxyFiles, Purpose, below, identity, inline, join, port_in, under
from advisor.deployment.programs import NGINX_FAMILY, ImageName
from advisor.deployment.proxy_signs import CONFIGURED, EITHER_WAY, first_sign, installed, main_file, parameters
from advisor.deployment.templating import eat
from advisor.formats.document import Node
from advisor.model import HealthCheck, Hop, Listen, Place, Process
from advisor.tree import Tree

_DEVELOPING_IF_MOUNTED = re.compile(r"\bmanage\.py runserver\b|\bflask (--\S+ )*run\b|\brails s(erver)?\b|\bfastapi dev\b")
_PORTS = ("PORT", "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS")
_SCOPES = {
    "example": "of an example",
    "documentation": "of the documentation",
    "test": "of a test",
    "development": "for development",
}
_STARTS_PROXY = re.compile(r"^(/\S*/)?(apache2ctl|apachectl|apache2|httpd|caddy|haproxy|lighttpd|squid)\b")
_ASKS_DOCKER = ("traefik", "nginx-proxy", "caddy")
"""Proxies that route to any container of the machine that asks for it by label or variable."""
_SECRET = re.compile(r"secret|token|passw|key|credential|dsn|auth", re.IGNORECASE)
_PORT = re.compile(r"^(?:(?P<host>.*):)?(?P<inside>\d+)(?:-\d+)?(?:/(?P<protocol>\w+))?$")


@dataclass(frozen=True, slots=True)
class Service:
    """One service of a project with what its image or build shows."""

    name: str
    node: Node
    image: ImageName | None
    built: Image | None
    context: str | None
    """Build context as a directory of the tree."""
    base: ImageName | None
    """The image that runs: the service's own, or what the Dockerfile's last stage starts from."""

    @property
    def place(self) -> Place:
        return self.node.key_place or self.node.place

    @property
    def proxy(self) -> str | None:
        named = (self.base.proxy if self.base else None) or (self.image.proxy if self.image and self.context is None else None)
        return named or self.installs

    @property
    def installs(self) -> str | None:
        """The proxy that the service's own image installs and starts, on a base that is none."""
        starts = self.built is not None and _STARTS_PROXY.match(self.built.starts or "")
        return installed(self.built.copies) if self.built is not None and starts else None

    @property
    def supports(self) -> bool:
        return self.context is None and self.image is not None and self.image.supports

    def text(self, *keys: str) -> str | None:
        node = self.node.get(*keys)
        return node.text() if node else None


def read(tree: Tree) -> Part:
    """Processes and hops of every compose project, each with the project's file as the network its names are known in."""
    found = Findings()
    seen: set[tuple[object, ...]] = set()
    every = tuple(projects(tree, found))
    for project in every:
        services = [_service(tree, project, name, node, found) for name, node in project.services.items()]
        asks = any(service.proxy in _ASKS_DOCKER for service in services)
        _project(tree, replace(project, beside=neighbours(project, every)) if asks else project, services, found, seen)
    return found.part()


def _project(tree: Tree, project: Project, services: list[Service], found: Findings, seen: set[tuple[object, ...]]) -> None:
    if all(service.supports and not docker_labels.asks(service.node) for service in services):
        purpose = Purpose("development", "development") if project.purpose.scope == "production" else project.purpose
        for file in project.files:
            found.chose(file.path, purpose, "holds only databases and the like")
        return
    purpose, why = _purpose(project, services)
    for file in project.files:
        found.chose(file.path, file.purpose if file.purpose.scope != "production" else purpose, why)
    for service in services:
        key = (project.folder, purpose, service.name, str(service.image), service.context, service.text("command"))
        if key in seen:
            continue
        seen.add(key)
        if service.proxy in EITHER_WAY and _main_file(tree, project, service) is None:
            continue
        if service.proxy:
            _hop(tree, project, service, services, purpose, found)
        else:
            _process(tree, project, service, purpose, found)


def _purpose(project: Project, services: list[Service]) -> tuple[Purpose, str]:
    """What the project is for, by its files' names, then by what its services run."""
    if project.purpose.scope != "production":
        return project.purpose, f"a compose file {_SCOPES[project.purpose.scope]}"
    developing = next((service for service in services if _develops(project, service)), None)
    if developing and not any(service.proxy for service in services):
        return Purpose("development", "development"), f"its service {developing.name} runs a development server"
    overlay = " with " + ", ".join(file.path for file in project.files[1:]) if len(project.files) > 1 else ""
    return project.purpose, f"a compose file{overlay}"


def _develops(project: Project, service: Service) -> bool:
    command = _command(service)[0] or ""
    dockerfile = service.text("build", "dockerfile") or ""
    target = service.text("build", "target") or ""
    if develops(command) or re.search(r"(^|[._-])dev", dockerfile.lower()) or target.lower().startswith("dev"):
        return True
    sources = [outside for inside, outside in _mounts(project, service) if service.context and outside == service.context]
    environment = {key: node.text() for key, node in pairs_of(service.node.get("environment"))}
    return bool(sources) and (bool(_DEVELOPING_IF_MOUNTED.search(command)) or environment.get("NODE_ENV") == "development")


def _service(tree: Tree, project: Project, name: str, node: Node, found: Findings) -> Service:
    written = node.get("image")
    image = ImageName.of(interpolated(written.text() or "", project.variables)) if written and written.text() else None
    build = node.get("build")
    context, built = None, None
    if build is not None and build.value is not None:
        context = join(project.folder, interpolated((build.get("context") or build).text() or ".", project.variables))
    if context is not None and build is not None:
        dockerfile = (build.get("dockerfile") and build.get("dockerfile").text()) or "Dockerfile"  # type: ignore[union-attr]
        target = build.get("target")
        file = join(context, interpolated(dockerfile, project.variables)) or dockerfile
        built = read_image(tree, file, context, found, target.text() if target else None)
    elif image is not None and not image.supports and image.proxy is None and (own := built_here(tree, image)):
        file, context = own
        built = read_image(tree, file, context, found)
    return Service(name, node, image, built, context, built.base if built else image)


def _process(tree: Tree, project: Project, service: Service, purpose: Purpose, found: Findings) -> None:
    command, place = _command(service)
    replicas = service.node.get("deploy", "replicas") or service.node.get("scale")
    count = replicas.number() if replicas else None
    environment = dict(pairs_of(service.node.get("environment")))
    told = port_in({name: environment[name].text() for name in _PORTS if name in environment})
    port = told if told is not None or "PORT" in environment else service.built.port_given if service.built else None
    check = service.node.get("healthcheck")
    health = HealthCheck(check.key_place or check.place, None, "command") if check and check.get("test") else None
    mounted = _mounted_code(tree, project, service)
    written = service.node.get("image")
    found.processes.append(
        Process(
            identity("compose", project.file, service.name),
            service.place,
            root=(service.built.root if service.built else service.context) or mounted or ".",
            command=command,
            command_place=place,
            replicas=int(count) if count is not None else None,
            replicas_place=replicas.key_place or replicas.place if replicas else None,
            names=() if _on_the_host(service) else _names(service, project),
            network="" if _on_the_host(service) else project.network,
            ports=tuple(dict.fromkeys((*(inside for inside, _, _ in _ports(project, service)), *_exposed(service)))),
            published=tuple(dict.fromkeys(outside for _, outside, _ in _ports(project, service) if outside)),
            environment=tuple(environment),
            port_given=port,
            image=interpolated(service.text("image") or "", project.variables) or None,
            image_place=(written.key_place or written.place) if written else None,
            built=service.context is not None or mounted is not None,
            scope=purpose.scope,
            environment_name=purpose.environment,
            health_check=health or (service.built.health_check if service.built else None),
        )
    )
    _claim(service, purpose, found)


def _mounted_code(tree: Tree, project: Project, service: Service) -> str | None:
    """The directory of the tree that is mounted as the working directory of a published image (``image: node``)."""
    working = (service.text("working_dir") or "").rstrip("/")
    if service.context is not None or not working.startswith("/"):
        return None
    for inside, outside in _mounts(project, service):
        if under(working, inside.rstrip("/") or "/"):
            path = join(outside, working[len(inside.rstrip("/")) :].lstrip("/") or ".")
            return path if path is not None and below(tree, path) else None
    return None


def _claim(service: Service, purpose: Purpose, found: Findings) -> None:
    """A Dockerfile that only a development service builds still shows how production runs."""
    if service.built and (purpose.scope != "development" or service.built.purpose.scope == "development"):
        found.claims.append(service.built.file)


def _hop(tree: Tree, project: Project, service: Service, services: list[Service], purpose: Purpose, found: Findings) -> None:
    platform = service.proxy or ""
    own_file = _main_file(tree, project, service) if platform in CONFIGURED else None
    config = _configuration(tree, project, service) if platform in NGINX_FAMILY else own_file
    made = service.base is not None and service.base.asks_docker
    if platform == "nginx-proxy" and (asked := _asked_by_variables(tree, project, service, services)) is not None:
        platform, config = "nginx", asked
    written = service.node.get("image")
    version_place = service.built.base_place if service.built else (written.key_place or written.place) if written else None
    mounts = [] if config else [*(service.built.copies if service.built else ()), *_mounts(project, service)]
    shown = config.files if config else ()
    own = {file.path for each in (project, *project.beside) for file in each.files}
    used = (
        tuple(path for path in shown if path not in own)
        if config
        else tuple(outside for _, outside in mounts if tree.exists(outside))
    )
    targets = tuple(docker_labels.labelled(platform, _nodes(project)))
    signs = (place for path in used if (place := first_sign(tree, platform, path)))
    place = nginx_files.first_block(tree, config) or next(signs, None) or service.place
    found.hops.append(
        Hop(
            identity(platform, project.file, service.name),
            platform,
            service.name,
            place,
            version=service.base.version if service.base and service.installs is None and not made else None,
            version_place=version_place,
            floating=service.base.floating if service.base and service.installs is None and not made else False,
            scope=purpose.scope,
            environment=purpose.environment,
            names=() if _on_the_host(service) else _names(service, project),
            network="" if _on_the_host(service) else project.network,
            local=(service.text("network_mode") or "").startswith(("host", "service:", "container:")),
            listens=tuple(
                Listen("https" if inside in (443, 8443) else "http", published, at)
                for inside, published, at in _ports(project, service)
                if published and inside not in (8404, 9090)
            ),
            targets=targets,
            conditions=(("output", "static"),) if config is None and _serves_files_only(tree, service) else (),
            config=config,
            because=f"{project.file} runs {service.base.repository if service.base else platform} as {service.name}",
        )
    )
    found.claims += used
    _claim(service, purpose, found)
    for path in used:
        found.chose(path, purpose, f"read by {service.name} of {project.file}")


def _main_file(tree: Tree, project: Project, service: Service) -> ProxyFiles | None:
    """The configuration of a proxy whose main file stands for all of it."""
    mounts = [*(service.built.copies if service.built else ()), *_mounts(project, service)]
    found = main_file(tree, service.proxy or "", mounts, dockerfile=service.built.file if service.built else None)
    if service.proxy == "traefik":
        return _with_labels(project, found, mounts)
    if service.proxy == "caddy" and found is None:
        return docker_labels.caddy(_nodes(project), project.variables)
    if found is None:
        return None
    given = (*_variables(tree, project, service, found), *parameters(service.proxy or "", _command(service)[0]))
    return replace(found, variables=given)


def _asked_by_variables(tree: Tree, project: Project, service: Service, services: list[Service]) -> ProxyFiles | None:
    """What nginx-proxy makes of the variables of all services that it sees."""
    ports = {each.name: (*(inside for inside, _, _ in _ports(project, each)), *_exposed(each)) for each in services}
    placed = tuple(sorted(nginx_files.expanded(tree, _mounts(project, service))))
    return docker_labels.nginx_proxy(_nodes(project), project.variables, ports, placed)


def _with_labels(project: Project, found: ProxyFiles | None, mounts: list[tuple[str, str]]) -> ProxyFiles:
    """Traefik is also configured by its arguments and by the labels of all services, which stand in the compose files."""
    seen = (project, *project.beside)
    files = (*((found.main,) if found and found.main else ()), *(file.path for each in seen for file in each.files))
    return ProxyFiles(None, files, found.mounts if found else tuple(sorted(mounts)))


def _variables(tree: Tree, project: Project, service: Service, files: ProxyFiles) -> tuple[tuple[str, str], ...]:
    """What the service sets of the variables that the files ask for; never secrets."""
    asked = "".join(dict(files.texts).get(path) or tree.text(path) or "" for path in files.files)
    return tuple(
        (key, interpolated(node.text() or "", project.variables))
        for key, node in pairs_of(service.node.get("environment"))
        if node.text() and re.search(rf"\$\{{?{re.escape(key)}\b|\{{{re.escape(key)}\}}", asked) and not _SECRET.search(key)
    )


def _serves_files_only(tree: Tree, service: Service) -> bool:
    keys = ("volumes", "configs", "command", "entrypoint")
    written = " ".join(str(node.plain()) for key in keys if (node := service.node.get(key)) is not None)
    return nginx_files.is_shipped_only(tree, service.base, service.built.file if service.built else None, written)


def _configuration(tree: Tree, project: Project, service: Service) -> ProxyFiles | None:
    own = heredocs.written(tree, service.built.file if service.built else None)
    mounts = [*(service.built.copies if service.built else ()), *own.mounts]
    mounts += _mounts(project, service)
    texts, eaten = list(own.texts), list(own.eaten)
    declared = project.files[0].document.get("configs")
    for used in _each(service.node.get("configs")):
        source, target = (used.get("source") or used).text(), used.get("target")
        config = declared.get(source or "") if declared else None
        inside = target.text() if target else f"/{source}"
        content, file = (config.get("content"), config.get("file")) if config else (None, None)
        if content is not None and inside:
            mounts.append((inside, project.file))
            written = inline(tree, content)
            texts.append((project.file, eat(written.replace("$$", "\0")).replace("\0", "$")))
            meant = written.replace("$$", "$")
            if texts[-1][1] != meant:
                why = "Compose itself fills in the variables of a content; $$ is a plain $"
                eaten.append(Eaten(project.file, content.key_place or content.place, meant, why))
        elif file is not None and inside and (path := join(project.folder, file.text() or "")):
            mounts.append((inside, path))
    files = nginx_files.mounted(tree, mounts, tuple(texts))
    if files is None:
        return None
    return replace(files, variables=_variables(tree, project, service, files), eaten=tuple(eaten))


def _mounts(project: Project, service: Service) -> list[tuple[str, str]]:
    """Bind mounts and configuration files of a service: path inside -> path of the tree."""
    mounts: list[tuple[str, str]] = []
    for volume in _each(service.node.get("volumes")):
        source, target = volume.get("source"), volume.get("target")
        if source is not None and target is not None:
            outside, inside = source.text() or "", target.text() or ""
        else:
            pieces = interpolated(volume.text() or "", project.variables).split(":")
            outside, inside = (pieces[0], pieces[1]) if len(pieces) > 1 else ("", "")
        path = join(project.folder, interpolated(outside, project.variables).replace("${PWD}", ".").replace("$PWD", "."))
        if path and inside.startswith("/") and (outside.startswith(".") or "/" in outside):
            mounts.append((inside, path))
    return mounts


def _each(node: Node | None) -> Iterator[Node]:
    if node is not None and node.value is not None:
        yield from node.each()


def _on_the_host(service: Service) -> bool:
    """True where the service has the machine's own network: no name of its own, and 127.0.0.1 is the machine's."""
    return service.text("network_mode") == "host"


def _names(service: Service, project: Project) -> tuple[str, ...]:
    """What other services can call it: its service name, container name, host name, network aliases and links."""
    names = [service.name, service.text("container_name"), service.text("hostname")]
    for other in project.services.values():
        links = [(link.text() or "").partition(":") for link in _each(other.get("links"))]
        names += [alias for name, _, alias in links if name == service.name]
    networks = service.node.get("networks")
    for _, network in networks.items() if networks else ():
        names += [alias.text() for alias in _each(network.get("aliases"))]
    return tuple(dict.fromkeys(name for name in names if name))


def _ports(project: Project, service: Service) -> list[tuple[int, int | None, Place]]:
    """Container port, published port (``None``: chosen at run time) and place of each published TCP port."""
    ports: list[tuple[int, int | None, Place]] = []
    for node in _each(service.node.get("ports")):
        target = node.get("target")
        if target is not None:
            published = node.get("published")
            outside = interpolated(published.text() or "", project.variables) if published else ""
            match = _PORT.match(f"{outside}:{interpolated(target.text() or '', project.variables)}")
        else:
            match = _PORT.match(interpolated(node.text() or "", project.variables))
        if match and match["protocol"] != "udp":
            number = (match["host"] or "").rsplit(":", 1)[-1].split("-")[0]
            ports.append((int(match["inside"]), int(number) if number.isdecimal() else None, node.place))
    return ports


def _exposed(service: Service) -> Iterator[int]:
    for node in _each(service.node.get("expose")):
        number = (node.text() or "").split("/")[0].split("-")[0]
        if number.isdecimal():
            yield int(number)
    yield from service.built.ports if service.built else ()


def _command(service: Service) -> tuple[str | None, Place | None]:
    """What the container starts, and where that is written: the service's own words before the image's."""
    own, entrypoint = service.node.get("command"), service.node.get("entrypoint")
    built = service.built
    command = _words(own) or (built.command if built and not _words(entrypoint) else None)
    start = _words(entrypoint) or (built.entrypoint if built else None)
    node = own if _words(own) else entrypoint if _words(entrypoint) else None
    place = (node.key_place or node.place) if node else built.command_place if built else None
    text = " ".join(piece for piece in (start, command) if piece)
    return text or None, place if text else None


def _words(node: Node | None) -> str:
    """The command as one text; of variables only the defaults written beside them are put in."""
    if node is None:
        return ""
    if isinstance(node.value, list):
        return shlex.join(interpolated(member.text() or "", {}) for member in node.value)
    return " ".join(interpolated(node.text() or "", {}).split())


def _nodes(project: Project) -> list[tuple[str, Node]]:
    """The services of the project and of those beside it, by name."""
    return [(name, node) for each in (project, *project.beside) for name, node in each.services.items()]

"""fly.toml under any name -> the Fly.io hop with its handlers and settings, and a process for each process group it serves."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from advisor.deployment.parts import Findings, Part, Purpose, directory, identity, join, purpose_of
from advisor.deployment.startup import Start, built_from_source, from_dockerfile
from advisor.formats.document import Node
from advisor.model import HealthCheck, Hop, Listen, Place, Process, Setting, Value
from advisor.tree import Tree

WORDS = ("internal_port",)

_TABLES = ("http_service", "services", "deploy", "checks")
_NAMED_TABLES = frozenset({"checks", "http_checks", "tcp_checks", "replay_cache"})
_TOP = ("kill_signal", "kill_timeout", "primary_region", "swap_size_mb")
_DURATION_KEYS = frozenset({"kill_timeout", "idle_timeout", "interval", "timeout", "grace_period", "release_command_timeout"})
_AUTO_STOP = {"true": "stop", "false": "off", "stop": "stop", "suspend": "suspend", "off": "off"}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_MOST_DEPTH = 6


def read(tree: Tree) -> Part:
    """A hop for every Fly.io configuration that serves something; one without a service has no public side."""
    found = Findings()
    by_name = tree.named("fly.toml", "fly.*.toml", "*.fly.toml", "fly-*.toml", "fly_*.toml", "fly.json", "fly.yaml", "fly.yml")
    by_content = (path for path in tree.having(*WORDS) if path.endswith(".toml"))
    for path in dict.fromkeys((*by_name, *by_content)):
        purpose = purpose_of(path)
        if not purpose.deployed:
            found.chose(path, purpose, "a test's fixture")
            continue
        document = _document(tree, path, found)
        if document is not None and (document.get("http_service") or document.get("services")):
            _hop(tree, path, document, purpose, found)
    return found.part()


def _document(tree: Tree, path: str, found: Findings) -> Node | None:
    if path.endswith(".toml"):
        from advisor.formats.toml import parse
    elif path.endswith(".json"):
        from advisor.formats.json import parse
    else:
        from advisor.formats.yaml import parse
    return found.document(tree, path, parse)


def _hop(tree: Tree, path: str, document: Node, purpose: Purpose, found: Findings) -> None:
    identifier = identity("fly-io", path)
    services = _services(document)
    first = services[0]
    starts = list(_processes(tree, path, document, services, purpose, identifier, found))
    found.processes += starts
    found.hops.append(
        Hop(
            identifier,
            "fly-io",
            "Fly.io",
            first.key_place or first.place,
            scope=purpose.scope,
            environment=purpose.environment,
            settings=tuple(_settings(document)),
            conditions=tuple(_conditions(document, services)),
            listens=tuple(_listens(document)),
            serves=starts[0].root if starts else directory(path),
            processes=tuple(process.id for process in starts),
            because=f"{path} configures Fly.io",
        )
    )
    found.chose(path, purpose, "configures Fly.io")


def _services(document: Node) -> list[Node]:
    """``http_service`` first, then ``services``; those for HTTP ports before others."""
    single, several = document.get("http_service"), document.get("services")
    services = [single] if single is not None else []
    rest = list(several.each()) if several is not None else []
    return services + sorted(rest, key=lambda service: not ({80, 443} & {int(port.number() or 0) for port, _ in _ports(service)}))


def _ports(service: Node) -> Iterator[tuple[Node, Node]]:
    """Each public port of a service: the port number's node and its table."""
    ports = service.get("ports")
    for table in ports.each() if ports is not None else ():
        number = table.get("port")
        if number is not None:
            yield number, table


def _handlers(table: Node) -> list[str]:
    handlers = table.get("handlers")
    return [(handler.text() or "").lower() for handler in handlers.each()] if handlers is not None else []


def _listens(document: Node) -> Iterator[Listen]:
    single, several = document.get("http_service"), document.get("services")
    if single is not None:
        place = single.key_place or single.place
        forced = single.get("force_https")
        redirect = "https" if forced is not None and forced.value is True else None
        yield Listen("http", 80, (forced.key_place or place) if forced and redirect else place, redirect_to=redirect)
        yield Listen("https", 443, place)
    for service in several.each() if several is not None else ():
        for number, table in _ports(service):
            handlers, forced = _handlers(table), table.get("force_https")
            redirect = "https" if forced is not None and forced.value is True else None
            scheme = "https" if "tls" in handlers or "pg_tls" in handlers else "http" if "http" in handlers else "tcp"
            port = number.number()
            yield Listen(scheme, int(port) if port is not None else None, table.key_place or table.place, redirect_to=redirect)  # type: ignore[arg-type]


def _conditions(document: Node, services: list[Node]) -> Iterator[tuple[str, str]]:
    """What Fly's proxy does at the secure port: speak HTTP, end TLS only, or pass bytes."""
    if document.get("http_service") is not None:
        yield "handler", "http"
    else:
        tables = [(number.number(), _handlers(table)) for service in services for number, table in _ports(service)]
        handlers = next((names for number, names in tables if number == 443), [name for _, names in tables for name in names])
        yield "handler", "http" if "http" in handlers else "tls" if "tls" in handlers else "tcp"
    stop = next((node for service in services if (node := service.get("auto_stop_machines")) is not None), None)
    if stop is not None and (value := _AUTO_STOP.get(stop.text() or "")):
        yield "auto_stop", value


def _settings(document: Node) -> Iterator[Setting]:
    for key in _TOP:
        node = document.get(key)
        if node is not None and node.text() is not None:
            yield _setting(key, node)
    for table in _TABLES:
        node = document.get(table)
        if node is not None:
            yield from _below(node, table, 0)


def _below(node: Node, key: str, depth: int) -> Iterator[Setting]:
    """Every scalar and list of scalars below a table, keyed by its dotted path; of several ports the secure one first."""
    if depth > _MOST_DEPTH:
        return
    if key.rsplit(".", 1)[-1] in _NAMED_TABLES:
        first = next(node.each(), node)
        yield Setting(key, _text(first.get("path")) or "", node.key_place or first.key_place or first.place, True, "fly.toml")
    if isinstance(node.value, dict):
        for name, inner in node.items():
            yield from _below(inner, f"{key}.{name}", depth + 1)
    elif isinstance(node.value, list) and any(isinstance(member.value, dict) for member in node.each()):
        for member in sorted(node.each(), key=lambda member: "tls" not in _handlers(member)):
            yield from _below(member, key, depth + 1)
    elif node.value is not None:
        yield _setting(key, node)


def _setting(key: str, node: Node) -> Setting:
    value = ", ".join(member.text() or "" for member in node.each()) if isinstance(node.value, list) else node.text() or ""
    return Setting(key, value, node.key_place or node.place, _amount(key.rsplit(".", 1)[-1], node, value), "fly.toml")


def _amount(name: str, node: Node, value: str) -> Value:
    if name == "auto_stop_machines":
        return _AUTO_STOP.get(value, value)
    if name in _DURATION_KEYS:
        return node.number() if node.number() is not None else _seconds(value)
    return node.value if isinstance(node.value, bool | int | float) else value


def _seconds(text: str) -> float | None:
    """A Go duration (``1m30s``) in seconds; ``None`` where it is none."""
    parts = _DURATION.findall(text)
    return sum(float(number) * _SECONDS[unit] for number, unit in parts) if parts and _DURATION.sub("", text) == "" else None


def _processes(
    tree: Tree, path: str, document: Node, services: list[Node], purpose: Purpose, host: str, found: Findings
) -> Iterator[Process]:
    """One process for each group that a service names, or the app itself where the file has no groups."""
    groups = document.get("processes")
    start = _start(tree, path, document, found)
    port_variable = document.get("env", "PORT")
    image = document.get("build", "image")
    environment = tuple(key for key, _ in document.get("env").items()) if document.get("env") else ()  # type: ignore[union-attr]
    seen: set[str] = set()
    for service in services:
        named = service.get("processes")
        names = [node.text() or "" for node in named.each()] if named is not None else []
        port = service.get("internal_port")
        number = int(port.number() or 8080) if port is not None else 8080
        running = service.get("min_machines_running")
        least = running.number() if running is not None else None
        for name in names or [next((key for key, _ in groups.items()), "app") if groups else "app"]:
            if name in seen:
                continue
            seen.add(name)
            own = groups.get(name) if groups else None
            command, place = _command(document, own, start)
            given = port_variable.number() if port_variable is not None else None
            yield Process(
                identity("fly-io", path, name),
                (own.key_place or own.place) if own else service.key_place or service.place,
                root=start.root,
                command=command,
                command_place=place,
                replicas=int(least) if least is not None and least >= 2 else None,
                replicas_place=running.key_place or running.place if running is not None else None,
                ports=(number,),
                environment=environment,
                port_given=int(given) if given is not None else number,
                built=image is None,
                image=_text(image),
                image_place=(image.key_place or image.place) if image is not None else None,
                scope=purpose.scope,
                environment_name=purpose.environment,
                host=host,
                health_check=_check(service),
            )


def _text(node: Node | None) -> str | None:
    return node.text() if node is not None else None


def _start(tree: Tree, path: str, document: Node, found: Findings) -> Start:
    folder = directory(path)
    dockerfile = _text(document.get("build", "dockerfile"))
    target = _text(document.get("build", "build-target"))
    built = from_dockerfile(tree, folder, found, dockerfile, target) if document.get("build", "image") is None else None
    if built is None and dockerfile is None and not tree.exists(join(folder, "Dockerfile") or ""):
        built = built_from_source(tree, folder, found)
    return built or Start(folder)


def _command(document: Node, own: Node | None, start: Start) -> tuple[str | None, Place | None]:
    """The group's command, else ``experimental.cmd``, else the image's; groups replace the image's CMD."""
    override = own or document.get("experimental", "cmd")
    if override is None:
        return start.command, start.place
    text = override.text()
    if isinstance(override.value, list):
        text = shlex.join(member.text() or "" for member in override.each())
    return text or start.command, (override.key_place or override.place) if text else start.place


def _check(service: Node) -> HealthCheck | None:
    """The first HTTP check, else a TCP check."""
    checks = service.get("checks") or service.get("http_checks")
    first = next(iter(checks.each()), None) if checks is not None else None
    if first is not None:
        place = first.key_place or first.place
        return HealthCheck(place, _text(first.get("path")) or "/", "http", (200, 299))
    tcp = service.get("tcp_checks")
    first = next(iter(tcp.each()), None) if tcp is not None else None
    return HealthCheck(first.key_place or first.place, None, "tcp") if first is not None else None

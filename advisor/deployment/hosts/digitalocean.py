"""An app spec of DigitalOcean's App Platform (``.do/app.yaml``) -> a hop for each service and static site.

Keys: https://docs.digitalocean.com/products/app-platform/reference/app-spec/
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.deployment.hosts.declared import (
    Service,
    add,
    at,
    documents,
    each,
    given_port,
    keys_of,
    number,
    settings,
    text,
)
from advisor.deployment.parts import Findings, Purpose, directory, join
from advisor.deployment.startup import Start, built_from_source, from_dockerfile
from advisor.formats.document import Node
from advisor.model import HealthCheck, Target
from advisor.tree import Tree

PLATFORM, FORMAT = "digitalocean-app-platform", ".do/app.yaml"
KEYS = (
    "instance_count",
    "autoscaling.min_instance_count",
    "autoscaling.max_instance_count",
    "http_port",
    "termination.grace_period_seconds",
    "termination.drain_seconds",
    "health_check.http_path",
    "health_check.port",
    "protocol",
)


def read(tree: Tree, found: Findings) -> None:
    """``app.yaml`` and its variants below ``.do``; in ``deploy.template.yaml`` of a button the app stands under ``spec``."""
    for path, purpose, whole in documents(
        tree, found, "app.y*ml", "app.*.y*ml", "app-*.y*ml", "*.app.y*ml", "deploy.template.y*ml", folder=".do"
    ):
        document = whole.get("spec") or whole
        for service in each(document.get("services")):
            add(_service(tree, path, document, service, purpose, found), found)
        for site in each(document.get("static_sites")):
            add(_site(path, site, purpose), found)


def _service(tree: Tree, path: str, document: Node, service: Node, purpose: Purpose, found: Findings) -> Service:
    label = text(service.get("name")) or str(service.place.line)
    base = directory(directory(path))
    folder = join(base, (text(service.get("source_dir")) or ".").lstrip("/")) or base
    image = service.get("image", "repository")
    port = number(service.get("http_port")) or given_port(service.get("envs"))
    scaling = service.get("autoscaling")
    least, most = (
        number(service.get("autoscaling", "min_instance_count")),
        number(service.get("autoscaling", "max_instance_count")),
    )
    return Service(
        PLATFORM,
        "DigitalOcean App Platform",
        path,
        service.place,
        purpose,
        _start(tree, base, folder, service, found),
        f"{path} describes the service {label} for App Platform",
        label=label,
        certainty="strong" if "template" in path else "explicit",
        settings=tuple(settings(service, KEYS, FORMAT, "services.")),
        targets=tuple(_targets(document, service, label)),
        command=service.get("run_command"),
        replicas=service.get("instance_count") if scaling is None else None,
        scaling=(least or 1, most) if most is not None else None,
        port=port or 8080,
        environment=(*keys_of(document.get("envs")), *keys_of(service.get("envs"))),
        health=_health(service),
        image=image,
    )


def _start(tree: Tree, base: str, folder: str, service: Node, found: Findings) -> Start:
    """A Dockerfile where the spec names one (from the repository's root) or the source directory has one, else a buildpack."""
    if service.get("image") is not None:
        return Start(folder)
    declared = text(service.get("dockerfile_path"))
    if declared is not None:
        return from_dockerfile(tree, base, found, declared.lstrip("/")) or Start(folder)
    return from_dockerfile(tree, folder, found) or built_from_source(tree, folder, found)


def _targets(document: Node, service: Node, label: str) -> Iterator[Target]:
    """The prefixes that lead to it. One that is cut off before the app is no condition here, for the app's paths lack it."""
    rules = [rule for rule in each(document.get("ingress", "rules")) if text(rule.get("component", "name")) == label]
    routes = [(rule.get("match", "path", "prefix"), rule.get("component", "preserve_path_prefix"), rule) for rule in rules]
    routes += [(route.get("path"), route.get("preserve_path_prefix"), route) for route in each(service.get("routes"))]
    for prefix, kept, route in routes:
        start = (text(prefix) or "/").rstrip("/")
        paths = (start, f"{start}/*") if start and text(kept) == "true" else ()
        yield Target(label, route.place, paths=paths, why=f"the route {start or '/'} leads to {label}")


def _health(service: Node) -> HealthCheck | None:
    check = service.get("health_check")
    if check is None:
        return None
    path = check.get("http_path")
    return HealthCheck(at(path if path is not None else check), text(path), "http" if path is not None else "tcp")


def _site(path: str, site: Node, purpose: Purpose) -> Service:
    label = text(site.get("name")) or str(site.place.line)
    because = f"{path} describes the static site {label} for App Platform"
    start = Start(text(site.get("source_dir")) or ".")
    return Service(PLATFORM, "DigitalOcean App Platform", path, site.place, purpose, start, because, label=label, static=True)

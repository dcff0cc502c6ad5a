"""Deployments, StatefulSets, DaemonSets and Rollouts -> processes: what each container runs, how often, and how it is watched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.deployment.images import Image, built_here, read_image
from advisor.deployment.kubernetes.objects import (
    WORKLOADS,
    Cluster,
    each,
    name,
    namespace,
    network,
    number,
    service_names,
    text,
    where,
)
from advisor.deployment.parts import Findings, port_in
from advisor.deployment.programs import ImageName
from advisor.formats.document import Node
from advisor.model import HealthCheck, Place, Process
from advisor.tree import Tree

CONTROLLERS = ("ingress-nginx/controller", "nginx/nginx-ingress", "nginx-ingress", "kubernetes-ingress", "haproxy-ingress")
"""Ends of the names of images that read Ingress objects: what they serve stands in those."""
_SIDECARS = ("oauth2-proxy", "cloud-sql-proxy", "gce-proxy", "istio/proxyv2", "linkerd-io/proxy", "vault-k8s", "pgbouncer")


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a workload, with its image's name and the Services that send to its pod."""

    node: Node
    workload: Node
    image: ImageName
    services: tuple[Node, ...]
    beside: int
    """How many containers its pod has."""

    @property
    def name(self) -> str:
        return text(self.node.get("name")) or ""

    @property
    def image_place(self) -> Place:
        image = self.node.get("image")
        return where(image) if image is not None else where(self.node)


def containers(cluster: Cluster) -> list[Container]:
    """Every container of every workload, found once."""
    if cluster.containers is None:
        cluster.containers = list(_containers(cluster))
    return cluster.containers


def _containers(cluster: Cluster) -> Iterator[Container]:
    every = [(service, _selector(service)) for service in cluster.of("Service")]
    for workload in cluster.of(*WORKLOADS):
        given = _labels(workload)
        here = network(workload)
        fitting = (service for service, wanted in every if wanted and wanted <= given)
        services = tuple(service for service in fitting if network(service) == here)
        found = list(each(workload.get("spec", "template", "spec", "containers")))
        for node in found[:20]:
            yield Container(node, workload, ImageName.of(text(node.get("image")) or ""), services, len(found))


def is_controller(image: ImageName) -> bool:
    """True for the image of an ingress controller."""
    return image.repository.endswith(CONTROLLERS)


def selects(service: Node, workload: Node) -> bool:
    """True where the Service's selector fits the workload's pods."""
    wanted = _selector(service)
    return bool(wanted) and wanted <= _labels(workload) and network(service) == network(workload)


def _selector(service: Node) -> frozenset[tuple[str, str | None]]:
    found = service.get("spec", "selector")
    return frozenset((key, node.text()) for key, node in found.items()) if found is not None else frozenset()


def _labels(workload: Node) -> frozenset[tuple[str, str | None]]:
    found = workload.get("spec", "template", "metadata", "labels")
    return frozenset((key, node.text()) for key, node in found.items()) if found is not None else frozenset()


def read(tree: Tree, cluster: Cluster, found: Findings, hosts: dict[str, str], proxied: frozenset[tuple[Place, str]]) -> None:
    """Adds the processes of a cluster, those of proxies aside.

    ``hosts``: Service (``namespace/name``) -> id of the hop that stands for it.
    """
    for container in containers(cluster):
        if (container.workload.place, container.name) in proxied:
            continue
        ports = [named for port in each(container.node.get("ports")) if (named := number(port.get("containerPort")))]
        if not _is_app(container) or not (ports or container.services):
            continue
        own = built_here(tree, container.image)
        built = read_image(tree, own[0], own[1], found) if own else None
        found.claims += [built.file] if built else []
        found.processes.append(_process(container, cluster, built, ports, hosts))
        found.chose(container.workload.place.file, cluster.purpose, f"runs {name(container.workload)} on Kubernetes")


def _is_app(container: Container) -> bool:
    repository = container.image.repository
    return (
        container.node.get("image") is not None
        and not container.image.supports
        and not is_controller(container.image)
        and not (container.beside > 1 and repository.endswith(_SIDECARS))
    )


def _process(container: Container, cluster: Cluster, built: Image | None, ports: list[int], hosts: dict[str, str]) -> Process:
    node, workload = container.node, container.workload
    replicas = workload.get("spec", "replicas")
    space = namespace(workload)
    services = [service for service in container.services if _reaches(service, container, ports)]
    host = next((hosts[key] for service in services if (key := f"{space}/{name(service)}") in hosts), None)
    names = [
        each_ for service in services if f"{space}/{name(service)}" not in hosts for each_ in service_names(name(service), space)
    ]
    scaled = scaling(workload, cluster)
    count = number(replicas)
    written, place = _command(node, built)
    given = {text(entry.get("name")) or "": text(entry.get("value")) for entry in each(node.get("env"))}
    return Process(
        cluster.identity("kubernetes", workload, f"{name(workload)}/{container.name}"),
        container.image_place,
        root=built.root if built else ".",
        command=written,
        command_place=place,
        replicas=None if scaled is not None and count is None else count,
        replicas_place=where(replicas) if replicas is not None else scaled[1] if scaled is not None else None,
        replicas_range=scaled[0] if scaled is not None else None,
        names=tuple(dict.fromkeys(names)),
        network=network(workload),
        ports=tuple(dict.fromkeys(ports or (built.ports if built else ()))),
        environment=tuple(key for key in given if key),
        port_given=port_in({key: value for key, value in given.items() if key}) or _sent_to(services, container, ports),
        image=text(node.get("image")) or ("" if node.get("image") is None else "…"),
        image_place=container.image_place,
        built=built is not None,
        scope=cluster.purpose.scope,
        environment_name=cluster.purpose.environment,
        host=host,
        health_check=probe(node),
    )


def _command(node: Node, built: Image | None) -> tuple[str | None, Place | None]:
    """What the container starts: ``command`` stands for the image's entry point, ``args`` for its command."""
    command, args = _words(node.get("command")), _words(node.get("args"))
    given = node.get("command") or node.get("args")
    if command or args:
        entry = command or (built.entrypoint if built is not None and built.entrypoint else "")
        return " ".join(piece for piece in (entry, args) if piece), where(given) if given is not None else None
    return (built.starts, built.command_place) if built is not None else (None, None)


def _words(node: Node | None) -> str:
    words = [text(word) or "" for word in each(node)]
    return " ".join(f"'{word}'" if " " in word and "'" not in word and len(words) > 1 else word for word in words if word)


def _reaches(service: Node, container: Container, ports: list[int]) -> bool:
    """False where the Service sends to a port that another container of the pod has."""
    if container.beside < 2 or not ports or _passes_on(container):
        return True
    sent = targets(service, container.node)
    return not sent or bool(sent & set(ports)) or any(port is None for port in sent)


def _passes_on(container: Container) -> bool:
    """True where a proxy of which no configuration is known stands in the same pod: what it is sent goes on to the app."""
    beside = each(container.workload.get("spec", "template", "spec", "containers"))
    return any(ImageName.of(text(node.get("image")) or "").proxy is not None for node in beside if node is not container.node)


def targets(service: Node, container: Node) -> set[int | None]:
    """The ports of the pod to which a Service sends; ``None`` for a name that the container does not know."""
    known = {text(port.get("name")): number(port.get("containerPort")) for port in each(container.get("ports"))}
    found: set[int | None] = set()
    for port in each(service.get("spec", "ports")):
        wanted = port.get("targetPort") or port.get("port")
        as_number = number(wanted)
        found.add(as_number if as_number is not None else known.get(text(wanted)))
    return found


def _sent_to(services: list[Node], container: Container, ports: list[int]) -> int | None:
    """The one port of the container to which its Services send."""
    sent = {port for service in services for port in targets(service, container.node)}
    own = {port for port in sent if port is not None and (container.beside == 1 or port in ports)}
    return next(iter(own)) if len(own) == 1 and None not in sent else None


def scaling(workload: Node, cluster: Cluster) -> tuple[tuple[int, int], Place] | None:
    """Least and most copies where an autoscaler is bound to the workload, and where that stands."""
    keys = {
        "HorizontalPodAutoscaler": ("minReplicas", "maxReplicas", 1),
        "ScaledObject": ("minReplicaCount", "maxReplicaCount", 0),
    }
    for kind, (least, most, usual) in keys.items():
        for scaler in cluster.of(kind):
            if text(scaler.get("spec", "scaleTargetRef", "name")) != name(workload) or network(scaler) != network(workload):
                continue
            top, bottom = scaler.get("spec", most), number(scaler.get("spec", least))
            upper = number(top) if top is not None else 100 if kind == "ScaledObject" else None
            if upper is not None:
                return (bottom if bottom is not None else usual, upper), where(top) if top is not None else where(scaler)
    return None


def probe(container: Node) -> HealthCheck | None:
    """The readiness probe, for a pod that fails it gets no traffic; else the startup probe, without which it never runs."""
    found = container.get("readinessProbe") or container.get("startupProbe") or container.get("livenessProbe")
    if found is None or not isinstance(found.value, dict):
        return None
    place, http = where(found), found.get("httpGet")
    if http is not None:
        path = http.get("path")
        return HealthCheck(where(path) if path is not None else place, text(path) or "/", "http", (200, 399))
    return HealthCheck(place, None, "tcp" if found.get("tcpSocket") is not None else "command")


def stopping(workload: Node) -> dict[str, Node]:
    """What the workload says about the end of its pods: keys as profiles spell them."""
    pod = workload.get("spec", "template", "spec")
    grace = pod.get("terminationGracePeriodSeconds") if pod is not None else None
    return {"Pod.spec.terminationGracePeriodSeconds": grace} if grace is not None else {}

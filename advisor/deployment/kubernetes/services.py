"""Services -> hops: the load balancer that a cloud puts before one, and the Service itself where something is sent to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from advisor.deployment.kubernetes.configured import Key, key
from advisor.deployment.kubernetes.objects import (
    Cluster,
    annotations_of,
    name,
    namespace,
    network,
    number,
    service_names,
    text,
    where,
)
from advisor.deployment.kubernetes.settings import of_annotations, setting
from advisor.deployment.kubernetes.workloads import containers, is_controller, stopping
from advisor.deployment.parts import Findings, ProxyFiles
from advisor.formats.document import Node
from advisor.model import Hop, Listen, Target
from advisor.tree import Tree

PLATFORM = "kubernetes-service"
_AWS = "service.beta.kubernetes.io/aws-load-balancer-"
_AZURE = "service.beta.kubernetes.io/azure-load-balancer-"


def balancer(service: Node) -> str | None:
    """The load balancer that a cloud makes for a Service; ``None`` where none is asked for or it is not known which."""
    if text(service.get("spec", "type")) != "LoadBalancer":
        return None
    notes = annotations_of(service)
    kind = text(notes.get(f"{_AWS}type")) or ""
    if text(service.get("spec", "loadBalancerClass")) == "service.k8s.aws/nlb" or kind.startswith(("nlb", "external")):
        return "aws-nlb"
    if any(key.startswith(_AWS) for key in notes):
        return "aws-classic-elb"
    if any(key.startswith(_AZURE) for key in notes):
        return "azure-load-balancer"
    if any(key.startswith(("networking.gke.io/load-balancer", "cloud.google.com/load-balancer")) for key in notes):
        return "gcp-network-load-balancer"
    return None


def read(tree: Tree, cluster: Cluster, found: Findings, proxied: frozenset[Key]) -> dict[str, str]:
    """Adds the hops; Service (``namespace/name``) -> the id of the hop that stands for it. ``proxied``: containers of proxies."""
    before = len(found.hops)
    here = [hop for hop in found.hops if _same(hop, cluster)]
    sent = {target.name.split(".")[0] for hop in here for target in hop.targets} | _asked(tree, here)
    hosts: dict[str, str] = {}
    for service in cluster.of("Service"):
        inside = [each for each in containers(cluster) if any(one is service for one in each.services)]
        workloads = list({id(each.workload): each.workload for each in inside}.values())
        if any(is_controller(each.image) for each in inside):
            _in_front_of_ingress(service, cluster, found, before)
            continue
        behind_proxy = [each for each in inside if key(each) in proxied]
        runs_app = not behind_proxy and any(not each.image.supports for each in inside)
        if behind_proxy and (made := _balanced(service, cluster)) is not None:
            found.hops.append(made)
        public = text(service.get("spec", "type")) in ("LoadBalancer", "NodePort")
        if not runs_app or len(workloads) != 1 or not (public or name(service) in sent):
            continue
        fronted = name(service) in sent
        hop = _service(service, workloads[0], cluster, public=public and not fronted)
        outer = _balanced(service, cluster) if public and not fronted else None
        hosts[f"{namespace(service)}/{name(service)}"] = hop.id
        if outer is not None:
            found.hops.append(outer)
            hop = replace(hop, listens=())
        found.hops.append(hop)
        found.chose(service.place.file, cluster.purpose, f"the Service {name(service)}")
    return hosts


def _asked(tree: Tree, hops: Iterable[Hop]) -> set[str]:
    """The words of the configurations of proxies in pods: the Services that they send to are among them."""
    found: set[str] = set()
    for files in (hop.config for hop in hops if isinstance(hop.config, ProxyFiles)):
        inline = dict(files.texts)
        for path in files.files:
            found |= set(re.findall(r"[a-z0-9][a-z0-9-]*", inline.get(path) or tree.text(path) or ""))
    return found


def bound(cluster: Cluster, found: Findings, hosts: dict[str, str]) -> None:
    """Tells each Service's hop which processes it sends to."""
    ids = {identity: tuple(each.id for each in found.processes if each.host == identity) for identity in hosts.values()}
    found.hops[:] = [replace(hop, processes=ids[hop.id]) if hop.id in ids else hop for hop in found.hops if ids.get(hop.id, (1,))]


def _same(hop: Hop, cluster: Cluster) -> bool:
    return hop.environment == cluster.purpose.environment and hop.scope == cluster.purpose.scope


def _service(service: Node, workload: Node, cluster: Cluster, *, public: bool) -> Hop:
    affinity = service.get("spec", "sessionAffinity")
    settings = [setting("Service.spec.sessionAffinity", affinity)] if affinity is not None else []
    settings += [setting(called, node) for called, node in stopping(workload).items()]
    return Hop(
        cluster.identity(PLATFORM, service, f"{namespace(service)}/{name(service)}"),
        PLATFORM,
        name(service),
        where(service.get("kind") or service),
        scope=cluster.purpose.scope,
        environment=cluster.purpose.environment,
        settings=tuple(settings),
        conditions=() if public else (("behind", "proxy"),),
        names=service_names(name(service), namespace(service)),
        network=network(service),
        listens=tuple(_listens(service)) if public else (),
        because=f"{service.place.file} holds the Service {name(service)}",
    )


def _listens(service: Node) -> Iterator[Listen]:
    """The ports of a Service that anybody may reach."""
    for port in _ports(service):
        wanted = number(port.get("port"))
        secure = wanted == 443 or text(port.get("name")) == "https"
        at = port.get("nodePort") if text(service.get("spec", "type")) == "NodePort" else None
        yield Listen("https" if secure else "http", number(at) or wanted, where(port.get("port") or port))


def _ports(service: Node) -> Iterable[Node]:
    ports = service.get("spec", "ports")
    return ports.each() if ports is not None else ()


def _conditions(service: Node, platform: str) -> tuple[tuple[str, str], ...]:
    """Conditions of facts about a load balancer that the Service's annotations show."""
    notes = annotations_of(service)
    if platform == "aws-classic-elb":
        protocol = text(notes.get(f"{_AWS}backend-protocol")) or "tcp"
        return (("listener", "http" if protocol.startswith("http") else "tcp"),)
    if platform == "aws-nlb":
        return (("listener", "tls" if f"{_AWS}ssl-cert" in notes else "tcp"),)
    if platform == "gcp-network-load-balancer":
        inside = any(
            (text(node) or "").lower() == "internal" for key, node in notes.items() if key.endswith("load-balancer-type")
        )
        return (("mode", "internal_passthrough" if inside else "external_passthrough"),)
    return ()


def _balanced(service: Node, cluster: Cluster) -> Hop | None:
    """The cloud's load balancer before a Service that runs an app."""
    platform = balancer(service)
    if platform is None:
        return None
    secure = annotations_of(service).get(f"{_AWS}ssl-cert")
    listens = tuple(_listens(service))
    if secure is not None:
        listens = tuple(replace(side, scheme="https") if side.port == 443 else side for side in listens)
    return Hop(
        cluster.identity(platform, service, name(service)),
        platform,
        name(service),
        where(service.get("kind") or service),
        scope=cluster.purpose.scope,
        environment=cluster.purpose.environment,
        settings=tuple(of_annotations(service)),
        conditions=_conditions(service, platform),
        network=network(service),
        listens=listens,
        targets=(Target(name(service), where(service.get("spec") or service), why=f"the Service {name(service)} asks for it"),),
        because=f"{service.place.file} asks for it by the Service {name(service)}",
    )


def _in_front_of_ingress(service: Node, cluster: Cluster, found: Findings, before: int) -> None:
    """The cloud's load balancer before the pods of an ingress controller, which then is the way to all its Ingresses."""
    platform = balancer(service)
    image = next(
        (
            each.image.repository
            for each in containers(cluster)
            if is_controller(each.image) and any(one is service for one in each.services)
        ),
        "",
    )
    served = {"ingress-nginx/controller": "ingress-nginx", "nginx/nginx-ingress": "nginx-ingress-f5"}
    behind = next((value for ending, value in served.items() if image.endswith(ending)), None)
    mark = f"controller:{namespace(service)}/{name(service)}"
    reached = [index for index, hop in enumerate(found.hops[:before]) if hop.platform == behind and _same(hop, cluster)]
    if platform is None or not reached:
        return
    for index in reached:
        found.hops[index] = replace(found.hops[index], names=(*found.hops[index].names, mark))
    found.hops.append(
        Hop(
            cluster.identity(platform, service, name(service)),
            platform,
            name(service),
            where(service.get("kind") or service),
            scope=cluster.purpose.scope,
            environment=cluster.purpose.environment,
            settings=tuple(of_annotations(service)),
            conditions=_conditions(service, platform),
            network=network(service),
            listens=tuple(_listens(service)),
            targets=(
                Target(
                    mark,
                    where(service.get("spec") or service),
                    why=f"the Service {name(service)} leads to the ingress controller",
                ),
            ),
            because=f"{service.place.file} asks for it by the Service {name(service)}",
        )
    )
    found.chose(service.place.file, cluster.purpose, "the load balancer before the ingress controller")

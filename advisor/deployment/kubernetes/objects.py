"""The objects of one cluster by kind, and what every reader asks of one: its name, its namespace, its texts and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from advisor.deployment.parts import Purpose, identity
from advisor.formats.document import Node
from advisor.model import Place

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Rollout")
ROUTING = (
    *("Ingress", "IngressClass", "Gateway", "GatewayClass", "HTTPRoute", "GRPCRoute", "TLSRoute", "VirtualService"),
    *("DestinationRule", "IngressRoute", "IngressRouteTCP", "Middleware", "ServersTransport", "TraefikService"),
    *("HTTPProxy", "Mapping", "VirtualServer", "VirtualServerRoute", "TransportServer", "IngressClassParams"),
    *("BackendConfig", "FrontendConfig", "GCPBackendPolicy", "HealthCheckPolicy", "BackendTrafficPolicy"),
    *("ClientTrafficPolicy", "ProxySettingsPolicy", "UpstreamSettingsPolicy", "Module"),
)
KINDS = frozenset(
    {*WORKLOADS, *ROUTING, "Service", "HorizontalPodAutoscaler", "ScaledObject", "HTTPScaledObject", "ConfigMap", "Namespace"}
)
"""The kinds that some reader looks at."""

Identity = tuple[str, str, str]
"""Kind, namespace and name."""


@dataclass(slots=True)
class Cluster:
    """All objects of one purpose by kind; names are known within a namespace."""

    purpose: Purpose
    objects: dict[str, list[Node]] = field(default_factory=dict)
    texts: dict[Place, tuple[str, str]] = field(default_factory=dict)
    """Place of a scalar that holds a file -> the file of the tree where its lines stand, and the text with its lines there."""
    known: dict[Identity, Node] = field(default_factory=dict)
    containers: list[Any] | None = None
    """Those of ``workloads.containers``, once all objects are there."""

    def add(self, document: Node) -> None:
        """Takes an object; of two with one kind, namespace and name the first holds, as they would be the same object."""
        kind = text(document.get("kind"))
        if kind in KINDS and document.get("apiVersion") is not None:
            identity = (kind, namespace(document), name(document))
            if identity not in self.known:
                self.known[identity] = document
                self.objects.setdefault(kind, []).append(document)

    def of(self, *kinds: str) -> Iterator[Node]:
        """The objects of these kinds, in the order in which they were taken."""
        for kind in kinds:
            yield from self.objects.get(kind, ())

    def one(self, kind: str, called: str, near: Node) -> Node | None:
        """The object of that kind and name in the namespace of another one."""
        return self.known.get((kind, namespace(near), called))

    def identity(self, platform: str, document: Node, called: str) -> str:
        """The id of what an object shows; a base that serves several environments shows one in each."""
        environment = self.purpose.environment
        return identity(platform, document.place.file, called if environment == "production" else f"{called}@{environment}")


def text(node: Node | None) -> str | None:
    """A scalar as text, ``None`` where there is none."""
    return node.text() if node is not None else None


def number(node: Node | None) -> int | None:
    """A scalar as a whole number, ``None`` where it is none."""
    found = node.number() if node is not None else None
    return int(found) if found is not None and abs(found) < 2**53 else None


def each(node: Node | None) -> Iterator[Node]:
    """The members of a list that may not be there."""
    yield from node.each() if node is not None else ()


def name(document: Node) -> str:
    """``metadata.name``, empty where it is missing or computed."""
    return text(document.get("metadata", "name")) or ""


def namespace(document: Node) -> str:
    """``metadata.namespace``."""
    return text(document.get("metadata", "namespace")) or "default"


def network(document: Node) -> str:
    """Where the names of an object's namespace are known (see ``Process.network``)."""
    return f"kubernetes:{namespace(document)}"


def where(node: Node) -> Place:
    """The place of the key, where the value has one."""
    return node.key_place or node.place


def annotations_of(document: Node) -> dict[str, Node]:
    """The annotations of an object that are scalars."""
    found = document.get("metadata", "annotations")
    return {key: node for key, node in found.items() if node.text() is not None} if found is not None else {}


def service_names(called: str, space: str) -> tuple[str, ...]:
    """The names by which the cluster's DNS knows a Service."""
    return called, f"{called}.{space}", f"{called}.{space}.svc", f"{called}.{space}.svc.cluster.local"

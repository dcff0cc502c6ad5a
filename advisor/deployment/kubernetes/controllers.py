"""Which program serves an Ingress, and which of the Ingress's annotations that program reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.deployment.kubernetes.objects import Cluster, annotations_of, name, text
from advisor.formats.document import Node

PREFIXES: dict[str, tuple[str, ...]] = {
    "nginx.ingress.kubernetes.io/": ("ingress-nginx", "azure-aks"),
    "nginx.org/": ("nginx-ingress-f5",),
    "nginx.com/": ("nginx-ingress-f5",),
    "alb.ingress.kubernetes.io/": ("aws-alb",),
    "traefik.ingress.kubernetes.io/": ("traefik",),
    "haproxy.org/": ("haproxy-ingress",),
    "haproxy-ingress.github.io/": ("haproxy-ingress-community",),
    "konghq.com/": ("kong",),
    "appgw.ingress.kubernetes.io/": ("azure-application-gateway",),
    "projectcontour.io/": ("contour",),
    "ingress.pomerium.io/": ("pomerium",),
    "ingress.cilium.io/": ("cilium-gateway",),
    "cloud.google.com/": ("gke-ingress",),
    "networking.gke.io/": ("gke-ingress",),
}
"""How the annotations of a controller begin -> the platforms that read them."""
_OWNERS = {
    "ingress-nginx": "ingress-nginx",
    "nginx-ingress-f5": "the controller of F5",
    "aws-alb": "the AWS Load Balancer Controller",
    "traefik": "Traefik",
    "haproxy-ingress": "the controller of HAProxy Technologies",
    "haproxy-ingress-community": "the controller haproxy-ingress.github.io",
    "kong": "Kong",
    "azure-application-gateway": "the controller of Azure Application Gateway",
    "contour": "Contour",
    "pomerium": "Pomerium",
    "cilium-gateway": "Cilium",
    "gke-ingress": "the controller of GKE",
}
_CLASS_NAMES = {
    "nginx": "ingress-nginx",
    "ingress-nginx": "ingress-nginx",
    "alb": "aws-alb",
    "traefik": "traefik",
    "haproxy": "haproxy-ingress",
    "kong": "kong",
    "gce": "gke-ingress",
    "gce-internal": "gke-ingress",
    "azure-application-gateway": "azure-application-gateway",
    "azure/application-gateway": "azure-application-gateway",
    "contour": "contour",
    "istio": "istio",
    "cilium": "cilium-gateway",
    "pomerium": "pomerium",
    "azure-alb-external": "azure-app-gateway-for-containers",
    "webapprouting.kubernetes.azure.com": "azure-aks",
}
_CONTROLLERS = (
    ("k8s.io/ingress-nginx", "ingress-nginx"),
    ("nginx.org/", "nginx-ingress-f5"),
    ("traefik.io/", "traefik"),
    ("haproxy.org/", "haproxy-ingress"),
    ("haproxy-ingress.github.io/", "haproxy-ingress-community"),
    ("ingress-controllers.konghq.com/", "kong"),
    ("ingress.k8s.aws/alb", "aws-alb"),
    ("eks.amazonaws.com/alb", "aws-alb"),
    ("azure/application-gateway", "azure-application-gateway"),
    ("projectcontour.io/", "contour"),
    ("istio.io/", "istio"),
    ("cilium.io/", "cilium-gateway"),
    ("pomerium.io/", "pomerium"),
    ("webapprouting.kubernetes.azure.com", "azure-aks"),
)
"""How ``spec.controller`` of an IngressClass begins -> the platform."""
_GIVEN = {
    "webapprouting.kubernetes.azure.com": (("ingress", "nginx"),),
    "azure-alb-external": (("api", "ingress"),),
    "gce": (("ingress_class", "gce"),),
    "gce-internal": (("ingress_class", "gce-internal"),),
}
_DEFAULT = "ingressclass.kubernetes.io/is-default-class"
_FOR_SOCKETS = re.compile(
    r"websocket|timeout|upgrade|affinity|sticky|session|hash|http-version|backend-protocol|server-proto|connection-|idle|drain"
)
_NGINX_KNOWS = frozenset(
    {
        *("affinity", "affinity-mode", "affinity-canary-behavior", "auth-keepalive-timeout", "backend-protocol"),
        *("connection-proxy-header", "proxy-connect-timeout", "proxy-send-timeout", "proxy-read-timeout"),
        *("proxy-next-upstream-timeout", "proxy-http-version", "session-cookie-name", "session-cookie-path"),
        *("session-cookie-change-on-failure", "session-cookie-samesite", "session-cookie-conditional-samesite-none"),
        *("session-cookie-secure", "session-cookie-expires", "session-cookie-max-age", "session-cookie-domain"),
        *("session-cookie-hash", "upstream-hash-by", "upstream-hash-by-subset", "upstream-hash-by-subset-size"),
        *("limit-connections", "auth-cache-duration", "auth-keepalive", "auth-keepalive-share-vars"),
        "auth-keepalive-requests",
    }
)
"""The annotations of ingress-nginx whose names look as if they were for sockets
(docs/user-guide/nginx-configuration/annotations.md)."""


def platform(ingress: Node, cluster: Cluster) -> tuple[str, bool]:
    """The platform that serves an Ingress, and whether the objects name it."""
    by_key = list(dict.fromkeys(owner[0] for key in annotations_of(ingress) if (owner := owners(key)) is not None))
    called = class_name(ingress)
    if called is None:
        found = _by_default(cluster)
        if found is None and len(by_key) == 1:
            return by_key[0], True
        return (found, True) if found is not None else ("kubernetes-ingress", False)
    found = _by_class(called, cluster) or _CLASS_NAMES.get(called)
    if found in ("ingress-nginx", "haproxy-ingress") and _by_class(called, cluster) is None:
        near = {"ingress-nginx": "nginx-ingress-f5", "haproxy-ingress": "haproxy-ingress-community"}[found]
        found = near if near in by_key and found not in by_key else found
    if found is not None:
        return found, True
    if len(by_key) == 1:
        return by_key[0], True
    words = re.split(r"[-_./]", called)
    like = [_CLASS_NAMES[word] for word in words if word in _CLASS_NAMES]
    return (like[0], False) if like else ("kubernetes-ingress", False)


def class_name(ingress: Node) -> str | None:
    """The class that an Ingress asks for, by its field or by the older annotation."""
    annotation = annotations_of(ingress).get("kubernetes.io/ingress.class")
    return text(ingress.get("spec", "ingressClassName")) or text(annotation)


def conditions(ingress: Node) -> tuple[tuple[str, str], ...]:
    """Conditions of facts that a class shows."""
    return _GIVEN.get(class_name(ingress) or "", ())


def owners(key: str) -> tuple[str, ...] | None:
    """The platforms that read an annotation; ``None`` for one that belongs to no controller."""
    return next((owner for prefix, owner in PREFIXES.items() if key.startswith(prefix)), None)


def _by_class(called: str, cluster: Cluster) -> str | None:
    controller = next((text(each.get("spec", "controller")) for each in cluster.of("IngressClass") if name(each) == called), None)
    return _of_controller(controller)


def _of_controller(controller: str | None) -> str | None:
    return next((found for start, found in _CONTROLLERS if controller and controller.startswith(start)), None)


def _by_default(cluster: Cluster) -> str | None:
    """The controller of the class that is the default one, or of the only class that there is."""
    classes = list(cluster.of("IngressClass"))
    marked = [each for each in classes if text(annotations_of(each).get(_DEFAULT)) == "true"]
    chosen = marked[0] if len(marked) == 1 else classes[0] if len(classes) == 1 else None
    return _of_controller(text(chosen.get("spec", "controller"))) if chosen is not None else None


def ineffective(ingress: Node, served_by: str) -> Iterator[tuple[str, Node, str]]:
    """Annotations for sockets that the Ingress's controller does not read: key, value and why."""
    for key, node in annotations_of(ingress).items():
        owner, last = owners(key), key.partition("/")[2]
        said = f"{last} {text(node)}" if last.endswith("-attributes") else last
        if owner is None or not _FOR_SOCKETS.search(said):
            continue
        if served_by not in owner:
            if served_by in _OWNERS and owner[0] in _OWNERS and served_by != "gke-ingress" and owner[0] != "gke-ingress":
                yield key, node, f"it belongs to {_OWNERS[owner[0]]}, and this Ingress is served by {_OWNERS[served_by]}"
        elif served_by == "ingress-nginx" and last not in _NGINX_KNOWS:
            yield key, node, "ingress-nginx knows no annotation of that name"
        elif served_by == "ingress-nginx" and last.endswith("-timeout") and node.number() is None:
            yield key, node, "ingress-nginx takes a number of seconds without a unit, and keeps its default otherwise"

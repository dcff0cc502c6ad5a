"""Gateways and routes of the Gateway API -> hops: the implementation of their class, its routes and bound policies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.deployment.kubernetes.matching import expression, for_sockets, prefix, replaced_prefix, whole
from advisor.deployment.kubernetes.objects import Cluster, each, name, namespace, network, number, text, where
from advisor.deployment.kubernetes.settings import of_annotations, of_fields, setting
from advisor.deployment.parts import Findings
from advisor.formats.document import Node
from advisor.model import Hop, Listen, Place, Rewrite, Setting, Target

_API = "gateway.networking.k8s.io/"
_CONTROLLERS = (
    ("gateway.envoyproxy.io/", "envoy-gateway"),
    ("gateway.nginx.org/", "nginx-gateway-fabric"),
    ("istio.io/", "istio"),
    ("io.cilium/", "cilium-gateway"),
    ("networking.gke.io/", "gke-gateway"),
    ("projectcontour.io/", "contour"),
    ("traefik.io/", "traefik"),
    ("konghq.com/", "kong"),
    ("application-networking.k8s.aws/", "aws-vpc-lattice"),
    ("gateway.k8s.aws/alb", "aws-alb"),
    ("alb.networking.azure.io/", "azure-app-gateway-for-containers"),
    ("approuting.", "azure-aks"),
)
_CLASSES = {
    "eg": "envoy-gateway",
    "envoy-gateway": "envoy-gateway",
    "nginx": "nginx-gateway-fabric",
    "istio": "istio",
    "cilium": "cilium-gateway",
    "contour": "contour",
    "traefik": "traefik",
    "kong": "kong",
    "amazon-vpc-lattice": "aws-vpc-lattice",
    "azure-alb-external": "azure-app-gateway-for-containers",
    "approuting-istio": "azure-aks",
}
_GIVEN: dict[str, tuple[tuple[str, str], ...]] = {
    "contour": (("api", "gateway"),),
    "azure-app-gateway-for-containers": (("api", "gateway"),),
    "azure-aks": (("ingress", "istio"),),
    "traefik": (("provider", "kubernetes"),),
}
_BY_PORTS = frozenset({"envoy-gateway", "nginx-gateway-fabric"})
"""Platforms of which it matters what every route of a Gateway says alike."""
_TO_SERVICE = {
    "GCPBackendPolicy": (
        "spec.default.timeoutSec",
        "spec.default.sessionAffinity.type",
        "spec.default.connectionDraining.drainingTimeoutSec",
    ),
    "HealthCheckPolicy": ("spec.default.config.httpHealthCheck.requestPath", "spec.default.http.path"),
    "UpstreamSettingsPolicy": ("spec.loadBalancingMethod",),
}
_TO_ROUTE = {
    "BackendTrafficPolicy": (
        "spec.httpUpgrade",
        "spec.timeout.http.requestTimeout",
        "spec.timeout.http.streamIdleTimeout",
        "spec.timeout.http.maxStreamDuration",
        "spec.loadBalancer.consistentHash",
    ),
    "ProxySettingsPolicy": ("spec.timeout.read",),
}
_TO_GATEWAY = {"ClientTrafficPolicy": ("spec.timeout.http.streamIdleTimeout",), **_TO_ROUTE}
"""Kinds of policy by what they are bound to, with the fields that decide on sockets."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One Gateway with the routes that name it; ``node`` is the first route where the Gateway is not in the tree."""

    node: Node
    gateway: Node | None
    called: str
    space: str
    routes: tuple[Node, ...]


def read(cluster: Cluster, found: Findings) -> None:
    """Adds a hop for each Gateway that some route names, and for routes whose Gateway stands elsewhere."""
    for way in _ways(cluster):
        hop = _hop(way, cluster)
        if hop.targets or way.gateway is not None:
            found.hops.append(hop)
            found.chose(hop.place.file, cluster.purpose, f"routes of the Gateway API for {hop.platform}")


def _ways(cluster: Cluster) -> Iterator[_Way]:
    gateways = [each_ for each_ in cluster.of("Gateway") if _is_api(each_)]
    routes: dict[tuple[str, str], list[Node]] = {}
    for route in cluster.of("HTTPRoute"):
        parents = {
            (text(parent.get("namespace")) or namespace(route), text(parent.get("name")) or "")
            for parent in each(route.get("spec", "parentRefs"))
            if text(parent.get("kind")) in (None, "Gateway")
        }
        for parent in sorted(parents):
            routes.setdefault(parent, []).append(route)
    for gateway in gateways:
        own = routes.pop((namespace(gateway), name(gateway)), [])
        yield _Way(gateway, gateway, name(gateway), namespace(gateway), tuple(own))
    for (space, called), left in routes.items():
        yield _Way(left[0], None, called, space, tuple(left))


def _is_api(document: Node) -> bool:
    return (text(document.get("apiVersion")) or "").startswith(_API)


def implementation(gateway: Node | None, cluster: Cluster) -> tuple[str, bool]:
    """The platform that a Gateway's class stands for, and whether the objects name it."""
    called = text(gateway.get("spec", "gatewayClassName")) if gateway is not None else None
    classes = {name(each_): text(each_.get("spec", "controllerName")) or "" for each_ in cluster.of("GatewayClass")}
    if called is None and len(set(classes.values())) == 1:
        called = next(iter(classes))
    controller = classes.get(called or "")
    if controller is not None:
        found = next((platform for beginning, platform in _CONTROLLERS if controller.startswith(beginning)), None)
        if found is not None:
            return found, True
    if called is not None and called.startswith("gke-l7-"):
        return "gke-gateway", True
    known = _CLASSES.get(called or "")
    return (known, True) if known is not None else ("gateway-api", False)


def _hop(way: _Way, cluster: Cluster) -> Hop:
    platform, is_named = implementation(way.gateway, cluster)
    called = text(way.gateway.get("spec", "gatewayClassName")) if way.gateway is not None else None
    targets = [target for route in way.routes for target in _targets(route, cluster)]
    settings = [] if way.gateway is None else list(_policies(way.gateway, _TO_GATEWAY, cluster))
    if way.gateway is not None:
        settings += of_annotations(way.gateway)
    given = (("gateway_class", called),) if platform == "gke-gateway" and called is not None else _GIVEN.get(platform, ())
    rules = way.node.get("spec", "listeners") or way.node.get("spec", "rules") or way.node.get("kind") or way.node
    return Hop(
        cluster.identity(platform, way.node, way.called or name(way.node)),
        platform,
        way.called or name(way.node) or platform,
        where(rules),
        certainty="explicit" if is_named else "strong",
        scope=cluster.purpose.scope,
        environment=cluster.purpose.environment,
        settings=tuple(settings),
        conditions=(*given, *(_by_ports(way, cluster) if platform in _BY_PORTS else ())),
        network=f"kubernetes:{namespace(way.routes[0]) if way.routes else way.space}",
        listens=tuple(_listens(way)),
        targets=tuple(sorted(targets, key=_rank)),
        because=f"{way.node.place.file} holds the {text(way.node.get('kind'))} {name(way.node)}",
    )


def _rank(target: Target) -> tuple[bool, bool, int]:
    """Exact paths before others, longer ones before shorter ones."""
    exact = len(target.paths) == 1 and "*" not in target.paths[0]
    return not target.hosts, not exact, -max((len(path) for path in target.paths), default=0)


def _listens(way: _Way) -> Iterator[Listen]:
    """The Gateway's listeners; one whose routes only redirect sends clients on. Unknown where the Gateway is not in the tree."""
    redirecting = {
        text(parent.get("sectionName")): where(filter_)
        for route in way.routes
        for rule in each(route.get("spec", "rules"))
        for filter_ in each(rule.get("filters"))
        if text(filter_.get("requestRedirect", "scheme")) == "https"
        for parent in each(route.get("spec", "parentRefs"))
        if text(parent.get("name")) == way.called
    }
    for listener in each(way.gateway.get("spec", "listeners")) if way.gateway is not None else ():
        protocol = text(listener.get("protocol")) or "HTTP"
        host = text(listener.get("hostname"))
        section = text(listener.get("name"))
        redirect = redirecting.get(section) if protocol == "HTTP" else None
        scheme = {"HTTPS": "https", "TLS": "https", "HTTP": "http"}.get(protocol)
        if scheme is not None:
            yield Listen(
                "https" if scheme == "https" else "http",
                number(listener.get("port")),
                redirect or where(listener.get("port") or listener),
                (host,) if host else (),
                redirect_to="https" if redirect is not None else None,
            )


def _targets(route: Node, cluster: Cluster) -> Iterator[Target]:
    hosts = tuple(text(host) or "" for host in each(route.get("spec", "hostnames")))
    bound = tuple(_policies(route, _TO_ROUTE, cluster))
    for rule in each(route.get("spec", "rules")):
        redirects = any(filter_.get("requestRedirect") is not None for filter_ in each(rule.get("filters")))
        backend = next(iter(each(rule.get("backendRefs"))), None)
        if backend is None or redirects:
            continue
        called, space = text(backend.get("name")) or "", text(backend.get("namespace")) or namespace(route)
        settings = (*_of_rule(rule), *bound, *_of_service(called, space, route, cluster))
        far = f"{called}.{space}" if space != namespace(route) else called
        matches = list[Node | None](each(rule.get("matches"))) or [None]
        for match in matches:
            if match is not None and not for_sockets(match.get("headers")):
                continue
            kind, path = _path(match)
            paths, pattern = (
                ((path,), None) if kind == "Exact" else (prefix(path), None) if kind == "PathPrefix" else expression(path)
            )
            node = match or rule
            yield Target(
                far,
                node.place,
                number(backend.get("port")),
                paths,
                scheme="h2" if _speaks_h2(called, space, backend, cluster) else "http",
                why=f"the HTTPRoute {name(route)} sends {path} to {called}",
                hosts=tuple(host for host in hosts if host),
                settings=settings,
                pattern=pattern,
                rewrite=_rewrite(rule, path),
            )


def _path(match: Node | None) -> tuple[str, str]:
    if match is None:
        return "PathPrefix", "/"
    return text(match.get("path", "type")) or "PathPrefix", text(match.get("path", "value")) or "/"


def _rewrite(rule: Node, path: str) -> Rewrite | None:
    for filter_ in each(rule.get("filters")):
        change = filter_.get("urlRewrite", "path")
        if change is None:
            continue
        at: Place = where(change)
        whole_path, new = text(change.get("replaceFullPath")), text(change.get("replacePrefixMatch"))
        if whole_path is not None:
            return whole(whole_path, at)
        if new is not None:
            return replaced_prefix(path, new, at)
    return None


def _of_rule(rule: Node) -> Iterator[Setting]:
    yield from of_fields(rule, "HTTPRoute.spec.rules.", ("timeouts.request", "timeouts.backendRequest"))
    persistence = rule.get("sessionPersistence")
    if persistence is not None:
        yield setting("HTTPRoute.spec.rules.sessionPersistence", persistence)


def _service(called: str, space: str, cluster: Cluster) -> Node | None:
    return next((each_ for each_ in cluster.of("Service") if name(each_) == called and namespace(each_) == space), None)


def _of_service(called: str, space: str, route: Node, cluster: Cluster) -> Iterator[Setting]:
    """What the Service says, and the policies that are bound to it."""
    service = _service(called, space, cluster)
    if service is None:
        return
    yield from of_fields(service, "Service.", ("spec.ports.appProtocol",))
    yield from _policies(service, _TO_SERVICE, cluster)


def _protocol(called: str, space: str, backend: Node, cluster: Cluster) -> str:
    service = _service(called, space, cluster)
    wanted = number(backend.get("port"))
    ports = (
        [port for port in each(service.get("spec", "ports")) if number(port.get("port")) == wanted] if service is not None else []
    )
    return text(ports[0].get("appProtocol")) or "" if ports else ""


def _speaks_h2(called: str, space: str, backend: Node, cluster: Cluster) -> bool:
    return _protocol(called, space, backend, cluster) == "kubernetes.io/h2c"


def _by_ports(way: _Way, cluster: Cluster) -> tuple[tuple[str, str], ...]:
    """``backend: h2c`` where every route's Service port says so; ``request_timeout: set`` where every rule has one."""
    rules = [rule for route in way.routes for rule in each(route.get("spec", "rules")) if rule.get("backendRefs") is not None]
    said = [
        _speaks_h2(text(backend.get("name")) or "", text(backend.get("namespace")) or namespace(route), backend, cluster)
        for route in way.routes
        for rule in each(route.get("spec", "rules"))
        for backend in each(rule.get("backendRefs"))
    ]
    timed = bool(rules) and all(rule.get("timeouts", "request") is not None for rule in rules)
    found = (("backend", "h2c"),) if said and all(said) else ()
    return (*found, ("request_timeout", "set")) if timed else found


def _policies(document: Node, kinds: dict[str, tuple[str, ...]], cluster: Cluster) -> Iterator[Setting]:
    """The settings of the policies that are bound to an object of the same namespace."""
    for kind, fields in kinds.items():
        for policy in cluster.of(kind):
            bound = [*each(policy.get("spec", "targetRef")), *each(policy.get("spec", "targetRefs"))]
            here = network(policy) == network(document)
            if here and any(
                (text(ref.get("kind")), text(ref.get("name"))) == (text(document.get("kind")), name(document)) for ref in bound
            ):
                yield from of_fields(policy, f"{kind}.", fields)

"""Istio's VirtualServices with their Gateways and DestinationRules -> hops."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.deployment.kubernetes.matching import expression, for_sockets, replaced_prefix, start, whole
from advisor.deployment.kubernetes.objects import Cluster, each, name, namespace, network, number, text, where
from advisor.deployment.kubernetes.settings import of_fields, setting
from advisor.deployment.parts import Findings
from advisor.formats.document import Node
from advisor.model import Hop, Listen, Rewrite, Setting, Target

_API = "networking.istio.io/"
_FIELDS = (
    "spec.trafficPolicy.connectionPool.http.h2UpgradePolicy",
    "spec.trafficPolicy.connectionPool.http.idleTimeout",
    "spec.trafficPolicy.connectionPool.tcp.idleTimeout",
    "spec.trafficPolicy.connectionPool.tcp.maxConnectionDuration",
    "spec.trafficPolicy.loadBalancer.consistentHash",
)


def read(cluster: Cluster, found: Findings) -> None:
    """Adds a hop for each VirtualService that is bound to a gateway; one for the mesh alone is no way in."""
    for service in cluster.of("VirtualService"):
        gateways = [text(node) or "" for node in each(service.get("spec", "gateways"))]
        outer = [each_ for each_ in gateways if each_ and each_ != "mesh"]
        targets = tuple(_targets(service, cluster))
        if not outer or not targets or not (text(service.get("apiVersion")) or "").startswith(_API):
            continue
        upgraded = {
            str(each_.amount).upper() for target in targets for each_ in target.settings if each_.key.endswith("h2UpgradePolicy")
        }
        place = where(service.get("spec", "http") or service.get("kind") or service)
        found.hops.append(
            Hop(
                cluster.identity("istio", service, name(service)),
                "istio",
                name(service) or "istio",
                place,
                scope=cluster.purpose.scope,
                environment=cluster.purpose.environment,
                conditions=(("h2_upgrade", "upgrade"),) if upgraded == {"UPGRADE"} else (),
                network=network(service),
                listens=tuple(_listens(service, outer, cluster)),
                targets=targets,
                because=f"{service.place.file} holds the VirtualService {name(service)}",
            )
        )
        found.chose(service.place.file, cluster.purpose, "a VirtualService of Istio")


def _listens(service: Node, gateways: list[str], cluster: Cluster) -> Iterator[Listen]:
    """The servers of the Gateways that it is bound to, as far as they are in the tree."""
    for wanted in gateways:
        space, _, called = wanted.rpartition("/")
        for gateway in cluster.of("Gateway"):
            same = name(gateway) == called and (not space or namespace(gateway) == space)
            for server in each(gateway.get("spec", "servers")) if same else ():
                yield from _server(server)


def _server(server: Node) -> Iterator[Listen]:
    protocol = (text(server.get("port", "protocol")) or "").upper()
    port = number(server.get("port", "number"))
    redirect = server.get("tls", "httpsRedirect")
    hosts = tuple((text(host) or "").rpartition("/")[2] for host in each(server.get("hosts")))
    hosts = tuple(host for host in hosts if host not in ("", "*"))
    at = where(server.get("port") or server)
    if protocol in ("HTTPS", "TLS"):
        yield Listen("https", port, at, hosts)
    elif protocol in ("HTTP", "HTTP2", "GRPC-WEB"):
        on = redirect is not None and text(redirect) == "true"
        yield Listen(
            "http", port, where(redirect) if redirect is not None and on else at, hosts, redirect_to="https" if on else None
        )


def _targets(service: Node, cluster: Cluster) -> Iterator[Target]:
    hosts = tuple(host for node in each(service.get("spec", "hosts")) if (host := text(node) or "") not in ("", "*"))
    for route in each(service.get("spec", "http")):
        destination = next((node for way in each(route.get("route")) if (node := way.get("destination")) is not None), None)
        called = text(destination.get("host")) if destination is not None else None
        if destination is None or not called:
            continue
        settings = tuple(_settings(route, called, service, cluster))
        for match in list[Node | None](each(route.get("match"))) or [None]:
            if match is not None and not for_sockets(match.get("headers")):
                continue
            paths, pattern, old = _path(match.get("uri") if match is not None else None)
            node = match or route
            yield Target(
                called,
                node.place,
                number(destination.get("port", "number")),
                paths,
                why=f"the VirtualService {name(service)} sends {old} to {called}",
                hosts=hosts,
                settings=settings,
                pattern=pattern,
                rewrite=_rewrite(route, old, exact=match is not None and match.get("uri", "exact") is not None),
            )


def _path(uri: Node | None) -> tuple[tuple[str, ...], str | None, str]:
    """Globs, expression and the path as it is written."""
    if uri is None:
        return (), None, "/"
    exact, beginning, pattern = (text(uri.get(key)) for key in ("exact", "prefix", "regex"))
    if exact is not None:
        return (exact,), None, exact
    if beginning is not None:
        return start(beginning), None, beginning
    globs, bound = expression(pattern or "/")
    return globs, bound, pattern or "/"


def _rewrite(route: Node, old: str, *, exact: bool) -> Rewrite | None:
    node = route.get("rewrite", "uri")
    new = text(node)
    if node is None or new is None:
        return None
    return whole(new, where(node)) if exact else replaced_prefix(old, new, where(node))


def _settings(route: Node, called: str, service: Node, cluster: Cluster) -> Iterator[Setting]:
    yield from of_fields(route, "VirtualService.spec.http.", ("timeout",))
    for rule in cluster.of("DestinationRule"):
        wanted = text(rule.get("spec", "host")) or ""
        if _full(wanted, rule) == _full(called, service):
            yield from of_fields(rule, "DestinationRule.", _FIELDS)
            for node in each(rule.get("spec", "trafficPolicy", "portLevelSettings")):
                inner = node.get("loadBalancer", "consistentHash")
                if inner is not None:
                    yield setting("DestinationRule.spec.trafficPolicy.loadBalancer.consistentHash", inner)


def _full(host: str, near: Node) -> str:
    """A host as the cluster's DNS spells it in full; a short name belongs to the object's own namespace."""
    pieces = host.split(".")
    if len(pieces) == 1:
        return f"{host}.{namespace(near)}"
    return ".".join(pieces[:2]) if len(pieces) == 2 or pieces[2:3] == ["svc"] else host

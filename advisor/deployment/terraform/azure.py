"""Azure's Front Door, Application Gateway, Load Balancer and API Management -> hops in front of what they name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from advisor.deployment.terraform.attributes import blocks, computed, flag, given, settings, shown, source_text, whole, word
from advisor.deployment.terraform.estate import Estate, Resource
from advisor.formats.document import Node
from advisor.model import Hop, Listen, Target

_OTHER_PORTS = frozenset({21, 22, 25, 53, 389, 465, 587, 636, 1433, 1883, 2049, 3306, 3389, 5432, 5672, 6379, 8883, 9092, 27017})
"""Ports of protocols that are not HTTP: a balancer with nothing else carries no WebSocket."""
_RUNS = ("azurerm_linux_web_app", "azurerm_windows_web_app", "azurerm_app_service", "azurerm_container_app")
"""What runs an app and has a host name of its own."""
_FILES = ("azurerm_storage_account", "azurerm_static_web_app", "azurerm_static_site")
"""Origins that hold files and answer no handshake."""
_LEADS = ("azure-front-door", "azure-application-gateway", "azure-api-management")
_Scheme = Literal["http", "https", "h2", "grpc", "tcp"]


def azure(estate: Estate) -> Iterator[Hop]:
    """Every such hop of an estate."""
    from advisor.deployment.terraform.azure_gateway import gateways

    for build in (_front_doors, _classic_doors, gateways, _balancers, _interfaces):
        yield from build(estate)


def named(estate: Estate, owner: Resource, node: Node | None) -> str | None:
    """Id of the resource whose host name an attribute gives; else the host name itself; ``None`` where it is computed."""
    found = [each.resource for each in estate.refer(owner, node)]
    host = next((each for each in found if each.kind in _RUNS), None) or next(iter(found), None)
    if host is not None:
        return host.id
    text = shown(node) if not computed(node) else None
    return text.rpartition("://")[2].partition("/")[0].lower() if text else None


def owners(estate: Estate, resource: Resource, attribute: str) -> list[Resource]:
    """The resources that an attribute names."""
    return [each.resource for each in estate.refer(resource, given(resource.body, attribute))]


def led(edges: list[Hop], hosts: list[Hop]) -> list[Hop]:
    """Edges with nothing behind them that the files name lead to the one host of the same infrastructure, where there is one."""
    names = {name for hop in (*edges, *hosts) for name in hop.names}
    if len(hosts) != 1:
        return edges
    (host,) = hosts
    return [_led(edge, host) if edge.platform in _LEADS and not _resolved(edge, names) else edge for edge in edges]


def _resolved(edge: Hop, names: set[str]) -> bool:
    return any(target.name in names for target in edge.targets)


def _led(edge: Hop, host: Hop) -> Hop:
    why = f"{host.name} is the only host that is defined beside {edge.name}"
    return replace(edge, targets=tuple(replace(target, name=host.id, why=why) for target in edge.targets))


def addresses(estate: Estate, resource: Resource) -> Iterator[str]:
    """Ids of the public addresses of a gateway or balancer, by which what stands in front names it."""
    for block in blocks(resource.body, "frontend_ip_configuration"):
        for each in estate.refer(resource, given(block, "public_ip_address_id")):
            yield each.resource.id


def plain(estate: Estate, resource: Resource, platform: str) -> Hop:
    """The hop that a resource is, without what is special about its kind."""
    return Hop(
        id=resource.id,
        platform=platform,
        name=resource.label,
        place=resource.place,
        certainty=resource.certainty,
        scope=estate.purpose.scope,
        environment=estate.purpose.environment,
        names=(resource.id,),
        because=resource.because,
    )


def glob(pattern: str) -> str:
    """A path pattern with the slash that it may leave out."""
    return pattern if pattern.startswith("/") else f"/{pattern}"


# ---------------------------------------------------------------- Front Door


def _front_doors(estate: Estate) -> Iterator[Hop]:
    """One hop for each endpoint with a route, or for the profile where no endpoint is shown."""
    for route_holder in estate.of("azurerm_cdn_frontdoor_endpoint"):
        routes = [each for each in estate.of("azurerm_cdn_frontdoor_route") if route_holder in _holders(estate, each)]
        if routes and not route_holder.data:
            yield _front_door(estate, route_holder, routes)
    every = estate.of("azurerm_cdn_frontdoor_route")
    for route in every:
        if not _holders(estate, route):
            yield _front_door(estate, route, [route])
    for profile in estate.of("azurerm_cdn_frontdoor_profile"):
        if not every and not profile.data:
            yield replace(
                plain(estate, profile, "azure-front-door"),
                settings=settings(profile.kind, profile.body),
                conditions=_tier(profile),
                listens=(Listen("https", 443, profile.place),),
                targets=(Target(f"{profile.id}:origin", profile.place, why=f"{profile.label} sends to its origins"),),
            )


def _holders(estate: Estate, route: Resource) -> list[Resource]:
    found = owners(estate, route, "cdn_frontdoor_endpoint_id")
    return [each for each in found if each.kind == "azurerm_cdn_frontdoor_endpoint"]


def _front_door(estate: Estate, endpoint: Resource, routes: list[Resource]) -> Hop:
    profiles = owners(estate, endpoint, "cdn_frontdoor_profile_id") or list(estate.of("azurerm_cdn_frontdoor_profile"))
    profile = next((each for each in profiles if each.kind == "azurerm_cdn_frontdoor_profile"), None)
    targets = [target for route in routes for target in _route_targets(estate, route)]
    targets.sort(key=lambda target: -max((len(path) for path in target.paths), default=0))
    hosts = tuple(host for route in routes for host in _domains(estate, route))
    redirect = "https" if all(flag(given(each.body, "https_redirect_enabled")) is not False for each in routes) else None
    return replace(
        plain(estate, endpoint, "azure-front-door"),
        settings=settings(profile.kind, profile.body) if profile is not None else (),
        conditions=_tier(profile),
        names=tuple(dict.fromkeys((endpoint.id, *hosts))),
        listens=(
            Listen("https", 443, endpoint.place, hosts),
            Listen("http", 80, endpoint.place, hosts, redirect),
        ),
        targets=tuple(targets),
    )


def _tier(profile: Resource | None) -> tuple[tuple[str, str], ...]:
    size = (word(profile.body, "sku_name") if profile is not None else None) or ""
    tier = size.partition("_")[0].lower()
    return (("tier", tier),) if tier in ("standard", "premium") else ()


def _route_targets(estate: Estate, route: Resource) -> Iterator[Target]:
    """The targets of a route: each origin of its group, the first of which stands for all in a walk."""
    groups = owners(estate, route, "cdn_frontdoor_origin_group_id")
    group = next((each for each in groups if each.kind == "azurerm_cdn_frontdoor_origin_group"), None)
    patterns = tuple(glob(text) for node in _each(given(route.body, "patterns_to_match")) if (text := shown(node)))
    own = settings(route.kind, route.body)
    caches = given(route.body, "cache")
    conditions = () if computed(caches) else (("caching", "true" if caches is not None else "false"),)
    scheme: _Scheme = "http" if word(route.body, "forwarding_protocol") == "HttpOnly" else "https"
    origins = [each for each in estate.of("azurerm_cdn_frontdoor_origin") if group in _groups(estate, each)] if group else []
    listed = [(each, named(estate, each, given(each.body, "host_name"))) for each in origins]
    known = [(each.label, name) for each, name in listed if name] or [
        (group.label if group else "its origins", f"{route.id}:origin")
    ]
    if listed and all(_only_files(estate, each) for each, _ in listed):
        known = [(listed[0][0].label, f"{route.id}:files")]
    for label, name in known:
        yield Target(
            name=name,
            place=route.place,
            paths=() if not patterns or "/*" in patterns else patterns,
            scheme=scheme,
            why=f"{route.label} sends {', '.join(patterns) or 'all paths'} to {label}",
            settings=(*own, *(settings(group.kind, group.body) if group is not None else ())),
            conditions=conditions,
        )


def _groups(estate: Estate, origin: Resource) -> list[Resource]:
    return owners(estate, origin, "cdn_frontdoor_origin_group_id")


def _only_files(estate: Estate, origin: Resource) -> bool:
    return any(each.resource.kind in _FILES for each in estate.refer(origin, given(origin.body, "host_name")))


def _domains(estate: Estate, route: Resource) -> Iterator[str]:
    for domain in owners(estate, route, "cdn_frontdoor_custom_domain_ids"):
        host = word(domain.body, "host_name")
        if host:
            yield host.lower()


def _classic_doors(estate: Estate) -> Iterator[Hop]:
    """The classic tier, which carries no WebSocket: where its pools lead is enough."""
    for door in estate.of("azurerm_frontdoor"):
        pools = [backend for pool in blocks(door.body, "backend_pool") for backend in blocks(pool, "backend")]
        names = [name for backend in pools if (name := named(estate, door, given(backend, "address")))]
        if not door.data:
            yield replace(
                plain(estate, door, "azure-front-door"),
                conditions=(("tier", "classic"),),
                listens=(Listen("https", 443, door.place), Listen("http", 80, door.place)),
                targets=tuple(
                    Target(name, door.place, scheme="https", why=f"{door.label} sends to {name}")
                    for name in dict.fromkeys(names or [f"{door.id}:origin"])
                ),
            )


# ---------------------------------------------------------------- Load Balancer


def _balancers(estate: Estate) -> Iterator[Hop]:
    """Load balancers with a rule for a port that may carry HTTP."""
    for balancer in estate.of("azurerm_lb"):
        rules = [each for each in estate.of("azurerm_lb_rule") if balancer in owners(estate, each, "loadbalancer_id")]
        tcp = [each for each in rules if (word(each.body, "protocol") or "Tcp").lower() != "udp"]
        used = [each for each in tcp if whole(given(each.body, "frontend_port")) not in _OTHER_PORTS]
        used.sort(key=lambda each: whole(given(each.body, "frontend_port")) not in (443, 80))
        if not used or balancer.data:
            continue
        yield replace(
            plain(estate, balancer, "azure-load-balancer"),
            settings=settings("azurerm_lb", balancer.body),
            names=(balancer.id, *addresses(estate, balancer)),
            listens=tuple(Listen("tcp", whole(given(each.body, "frontend_port")), each.place) for each in used),
            targets=tuple(
                Target(
                    name=f"{balancer.id}:backend",
                    place=each.place,
                    port=whole(given(each.body, "backend_port")),
                    scheme="tcp",
                    why=f"{each.label} passes port {whole(given(each.body, 'frontend_port')) or 'of a variable'} on",
                    settings=settings("azurerm_lb_rule", each.body),
                )
                for each in used[:1]
            ),
        )


# ---------------------------------------------------------------- API Management


def _interfaces(estate: Estate) -> Iterator[Hop]:
    """One hop for each API; where an instance has one of type websocket, the others are not taken for a way of sockets."""
    listed = [each for each in estate.of("azurerm_api_management_api") if not each.data]
    typed = [each for each in listed if (word(each.body, "api_type") or "").lower() == "websocket"]
    for api in typed or listed:
        service = next(iter(owners(estate, api, "api_management_name")), None)
        address = given(api.body, "service_url")
        name = named(estate, api, address) or f"{api.id}:backend"
        takes = f"/{path}" if (path := word(api.body, "path")) else "requests"
        tier = (word(service.body, "sku_name") or "").partition("_")[0].lower() if service is not None else ""
        own = settings("azurerm_api_management", service.body) if service is not None else ()
        conditions = (("tier", "consumption" if tier == "consumption" else "dedicated"),) if tier else ()
        secure: _Scheme = "http" if (source_text(address) or "").startswith(("http:", "ws:")) else "https"
        yield replace(
            plain(estate, api, "azure-api-management"),
            settings=(*settings(api.kind, api.body), *own),
            conditions=conditions,
            names=tuple(dict.fromkeys((api.id, *((service.id,) if service is not None else ())))),
            listens=(Listen("https", 443, api.place),),
            targets=(Target(name, api.place, scheme=secure, why=f"{api.label} sends {takes} to {name}"),),
        )


def _each(node: Node | None) -> Iterator[Node]:
    return node.each() if node is not None and node.tag != "expression" else iter(())

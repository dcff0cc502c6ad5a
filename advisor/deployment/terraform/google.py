"""Google's HTTP load balancers (URL maps with backend services) -> hops in front of Cloud Run and of machines.

What a backend service's ``timeout_sec`` means hangs on the mode of the balancer, by its ``load_balancing_scheme``; left out,
that is ``EXTERNAL`` up to version 7 of the provider and ``EXTERNAL_MANAGED`` from 8.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from advisor.deployment.terraform.attributes import blocks, computed, given, settings, shown, whole, word
from advisor.deployment.terraform.azure import plain
from advisor.deployment.terraform.estate import Estate, Resource
from advisor.formats.document import Node
from advisor.model import HealthCheck, Hop, Listen, Process, Setting, Target

_MAPS = ("google_compute_url_map", "google_compute_region_url_map")
_SERVICES = ("google_compute_backend_service", "google_compute_region_backend_service")
_PROXIES = {
    "google_compute_target_https_proxy": "https",
    "google_compute_region_target_https_proxy": "https",
    "google_compute_target_http_proxy": "http",
    "google_compute_region_target_http_proxy": "http",
}
_RULES = ("google_compute_global_forwarding_rule", "google_compute_forwarding_rule")
_GROUPS = ("google_compute_region_network_endpoint_group", "google_compute_global_network_endpoint_group")
_MANAGERS = ("google_compute_instance_group_manager", "google_compute_region_instance_group_manager")
_HTTP = frozenset({"HTTP", "HTTPS", "HTTP2", "H2C", "GRPC"})
_SCHEMES: dict[str, Literal["http", "https", "h2", "grpc", "tcp"]] = {
    "HTTPS": "https",
    "HTTP2": "h2",
    "H2C": "h2",
    "GRPC": "grpc",
}
_PLATFORM = "gcp-https-load-balancer"
_SERVERLESS = ("cloud_run", "app_engine", "cloud_function")


def google(estate: Estate) -> Iterator[Hop]:
    """One hop for each URL map that leads to more than buckets, and for backend services where no URL map is shown."""
    for table in estate.of(*_MAPS):
        ways = list(_ways(estate, table))
        sides = tuple(_listens(estate, table))
        if table.data or (not ways and not any(side.redirect_to for side in sides)):
            continue
        if ways:
            yield _hop(estate, table, ways, _with_redirects(estate, sides))
    for service in estate.of(*_SERVICES) if not estate.of(*_MAPS) else ():
        lone = (word(service.body, "protocol") or "HTTP").upper() in _HTTP and not service.data
        if lone and not _not_http(estate, service):
            yield _hop(estate, service, [_Way(service, (), (), service)], ())


@dataclass(frozen=True, slots=True)
class _Way:
    """One way from a URL map to a backend service: globs of paths and hosts, and what says so."""

    service: Resource
    paths: tuple[str, ...]
    hosts: tuple[str, ...]
    source: Resource | Node


def _hop(estate: Estate, resource: Resource, ways: list[_Way], sides: tuple[Listen, ...]) -> Hop:
    targets = [_target(estate, resource, way) for way in ways]
    checks = tuple(check for way in ways for check in _check_settings(estate, way.service))
    hop = plain(estate, resource, _PLATFORM)
    hosts = tuple(host for side in sides for host in side.hosts)
    return replace(
        hop,
        settings=tuple(dict.fromkeys(checks)),
        conditions=estate.provider("google"),
        names=tuple(dict.fromkeys((resource.id, *hosts))),
        listens=sides,
        targets=tuple(targets),
        processes=(),
    )


# ---------------------------------------------------------------- the URL map


def _ways(estate: Estate, table: Resource) -> Iterator[_Way]:
    """The rules of a URL map, those of hosts first, the default last."""
    hosts: dict[str, list[str]] = {}
    for rule in blocks(table.body, "host_rule"):
        name = word(rule, "path_matcher") or ""
        hosts.setdefault(name, []).extend(text for text in _texts(given(rule, "hosts")) if text != "*")
    for matcher in blocks(table.body, "path_matcher"):
        names = tuple(hosts.get(word(matcher, "name") or "", ()))
        rules = [(rule, tuple(_texts(given(rule, "paths")))) for rule in blocks(matcher, "path_rule")]
        rules += [(rule, tuple(_matched(rule))) for rule in blocks(matcher, "route_rules")]
        for rule, paths in rules:
            for service in _services(estate, table, given(rule, "service")):
                yield _Way(service, tuple(dict.fromkeys(each for path in paths for each in _glob(path))), names, rule)
        for service in _services(estate, table, given(matcher, "default_service")):
            yield _Way(service, (), names, matcher)
    for service in _services(estate, table, given(table.body, "default_service")):
        yield _Way(service, (), (), table)


def _services(estate: Estate, table: Resource, node: Node | None) -> list[Resource]:
    return [each.resource for each in estate.refer(table, node) if each.resource.kind in _SERVICES][:1]


def _matched(rule: Node) -> Iterator[str]:
    for match in blocks(rule, "match_rules"):
        prefix, full = word(match, "prefix_match"), word(match, "full_path_match")
        yield from (f"{prefix.rstrip('/')}/*",) if prefix else (full,) if full else ()


def _glob(path: str) -> tuple[str, ...]:
    """``/ws/*`` takes ``/ws/`` and below, and not ``/ws`` itself, as Google's URL maps have it."""
    return (path,) if path.startswith("/") else ()


def _texts(node: Node | None) -> Iterator[str]:
    for each in node.each() if node is not None and not computed(node) else ():
        text = shown(each)
        if text:
            yield text


# ---------------------------------------------------------------- listeners


def _listens(estate: Estate, table: Resource) -> Iterator[Listen]:
    for proxy in estate.of(*_PROXIES):
        if table not in [each.resource for each in estate.refer(proxy, given(proxy.body, "url_map"))]:
            continue
        secure = _PROXIES[proxy.kind] == "https"
        hosts = tuple(_certified(estate, proxy)) if secure else ()
        for rule in _pointing(estate, proxy) or [proxy]:
            port = (word(rule.body, "port_range") or "").partition("-")[0]
            number = int(port) if port.isascii() and port.isdecimal() and len(port) < 6 else 443 if secure else 80
            redirect = "https" if not secure and _only_redirects(table) else None
            yield Listen("https" if secure else "http", number, rule.place, hosts, redirect)


def _pointing(estate: Estate, proxy: Resource) -> list[Resource]:
    return [
        rule for rule in estate.of(*_RULES) if proxy in [each.resource for each in estate.refer(rule, given(rule.body, "target"))]
    ]


def _certified(estate: Estate, proxy: Resource) -> Iterator[str]:
    """Host names of the managed certificates."""
    for each in estate.refer(proxy, given(proxy.body, "ssl_certificates")):
        for managed in blocks(each.resource.body, "managed"):
            yield from (name.rstrip(".").lower() for name in _texts(given(managed, "domains")))


def _only_redirects(table: Resource) -> bool:
    return any(word(block, "https_redirect") == "true" for block in blocks(table.body, "default_url_redirect"))


def _with_redirects(estate: Estate, sides: tuple[Listen, ...]) -> tuple[Listen, ...]:
    """The sides of a URL map with those of the maps beside it that only send clients to https."""
    if not any(side.scheme == "https" for side in sides) or any(side.scheme == "http" for side in sides):
        return sides
    others = [side for table in estate.of(*_MAPS) if _only_redirects(table) for side in _listens(estate, table)]
    return (*sides, *others)


# ---------------------------------------------------------------- backend services


def _target(estate: Estate, resource: Resource, way: _Way) -> Target:
    service = way.service
    protocol = (word(service.body, "protocol") or "HTTP").upper()
    takes = ", ".join((*way.hosts, *way.paths)) or "all other requests"
    run = _run_by(estate, service)
    return Target(
        name=run.id if run is not None else f"{service.id}:backends",
        place=way.source.place,
        paths=way.paths,
        hosts=way.hosts,
        scheme="https" if run is not None else _SCHEMES.get(protocol, "http"),
        why=f"{resource.label} sends {takes} to {run.label if run is not None else service.label}",
        settings=settings(service.kind, service.body),
        conditions=_conditions(estate, service),
    )


def _conditions(estate: Estate, service: Resource) -> tuple[tuple[str, str], ...]:
    found = []
    mode = _mode(estate, service)
    if mode is not None:
        found.append(("mode", mode))
    if blocks(service.body, "backend"):
        found.append(("backend", "serverless" if _serverless(estate, service) else "vm"))
    return tuple(found)


def _mode(estate: Estate, service: Resource) -> str | None:
    """The mode that the scheme means; ``None`` where neither the file nor the provider's version shows it."""
    node = given(service.body, "load_balancing_scheme")
    scheme = shown(node) if node is not None and not computed(node) else None
    if service.kind == "google_compute_region_backend_service":
        return {"EXTERNAL_MANAGED": "regional", "INTERNAL_MANAGED": "internal"}.get(scheme or "")
    if scheme is None and node is None:
        provider = dict(estate.provider("google")).get("provider", "")
        if not provider.isdecimal():
            return None
        scheme = "EXTERNAL" if int(provider) < 8 else "EXTERNAL_MANAGED"
    return {"EXTERNAL": "classic", "EXTERNAL_MANAGED": "global", "INTERNAL_MANAGED": "internal"}.get(scheme or "")


def _not_http(estate: Estate, service: Resource) -> bool:
    """True for regional services that pass packets, which are another balancer's."""
    scheme = word(service.body, "load_balancing_scheme")
    regional = service.kind == "google_compute_region_backend_service"
    return scheme == "INTERNAL_SELF_MANAGED" or (regional and scheme not in ("EXTERNAL_MANAGED", "INTERNAL_MANAGED"))


def _endpoints(estate: Estate, service: Resource) -> Iterator[Resource]:
    for block in blocks(service.body, "backend"):
        for each in estate.refer(service, given(block, "group")):
            if each.resource.kind in _GROUPS:
                yield each.resource


def _serverless(estate: Estate, service: Resource) -> bool:
    return any(blocks(group.body, kind) for group in _endpoints(estate, service) for kind in _SERVERLESS)


def _run_by(estate: Estate, service: Resource) -> Resource | None:
    """The Cloud Run service, App Engine version or function behind a serverless endpoint group."""
    for group in _endpoints(estate, service):
        for block in blocks(group.body, "cloud_run"):
            for each in estate.refer(group, given(block, "service")):
                return each.resource
            name = word(block, "service")
            for run in estate.of("google_cloud_run_v2_service", "google_cloud_run_service"):
                if name and word(run.body, "name") == name:
                    return run
        for block in blocks(group.body, "app_engine"):
            for each in estate.refer(group, given(block, "service")):
                return each.resource
            engines = estate.of("google_app_engine_flexible_app_version", "google_app_engine_standard_app_version")
            if len(engines) == 1:
                return engines[0]
    return None


def _check_settings(estate: Estate, service: Resource) -> Iterator[Setting]:
    for each in estate.refer(service, given(service.body, "health_checks")):
        yield from settings(each.resource.kind, each.resource.body)


# ---------------------------------------------------------------- machines


def groups(estate: Estate) -> Iterator[Process]:
    """Groups of machines that a backend service sends to."""
    for service in estate.of(*_SERVICES):
        for block in blocks(service.body, "backend"):
            for each in estate.refer(service, given(block, "group")):
                if each.resource.kind in _MANAGERS:
                    yield _machines(estate, service, each.resource)


def _machines(estate: Estate, service: Resource, group: Resource) -> Process:
    count = given(group.body, "target_size")
    scale: tuple[int, int] | None = None
    place = count.place if count is not None else None
    for scaler in estate.of("google_compute_autoscaler", "google_compute_region_autoscaler"):
        if group in [each.resource for each in estate.refer(scaler, given(scaler.body, "target"))]:
            for policy in blocks(scaler.body, "autoscaling_policy"):
                least, most = whole(given(policy, "min_replicas")), whole(given(policy, "max_replicas"))
                scale, place = ((least, most), policy.place) if least is not None and most is not None else (scale, place)
    ports = [whole(given(block, "port")) for block in blocks(group.body, "named_port")]
    return Process(
        id=f"{service.id}:{group.name}",
        place=group.place,
        replicas=whole(count),
        replicas_place=place,
        replicas_range=scale,
        names=(f"{service.id}:backends",),
        ports=tuple(port for port in ports if port),
        scope=estate.purpose.scope,
        environment_name=estate.purpose.environment,
        health_check=_health_check(estate, service),
    )


def _health_check(estate: Estate, service: Resource) -> HealthCheck | None:
    for each in estate.refer(service, given(service.body, "health_checks")):
        for kind in ("http_health_check", "https_health_check"):
            for block in blocks(each.resource.body, kind):
                path = given(block, "request_path")
                if not computed(path):
                    return HealthCheck(path.place if path else block.place, shown(path) or "/", "http", (200, 200))
    return None

"""AWS load balancers with their listeners, rules and target groups -> hops, with targets in the order the rules are tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from advisor.deployment.terraform.attributes import blocks, computed, given, setting, settings, shown, whole, word
from advisor.deployment.terraform.estate import Estate, Resource
from advisor.deployment.terraform.firewall import closed_ports
from advisor.formats.document import Node
from advisor.model import HealthCheck, Hop, Listen, Setting, Target

_OTHERS = ("http_header", "query_string", "source_ip", "http_request_method")
_LAST = 1_000_000
"""Where a rule without a priority comes: AWS gives it the next one after the highest."""


_OTHER_PORTS = frozenset({21, 22, 25, 53, 389, 465, 587, 636, 1433, 1883, 2049, 3306, 3478, 5432, 5672, 6379, 8883, 9092, 27017})
"""Ports of protocols that are not HTTP: a balancer with nothing else carries no WebSocket."""


@dataclass(frozen=True, slots=True)
class _Route:
    """One way from a listener to a target group."""

    group: Resource
    order: tuple[int, float, int]
    target: Target


def balancers(estate: Estate, hosts: dict[str, tuple[str, ...]]) -> Iterator[Hop]:
    """One hop for each application or network load balancer. ``hosts``: id of a balancer -> the DNS names that lead to it."""
    for balancer in estate.of("aws_lb"):
        platform = _platform(balancer)
        if platform is not None and not balancer.data:
            hop = _hop(estate, balancer, platform, hosts.get(balancer.id, ()))
            if not hop.listens or any(listen.port not in _OTHER_PORTS for listen in hop.listens):
                yield hop
    yield from _elsewhere(estate)
    for balancer in estate.of("aws_elb"):
        yield _classic(estate, balancer, hosts.get(balancer.id, ()))


def health_check(group: Resource) -> HealthCheck | None:
    """The check that a target group makes before it sends traffic, with AWS's defaults for what the block leaves out.

    Defaults: path ``/``; status 200 from an application, 200-399 from a network load balancer; HTTP where the group speaks
    HTTP and TCP otherwise (``aws_lb_target_group`` in the provider's documentation).
    """
    block = next(iter(blocks(group.body, "health_check")), None)
    if word(group.body, "target_type") == "lambda" or (block is not None and word(block, "enabled") == "false"):
        return None
    layer7 = _speaks_http(group)
    protocol = (word(block, "protocol") or ("HTTP" if layer7 or block is not None else "TCP")).upper()
    place = block.place if block is not None else group.place
    source: Literal["default", "configured"] = "configured" if block is not None else "default"
    if protocol == "TCP" or word(group.body, "protocol_version") == "GRPC":
        return HealthCheck(place, None, "tcp", source=source)
    path = given(block, "path")
    if computed(path) or computed(given(block, "matcher")):
        return HealthCheck(place, None, "http", (100, 599), source)
    accepts = _codes(word(block, "matcher")) or ((200, 200) if layer7 else (200, 399))
    return HealthCheck(path.place if path else place, shown(path) or "/", "http", accepts, source)


def conditions(groups: Iterable[Resource]) -> tuple[tuple[str, str], ...]:
    """What all target groups of a balancer agree on and facts depend on: protocol version, target type, target optimizer."""
    found = []
    listed = tuple(groups)
    versions = {_version(group) for group in listed}
    if len(versions) == 1 and (version := versions.pop()) is not None:
        found.append(("protocol_version", version))
    kinds = {_target_type(group) for group in listed}
    if len(kinds) == 1 and (kind := kinds.pop()) is not None:
        found.append(("target_type", kind))
    controlled = {given(group.body, "target_control_port") is not None for group in listed}
    if len(controlled) == 1:
        found.append(("target_optimizer", "true" if controlled.pop() else "false"))
    return tuple(found)


def _platform(balancer: Resource) -> str | None:
    kind = given(balancer.body, "load_balancer_type")
    return {"network": "aws-nlb", "gateway": None}.get(shown(kind) or "application", "aws-alb")


def _hop(estate: Estate, balancer: Resource, platform: str, hosts: tuple[str, ...]) -> Hop:
    listeners = [each for each in estate.of("aws_lb_listener") if balancer in _owners(estate, each, "load_balancer_arn")]
    routes = [route for listener in listeners for route in _routes(estate, listener, platform)]
    routes.sort(key=lambda route: route.order)
    groups = list(dict.fromkeys(route.group for route in routes))
    unsure = computed(given(balancer.body, "load_balancer_type"))
    own = settings("aws_lb", balancer.body)
    lines = tuple(each for listener in listeners for each in settings("aws_lb_listener", listener.body))
    return Hop(
        id=balancer.id,
        platform=platform,
        name=balancer.label,
        place=balancer.place,
        certainty="weak" if unsure else balancer.certainty,
        scope=estate.purpose.scope,
        environment=estate.purpose.environment,
        settings=(*own, *(lines if platform == "aws-nlb" else ()), *_shared(groups)),
        conditions=(*(conditions(groups) if platform == "aws-alb" else ()), *estate.provider("aws")),
        names=tuple(dict.fromkeys((balancer.id, *hosts))),
        listens=_listens(estate, balancer, listeners, hosts),
        targets=_targets(routes),
        because=balancer.because,
    )


def _owners(estate: Estate, resource: Resource, attribute: str) -> list[Resource]:
    return [reference.resource for reference in estate.refer(resource, given(resource.body, attribute))]


# ---------------------------------------------------------------- listeners


def _listens(estate: Estate, balancer: Resource, listeners: list[Resource], hosts: tuple[str, ...]) -> tuple[Listen, ...]:
    closed = closed_ports(estate, balancer, [port for each in listeners if (port := whole(given(each.body, "port"))) is not None])
    found = []
    for listener in listeners:
        port = whole(given(listener.body, "port"))
        protocol = (word(listener.body, "protocol") or "").upper()
        secure = protocol in ("HTTPS", "TLS") or (not protocol and given(listener.body, "certificate_arn") is not None)
        scheme: Literal["http", "https", "tcp"] = "https" if secure else "tcp" if protocol in ("TCP", "TCP_UDP") else "http"
        if protocol != "UDP" and port not in closed:
            found.append(Listen(scheme, port, listener.place, hosts, _redirect(estate, listener)))
    found.sort(key=lambda listen: (listen.port not in (80, 443), listen.port or 0))
    return tuple(found)


def _redirect(estate: Estate, listener: Resource) -> str | None:
    """``https`` where the listener does nothing but send clients there: by default, or by a rule for every path."""
    rules = [rule for rule in estate.of("aws_lb_listener_rule") if listener in _owners(estate, rule, "listener_arn")]
    whole_rules = [rule for rule in rules if _takes_all(rule) and _sends_to_https(rule.body, "action")]
    forwards = any(_forwards(estate, rule, "action") for rule in rules)
    if whole_rules or (_sends_to_https(listener.body, "default_action") and not forwards):
        return "https"
    return None


def _sends_to_https(body: Node, action: str) -> bool:
    for block in blocks(body, action):
        for redirect in blocks(block, "redirect"):
            protocol = word(redirect, "protocol")
            if (protocol or "").upper() == "HTTPS" or (protocol is None and word(redirect, "port") == "443"):
                return True
    return False


def _takes_all(rule: Resource) -> bool:
    paths, hosts, others = _conditions(rule)
    return not hosts and not others and bool(paths) and set(paths) <= {"*", "/*"}


# ---------------------------------------------------------------- routes


def _routes(estate: Estate, listener: Resource, platform: str) -> Iterator[_Route]:
    secure = (word(listener.body, "protocol") or "").upper() in ("HTTPS", "TLS")
    port = whole(given(listener.body, "port"))
    rank = 0 if secure and port in (443, None) else 1 if port in (80, 443) else 2
    for rule in estate.of("aws_lb_listener_rule"):
        if listener in _owners(estate, rule, "listener_arn"):
            yield from _rule_routes(estate, rule, rank, platform)
    for group in _forwards(estate, listener, "default_action"):
        why = f"{listener.label} forwards to {group.label} by default"
        yield _Route(group, (rank, float("inf"), 0), _target(group, listener, (), (), platform, why))


def _rule_routes(estate: Estate, rule: Resource, rank: int, platform: str) -> Iterator[_Route]:
    paths, hosts, others = _conditions(rule)
    hidden = others or (not paths and not hosts and bool(blocks(rule.body, "condition")) and not _met_alone(rule))
    paths = () if others else paths
    priority = given(rule.body, "priority")
    number = priority.number() if priority else None
    words = [*(f"paths {', '.join(paths)}" for _ in paths[:1]), *(f"host {', '.join(hosts)}" for _ in hosts[:1])]
    for group in _forwards(estate, rule, "action"):
        why = f"{rule.label} forwards {' and '.join(words) or 'requests'} to {group.label}"
        order = (rank, float("inf"), 1) if hidden else (rank, _LAST if number is None else number, rule.place.line)
        yield _Route(group, order, _target(group, rule, paths, hosts, platform, why))


def _target(group: Resource, source: Resource, paths: tuple[str, ...], hosts: tuple[str, ...], platform: str, why: str) -> Target:
    own = settings("aws_lb_target_group", group.body)
    sticky = blocks(group.body, "stickiness")
    if sticky and given(sticky[0], "enabled") is None:
        own = (*own, Setting("aws_lb_target_group.stickiness.enabled", "true", sticky[0].place, True, "terraform"))
    return Target(
        name=group.id,
        place=source.place,
        port=whole(given(group.body, "port")),
        paths=paths,
        scheme=_scheme(group, platform),
        why=why,
        hosts=hosts,
        settings=own,
    )


def _conditions(rule: Resource) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Path patterns, host names, and whether conditions are left that not every handshake meets (other headers, sources)."""
    paths: list[str] = []
    hosts: list[str] = []
    others = False
    for block in blocks(rule.body, "condition"):
        field = word(block, "field")
        for name, into in (("path_pattern", paths), ("host_header", hosts)):
            for inner in blocks(block, name):
                into.extend(_texts(given(inner, "values")))
            if field == name.replace("_", "-"):
                into.extend(_texts(given(block, "values")))
        others = others or any(not _met(name, inner) for name in _OTHERS for inner in blocks(block, name))
    return tuple(paths), tuple(hosts), others


def _met_alone(rule: Resource) -> bool:
    """True where the rule asks for nothing but what every handshake has."""
    return any(blocks(block, name) for block in blocks(rule.body, "condition") for name in _OTHERS)


def _met(name: str, condition: Node) -> bool:
    """True where every handshake meets it: it is a GET with the headers Upgrade and Connection (RFC 6455 section 4.1)."""
    if name == "http_header":
        header = word(condition, "http_header_name") or word(condition, "name") or ""
        return header.lower() in ("upgrade", "connection")
    return name == "http_request_method" and "GET" in tuple(_texts(given(condition, "values")))


def _texts(node: Node | None) -> Iterator[str]:
    for each in node.each() if node is not None else ():
        text = shown(each)
        if text:
            yield text


def _forwards(estate: Estate, resource: Resource, action: str) -> list[Resource]:
    """The target groups that the actions forward to, also by the weighted form."""
    found: list[Resource] = []
    for block in blocks(resource.body, action):
        arns = [given(block, "target_group_arn")]
        for forward in blocks(block, "forward"):
            arns += [given(group, "arn") for group in blocks(forward, "target_group")]
        for arn in arns:
            found += [each.resource for each in estate.refer(resource, arn) if each.resource.kind == "aws_lb_target_group"]
    return list(dict.fromkeys(found))


def _targets(routes: list[_Route]) -> tuple[Target, ...]:
    seen: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Target] = {}
    for route in routes:
        seen.setdefault((route.target.name, route.target.paths, route.target.hosts), route.target)
    return tuple(seen.values())


# ---------------------------------------------------------------- target groups


def _shared(groups: list[Resource]) -> tuple[Setting, ...]:
    """The settings of the only target group, or those that all of them set alike."""
    if not groups:
        return ()
    first, *rest = (_target(group, group, (), (), "aws-alb", "").settings for group in groups)
    others = [{(each.key, each.amount) for each in found if each.amount is not None} for found in rest]
    return tuple(each for each in first if all((each.key, each.amount) in found for found in others))


def _version(group: Resource) -> str | None:
    version = given(group.body, "protocol_version")
    if version is None:
        return "HTTP1"
    text = shown(version)
    return text.upper() if text else None


def _target_type(group: Resource) -> str | None:
    kind = given(group.body, "target_type")
    return shown(kind) if kind is not None else "instance"


def _speaks_http(group: Resource) -> bool:
    return (word(group.body, "protocol") or "HTTP").upper() in ("HTTP", "HTTPS")


def _scheme(group: Resource, platform: str) -> Literal["http", "https", "h2", "grpc", "tcp"]:
    protocol = (word(group.body, "protocol") or "").upper()
    if platform == "aws-nlb" or protocol in ("TCP", "TLS", "TCP_UDP"):
        return "tcp"
    versions: dict[str | None, Literal["h2", "grpc"]] = {"HTTP2": "h2", "GRPC": "grpc"}
    return versions.get(_version(group), "https" if protocol == "HTTPS" else "http")


def _codes(matcher: str | None) -> tuple[int, int] | None:
    """``200-299`` or ``200,301`` as the least and the highest accepted status."""
    numbers = [int(piece) for piece in (matcher or "").replace("-", ",").split(",") if piece.strip().isdecimal()]
    return (min(numbers), max(numbers)) if numbers else None


# ---------------------------------------------------------------- balancers that are defined elsewhere, and old ones


def _elsewhere(estate: Estate) -> Iterator[Hop]:
    """Target groups that a listener defined outside the tree forwards to: there is a balancer, but its settings are not shown."""
    reached = {group for listener in estate.of("aws_lb_listener") for group in _forwards(estate, listener, "default_action")}
    known = set(estate.of("aws_lb_listener"))
    outside: dict[str, list[_Route]] = {}
    for rule in estate.of("aws_lb_listener_rule"):
        listeners = _owners(estate, rule, "listener_arn")
        if not known.intersection(listeners):
            arn = given(rule.body, "listener_arn")
            key = str(arn.plain()) if arn is not None else ""
            outside.setdefault(key, []).extend(_rule_routes(estate, rule, 0, "aws-alb"))
        else:
            reached.update(_forwards(estate, rule, "action"))
    for routes in outside.values():
        new = [route for route in sorted(routes, key=lambda route: route.order) if route.group not in reached]
        if new:
            yield _unseen(estate, new)


def _unseen(estate: Estate, routes: list[_Route]) -> Hop:
    groups = list(dict.fromkeys(route.group for route in routes))
    first = groups[0]
    not_shown = Node("set where the load balancer is defined, which these files do not show", first.place, tag="expression")
    return Hop(
        id=f"{first.id}:balancer",
        platform="aws-alb",
        name=f"the load balancer of {first.label}",
        place=first.place,
        certainty="strong",
        scope=estate.purpose.scope,
        environment=estate.purpose.environment,
        settings=(setting("aws_lb.idle_timeout", not_shown, "number"), *_shared(groups)),
        conditions=(*conditions(groups), *estate.provider("aws")),
        names=(f"{first.id}:balancer",),
        targets=_targets(routes),
        because=f"{first.label} takes requests from a listener that is defined outside these files",
    )


def _classic(estate: Estate, balancer: Resource, hosts: tuple[str, ...]) -> Hop:
    listens = []
    for block in blocks(balancer.body, "listener"):
        protocol = (word(block, "lb_protocol") or "http").lower()
        scheme: Literal["http", "https", "tcp"] = {"https": "https", "ssl": "https", "tcp": "tcp"}.get(protocol, "http")  # type: ignore[assignment]
        listens.append(Listen(scheme, whole(given(block, "lb_port")), block.place, hosts))
    return Hop(
        id=balancer.id,
        platform="aws-classic-elb",
        name=balancer.label,
        place=balancer.place,
        certainty=balancer.certainty,
        scope=estate.purpose.scope,
        environment=estate.purpose.environment,
        settings=settings("aws_elb", balancer.body),
        conditions=estate.provider("aws"),
        names=tuple(dict.fromkeys((balancer.id, *hosts))),
        listens=tuple(listens),
        targets=(replace(Target(balancer.id + ":instances", balancer.place), why=f"{balancer.label} sends to its instances"),),
        because=balancer.because,
    )

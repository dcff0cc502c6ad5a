"""CloudFront distributions and API Gateway APIs -> hops in front of what their origins and integrations name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from advisor.deployment.terraform.attributes import blocks, given, settings, shown, source_text, whole, word
from advisor.deployment.terraform.estate import Estate, Resource
from advisor.deployment.terraform.policies import passes
from advisor.formats.document import Node
from advisor.model import Hop, Listen, Target

_INTEGRATIONS = ("aws_apigatewayv2_integration", "aws_api_gateway_integration")
_BUCKET = re.compile(r"\.s3[.-]|bucket_regional_domain_name|bucket_domain_name|s3_bucket|website_endpoint")
_BALANCING = ("aws_lb", "aws_lb_listener", "aws_elb", "aws_api_gateway_vpc_link")


def distributions(estate: Estate) -> Iterator[Hop]:
    """One hop for each distribution with an origin that is more than a bucket of files."""
    for distribution in estate.of("aws_cloudfront_distribution"):
        origins = {
            word(block, "origin_id") or _written(block, "origin_id"): block for block in blocks(distribution.body, "origin")
        }
        if distribution.data or serves_files(estate, distribution):
            continue
        targets = tuple(_behaviours(estate, distribution, origins))
        hosts = tuple(text for node in _each(given(distribution.body, "aliases")) if (text := shown(node)))
        yield Hop(
            id=distribution.id,
            platform="aws-cloudfront",
            name=distribution.label,
            place=distribution.place,
            certainty=distribution.certainty,
            scope=estate.purpose.scope,
            environment=estate.purpose.environment,
            settings=settings("aws_cloudfront_distribution", distribution.body),
            conditions=estate.provider("aws"),
            names=tuple(dict.fromkeys((distribution.id, *hosts))),
            listens=_viewers(distribution, hosts),
            targets=targets,
            because=distribution.because,
        )


def gateways(estate: Estate, processes: frozenset[str] = frozenset()) -> Iterator[Hop]:
    """One hop for each API of API Gateway: WebSocket APIs speak a model of their own, HTTP and REST APIs no WebSocket.

    ``processes``: ids of the functions that are processes, for their code speaks of sockets.
    """
    for api in estate.of("aws_apigatewayv2_api"):
        protocol = word(api.body, "protocol_type")
        if protocol is not None and not api.data:
            platform = "aws-api-gateway-websocket" if protocol == "WEBSOCKET" else "aws-api-gateway-http-rest"
            yield _gateway(estate, api, platform, processes)
    for api in estate.of("aws_api_gateway_rest_api"):
        if not api.data:
            yield _gateway(estate, api, "aws-api-gateway-http-rest", processes)


# ---------------------------------------------------------------- CloudFront


def _behaviours(estate: Estate, distribution: Resource, origins: dict[str, Node]) -> Iterator[Target]:
    for behaviour in (*blocks(distribution.body, "ordered_cache_behavior"), *blocks(distribution.body, "default_cache_behavior")):
        pattern = word(behaviour, "path_pattern")
        named = word(behaviour, "target_origin_id") or _written(behaviour, "target_origin_id")
        origin = origins.get(named)
        name = _origin_name(estate, distribution, origin) if origin is not None else named
        takes = f"paths {pattern}" if pattern else "all other paths"
        if pattern is not None or given(behaviour, "path_pattern") is None:
            yield Target(
                name=name,
                place=behaviour.place,
                paths=((pattern if pattern.startswith(("/", "*")) else f"/{pattern}"),) if pattern else (),
                scheme=_to_origin(origin),
                why=f"{distribution.label} sends {takes} to {named}",
                passes=passes(estate, distribution, behaviour),
            )


def _origin_name(estate: Estate, distribution: Resource, origin: Node) -> str:
    domain = given(origin, "domain_name")
    for reference in estate.refer(distribution, domain):
        return reference.resource.id
    return shown(domain) or _written(origin, "domain_name")


def serves_files(estate: Estate, distribution: Resource) -> bool:
    """True where every origin is a bucket of files, which answers no handshake."""
    return all(_is_bucket(estate, distribution, block) for block in blocks(distribution.body, "origin"))


def _is_bucket(estate: Estate, distribution: Resource, origin: Node) -> bool:
    domain = given(origin, "domain_name")
    kinds = {each.resource.kind for each in estate.refer(distribution, domain)}
    return (
        bool(blocks(origin, "s3_origin_config"))
        or bool(_BUCKET.search(source_text(domain) or ""))
        or any(kind.startswith("aws_s3_bucket") for kind in kinds)
    )


def _to_origin(origin: Node | None) -> Literal["http", "https"]:
    for block in blocks(origin, "custom_origin_config"):
        return "http" if word(block, "origin_protocol_policy") == "http-only" else "https"
    return "http"


def _viewers(distribution: Resource, hosts: tuple[str, ...]) -> tuple[Listen, ...]:
    policies = {
        word(block, "viewer_protocol_policy")
        for name in ("ordered_cache_behavior", "default_cache_behavior")
        for block in blocks(distribution.body, name)
    }
    redirect = "https" if policies == {"redirect-to-https"} else None
    secure = Listen("https", 443, distribution.place, hosts)
    return (secure,) if policies == {"https-only"} else (secure, Listen("http", 80, distribution.place, hosts, redirect))


def _written(node: Node, name: str) -> str:
    found = given(node, name)
    return source_text(found) or ""


def _each(node: Node | None) -> Iterator[Node]:
    return node.each() if node is not None else iter(())


# ---------------------------------------------------------------- API Gateway


def _gateway(estate: Estate, api: Resource, platform: str, processes: frozenset[str]) -> Hop:
    integrations = [
        each
        for each in estate.of(*_INTEGRATIONS)
        if api in [found.resource for found in estate.refer(each, given(each.body, "api_id") or given(each.body, "rest_api_id"))]
    ]
    targets = tuple(target for each in integrations for target in _integrated(estate, each))
    functions = _functions(estate, api, integrations)
    run = tuple(each for each in functions if each in processes)
    return Hop(
        id=api.id,
        platform=platform,
        name=api.label,
        place=api.place,
        certainty=api.certainty,
        scope=estate.purpose.scope,
        environment=estate.purpose.environment,
        settings=settings(api.kind, api.body),
        conditions=estate.provider("aws"),
        names=(api.id,),
        listens=(Listen("https", 443, api.place),),
        targets=targets,
        processes=run if platform == "aws-api-gateway-websocket" else functions or (f"{api.id}:integrations",),
        because=api.because,
    )


def _functions(estate: Estate, api: Resource, integrations: list[Resource]) -> tuple[str, ...]:
    """The functions that an API calls: those of its integrations and routes, and SAM functions with an event of this API."""
    named = [found.resource for each in integrations for found in estate.refer(each, _uri(each))]
    named += [found.resource for found in estate.refer(api, given(api.body, "routes"))]
    for function in estate.of("aws_lambda_function"):
        if api in [found.resource for found in estate.refer(function, given(function.body, "events"))]:
            named.append(function)
    return tuple(dict.fromkeys(each.id for each in named if each.kind == "aws_lambda_function"))


def _uri(integration: Resource) -> Node | None:
    return given(integration.body, "integration_uri") or given(integration.body, "uri")


def _integrated(estate: Estate, integration: Resource) -> Iterator[Target]:
    """Load balancers that an integration reaches: by the listener's ARN, or by the balancer's name in a URL."""
    for reference in estate.refer(integration, _uri(integration)):
        found = reference.resource
        if found.kind not in _BALANCING:
            continue
        owners = [each.resource for each in estate.refer(found, given(found.body, "load_balancer_arn"))] or [found]
        for owner in owners:
            port = whole(given(found.body, "port")) if found.kind == "aws_lb_listener" else None
            yield Target(owner.id, integration.place, port, why=f"{integration.label} sends to {owner.label}")

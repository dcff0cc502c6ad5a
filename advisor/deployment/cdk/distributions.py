"""The CDK's CloudFront distribution -> the resource with origins and behaviours as the readers take them."""

from __future__ import annotations

from advisor.deployment.cdk.calls import Call
from advisor.deployment.cdk.program import Program
from advisor.formats.document import Node

_REQUESTS = {
    "ALL_VIEWER": "AllViewer",
    "ALL_VIEWER_EXCEPT_HOST_HEADER": "AllViewerExceptHostHeader",
    "ALL_VIEWER_AND_CLOUDFRONT_2022": "AllViewerAndCloudFrontHeaders-2022-06",
    "CORS_CUSTOM_ORIGIN": "CORS-CustomOrigin",
    "CORS_S3_ORIGIN": "CORS-S3Origin",
    "USER_AGENT_REFERER_HEADERS": "UserAgentRefererHeaders",
    "HOST_HEADER_ONLY": "HostHeaderOnly",
}
_CACHES = {
    "CACHING_DISABLED": "Managed-CachingDisabled",
    "CACHING_OPTIMIZED": "Managed-CachingOptimized",
    "CACHING_OPTIMIZED_FOR_UNCOMPRESSED_OBJECTS": "Managed-CachingOptimizedForUncompressedObjects",
}
_VIEWERS = {"REDIRECT_TO_HTTPS": "redirect-to-https", "HTTPS_ONLY": "https-only", "ALLOW_ALL": "allow-all"}
_PLAIN = {"HTTP_ONLY": "http-only", "HTTPS_ONLY": "https-only", "MATCH_VIEWER": "match-viewer"}


def distribution(program: Program, call: Call) -> None:
    """``new Distribution``: the behaviour of all other paths, and those of ``additionalBehaviors`` by their patterns."""
    default, others = call.get("defaultBehavior"), call.get("additionalBehaviors")
    if default is None or default.get("origin") is None:
        return
    origins: list[Node] = []
    named = [(None, default), *(list(others.items()) if others is not None else [])]
    behaviours = [_behaviour(pattern, node, origins) for pattern, node in named if isinstance(node.value, dict)]
    body = {
        "origin": Node(origins, call.place),
        "default_cache_behavior": Node(behaviours[:1], call.place),
        "ordered_cache_behavior": Node(behaviours[1:], call.place),
    }
    if (aliases := call.get("domainNames")) is not None:
        body["aliases"] = aliases
    program.make("aws_cloudfront_distribution", call.last, call.label, call.place, body, (call.bound,))


def _behaviour(pattern: str | None, node: Node, origins: list[Node]) -> Node:
    place = node.key_place or node.place
    name = f"origin{len(origins)}"
    origins.append(_origin(name, node.get("origin") or Node(None, place)))
    members = {"target_origin_id": Node(name, place)}
    if pattern is not None:
        members["path_pattern"] = Node(pattern, place)
    for key, attribute, names in (
        ("viewerProtocolPolicy", "viewer_protocol_policy", _VIEWERS),
        ("originRequestPolicy", "origin_request_policy_id", _REQUESTS),
        ("cachePolicy", "cache_policy_id", _CACHES),
    ):
        if (given := node.get(key)) is not None:
            known = names.get(str(given.value)) if given.tag is None else None
            members[attribute] = Node(known or str(given.value), given.place, given.key_place, None if known else "expression")
    members.setdefault("cache_policy_id", Node(_CACHES["CACHING_OPTIMIZED"], place))
    members.setdefault("viewer_protocol_policy", Node("allow-all", place))
    return Node(members, place)


def _origin(name: str, node: Node) -> Node:
    """A balancer or a host name behind it; buckets hold files."""
    kind = node.get("call") if node.tag == "call" else None
    word = (kind.text() or "") if kind is not None else ""
    members = {"origin_id": Node(name, node.place)}
    first = node.get("argument0") if node.tag == "call" else node
    if word.startswith("S3") or word in ("withOriginAccessControl", "withOriginAccessIdentity", "withBucketDefaults"):
        members["s3_origin_config"] = Node([Node({}, node.place)], node.place)
    if first is not None and first.value is not None and not isinstance(first.value, dict | list):
        members["domain_name"] = Node(first.value, first.place, None, first.tag)
    options = node.get("argument1") if node.tag == "call" else None
    asked = (options.get("protocolPolicy") if options is not None else None) or node.get("protocolPolicy")
    policy = _PLAIN.get(str(asked.value), "https-only") if asked is not None else "https-only"
    members["custom_origin_config"] = Node([Node({"origin_protocol_policy": Node(policy, node.place)}, node.place)], node.place)
    return Node(members, node.place)

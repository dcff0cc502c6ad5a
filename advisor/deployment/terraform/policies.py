"""A behaviour of a CloudFront distribution -> which of the viewer's headers it sends on to the origin, as far as files show it.

With a cache policy nothing goes on but what it and the origin request policy name; the older ``forwarded_values`` withholds
no header of a handshake (AWS, "Control origin requests with a policy").
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.deployment.terraform.attributes import blocks, computed, given, shown
from advisor.deployment.terraform.estate import Estate, Resource
from advisor.formats.document import Node
from advisor.model import Passes

_ALL_BUT = {
    "216adef6-5c7f-47e4-b989-5492eafa07d3": ("AllViewer", ()),
    "33f36d7e-f396-46d9-90e0-52428a34d9dc": ("AllViewerAndCloudFrontHeaders-2022-06", ()),
    "b689b0a8-53d0-40ab-baf2-68738e2966ac": ("AllViewerExceptHostHeader", ("host",)),
}
_NAMED = {
    "59781a5b-3903-41f3-afcb-af62929ccde1": ("CORS-CustomOrigin", ("origin",)),
    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf": ("CORS-S3Origin", ("origin",)),
    "acba4595-bd28-49b8-b9fe-13317c0390fa": ("UserAgentRefererHeaders", ("referer",)),
    "bf0718e1-ba1e-49d1-88b1-f726733018ae": ("HostHeaderOnly", ("host",)),
}
_NO_HEADERS = frozenset(
    {
        "658327ea-f89d-4fab-a63d-7e88639e58f6",
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
        "Managed-CachingOptimized",
        "Managed-CachingDisabled",
        "Managed-CachingOptimizedForUncompressedObjects",
    }
)
"""The vendor's cache policies that put no header of a handshake into the key."""
_REQUESTS, _CACHES = "aws_cloudfront_origin_request_policy", "aws_cloudfront_cache_policy"


def passes(estate: Estate, distribution: Resource, behaviour: Node) -> Passes | None:
    """What the behaviour hands on; ``None`` where a file does not show it."""
    asked, cached = given(behaviour, "origin_request_policy_id"), given(behaviour, "cache_policy_id")
    if cached is None:
        return _legacy(behaviour) if asked is None else None
    in_key = _in_key(estate, distribution, cached)
    if in_key is None:
        return None
    if asked is None:
        why = "the behaviour has a cache policy and no origin request policy"
        return Passes(in_key, behaviour.place, why)
    found = _policy(estate, distribution, asked)
    if found is None or found.all_but:
        return found
    return Passes(tuple(dict.fromkeys((*found.names, *in_key))), found.place, found.why)


def _legacy(behaviour: Node) -> Passes | None:
    """``forwarded_values``: cookies are its own matter."""
    for block in blocks(behaviour, "forwarded_values"):
        for cookies in blocks(block, "cookies"):
            if _literal(given(cookies, "forward")) == "none":
                return Passes(("cookie",), cookies.place, "forwarded_values forwards no cookies", all_but=True)
    return None


def _policy(estate: Estate, distribution: Resource, node: Node) -> Passes | None:
    """The origin request policy that a behaviour names: the vendor's by id or by name, or one of the tree."""
    identifier = _literal(node)
    if identifier is None:
        for reference in estate.refer(distribution, node):
            if reference.resource.kind == _REQUESTS:
                policy = reference.resource
                name = _literal(given(policy.body, "name")) or ""
                identifier = name.removeprefix("Managed-") if policy.data else None
                if not policy.data:
                    return _own(policy)
    for known, all_but in ((_ALL_BUT, True), (_NAMED, False)):
        for number, (name, names) in known.items():
            if identifier in (number, name):
                return Passes(names, node.place, f"its origin request policy is {name}", all_but=all_but)
    return None


def _own(policy: Resource) -> Passes | None:
    """A policy that the tree defines."""
    header = next(iter(blocks(policy.body, "headers_config")), None)
    behaviour = _literal(given(header, "header_behavior"))
    cookies = next((_literal(given(one, "cookie_behavior")) for one in blocks(policy.body, "cookies_config")), None)
    listed = tuple(_items(header))
    why = f"its origin request policy {policy.name} says {behaviour}"
    place = header.place if header is not None else policy.place
    if behaviour in ("allViewer", "allViewerAndWhitelistCloudFront"):
        return Passes(("cookie",) if cookies == "none" else (), place, why, all_but=True)
    if behaviour == "allExcept" and listed:
        return Passes((*listed, *(("cookie",) if cookies == "none" else ())), place, why, all_but=True)
    if behaviour == "none" or (behaviour == "whitelist" and listed):
        return Passes((*listed, *(() if cookies == "none" else ("cookie",))), place, why)
    return None


def _in_key(estate: Estate, distribution: Resource, node: Node) -> tuple[str, ...] | None:
    """Headers that a cache policy puts into the key, which go on to the origin too; ``None`` where it is not shown."""
    identifier = _literal(node)
    if identifier is not None:
        return () if identifier in _NO_HEADERS else None
    policy = next((each.resource for each in estate.refer(distribution, node) if each.resource.kind == _CACHES), None)
    if policy is None:
        return None
    if policy.data:
        return () if _literal(given(policy.body, "name")) in _NO_HEADERS else None
    found: list[str] = []
    for parameters in blocks(policy.body, "parameters_in_cache_key_and_forwarded_to_origin"):
        for header in blocks(parameters, "headers_config"):
            names = tuple(_items(header))
            if _literal(given(header, "header_behavior")) == "whitelist" and not names:
                return None
            found += names
        if any(_literal(given(one, "cookie_behavior")) != "none" for one in blocks(parameters, "cookies_config")):
            found.append("cookie")
    return tuple(found)


def _items(config: Node | None) -> Iterator[str]:
    """The names in ``headers { items = [...] }``, in lower case; nothing where one of them is computed."""
    nodes = [node for block in blocks(config, "headers") for node in _each(given(block, "items"))]
    names = [_literal(node) for node in nodes]
    if None not in names:
        yield from (name.lower() for name in names if name is not None)


def _each(node: Node | None) -> Iterator[Node]:
    return node.each() if node is not None and node.tag != "expression" else iter(())


def _literal(node: Node | None) -> str | None:
    """The node's text, unless it is computed or must not be shown."""
    return None if computed(node) else shown(node)

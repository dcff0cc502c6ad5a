"""Hops of one root -> the same with the scheme in which an edge speaks to the balancer behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

from advisor.model import Hop, Target

_EDGES = frozenset({"cloudflare", "aws-cloudfront"})
_PLAIN = frozenset({"off", "flexible"})
_SECURE = frozenset({"full", "strict", "origin_pull"})


def fitted(hops: Iterable[Hop]) -> list[Hop]:
    """Edges that may speak http or https to their origin, with the one that they use, as far as the files show it."""
    listed = list(hops)
    by_name = {name: hop for hop in listed for name in hop.names}
    return [_fitted(hop, by_name) if hop.platform in _EDGES else hop for hop in listed]


def _fitted(hop: Hop, by_name: Mapping[str, Hop]) -> Hop:
    return replace(hop, targets=tuple(_target(hop, target, by_name.get(target.name)) for target in hop.targets))


def _target(hop: Hop, target: Target, behind: Hop | None) -> Target:
    """Cloudflare's encryption mode decides; where it is not shown, the origin's TLS listener is taken to be used."""
    schemes = {listen.scheme for listen in behind.listens} if behind is not None else set()
    mode = hop.setting("cloudflare_zone_setting.ssl")
    scheme: Literal["http", "https", "h2", "grpc", "tcp"] = target.scheme
    if hop.platform == "cloudflare":
        if mode is not None and mode.amount in _PLAIN:
            scheme = "http"
        elif (mode is not None and mode.amount in _SECURE) or "https" in schemes:
            scheme = "https"
    elif schemes and target.scheme not in schemes and schemes <= {"http", "https"}:
        scheme = "https" if "https" in schemes else "http"
    return replace(target, scheme=scheme)

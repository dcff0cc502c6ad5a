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
    """Edges that may speak http or https to their origin, with the one that they use, as far as the files show it.

    Cloudflare in front of an origin that is not shown is left out where it also stands in front of one that is: most zones
    hold records of other sites as well.
    """
    listed = list(hops)
    by_name = {name: hop for hop in listed for name in hop.names if hop.platform != "cloudflare"}
    shown = any(hop.platform == "cloudflare" and _leads(hop, by_name) for hop in listed)
    kept = [hop for hop in listed if not shown or hop.platform != "cloudflare" or _leads(hop, by_name)]
    return [_fitted(hop, by_name) if hop.platform in _EDGES else hop for hop in kept]


def _leads(hop: Hop, by_name: Mapping[str, Hop]) -> bool:
    return any(target.name in by_name for target in hop.targets)


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

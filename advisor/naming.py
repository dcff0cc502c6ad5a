"""A deployment -> the same with names people know: the platform's own, and the file's name beside it where there are several."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from advisor.knowledge import Knowledge
from advisor.model import Deployment, Hop


def named(deployment: Deployment, knowledge: Knowledge) -> Deployment:
    """Names hops after their platform's profile; ``aws_lb.app`` and ``proxy`` stay in brackets where they tell two apart."""
    scopes = Counter((hop.platform, hop.scope, hop.environment) for hop in deployment.hops)

    def name(hop: Hop) -> Hop:
        if hop.platform not in knowledge.platforms():
            return hop
        known = knowledge.platform(hop.platform).name
        own = hop.name if hop.name.lower() not in (hop.platform, known.lower()) else ""
        alone = scopes[hop.platform, hop.scope, hop.environment] == 1
        return replace(hop, name=known if alone or not own else f"{known} ({own})")

    return replace(deployment, hops=tuple(name(hop) for hop in deployment.hops))

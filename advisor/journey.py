"""One virtual handshake, followed from hop to hop until something answers it or an app receives it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from advisor.attempts import Attempt
from advisor.hops import Ways
from advisor.model import Answer, Certainty, Depends, Forward, Hop, Invalid, Request, Step, onward
from advisor.topology import Running

_MOST_HOPS = 12


@dataclass(slots=True)
class Walked:
    """One attempt, walked: the steps, and what it reached (``None``: nothing that the tree shows)."""

    attempt: Attempt
    steps: list[Step] = field(default_factory=list)
    landed: Running | None = None
    arrived: Request | None = None
    because: list[str] = field(default_factory=list)
    certainty: Certainty = "explicit"
    open: Depends | None = None
    open_at: Hop | None = None


def follow(entry: Hop, attempt: Attempt, ways: Ways) -> Walked:
    """Sends one attempt into a hop; hops that are assumed or that come along with another one are passed on the way."""
    walked = Walked(attempt)
    request = _pass(walked, ways.in_front(entry), attempt.request, ways)
    request = ways.arriving(entry, attempt.request, request) if request is not None else None
    hop = entry
    while request is not None and len(walked.steps) < _MOST_HOPS:
        hop = ways.taking(hop, request)
        outcome = ways.outcome(hop, request)
        forward = _take(walked, Step(hop, request, outcome))
        joined = ways.next(hop, forward) if forward is not None else None
        if forward is None or joined is None:
            return walked
        walked.because.append(joined.because)
        walked.certainty = weaker(walked.certainty, joined.certainty)
        shown = joined.node.platform if isinstance(joined.node, Hop) else None
        brought = [each for each in ways.behind(hop) if each.platform != shown]
        request = _pass(walked, brought, forward.request, ways)
        if isinstance(joined.node, Running):
            walked.landed, walked.arrived = (joined.node, request) if request is not None else (None, None)
            return walked
        hop = joined.node
        passed = _pass(walked, ways.in_front(hop, [step.hop for step in walked.steps]), request, ways) if request else None
        request = ways.arriving(hop, request, passed) if request and passed else None
    return walked


def directly(landed: Running, attempt: Attempt, hops: Iterable[Hop], ways: Ways) -> Walked:
    """An attempt that reaches an app with nothing in front but hops that are assumed."""
    walked = Walked(attempt, certainty="weak")
    request = _pass(walked, hops, attempt.request, ways)
    walked.landed, walked.arrived = (landed, request) if request is not None else (None, None)
    return walked


def _pass(walked: Walked, hops: Iterable[Hop], request: Request, ways: Ways) -> Request | None:
    """Lets the request through hops that hand on to whatever is behind them; ``None`` where one of them answers it."""
    for hop in hops:
        forward = _take(walked, Step(hop, request, ways.outcome(hop, request)))
        if forward is None:
            return None
        walked.because.append(hop.because)
        request = forward.request
    return request


def _take(walked: Walked, step: Step) -> Forward | None:
    walked.steps.append(step)
    outcome = step.outcome
    if isinstance(outcome, Depends):
        walked.open, walked.open_at = walked.open or outcome, walked.open_at or step.hop
        return branch if isinstance(branch := best(outcome), Forward) else None
    return outcome if isinstance(outcome, Forward) else None


def best(outcome: Depends) -> Forward | Answer | Invalid:
    """The branch that goes on, a working one first; what is told of the others is the rules' business."""
    return onward(outcome) or next((branch for _, branch in outcome.branches), Answer(None, outcome.on))


def weaker(one: Certainty, other: Certainty) -> Certainty:
    order: tuple[Certainty, ...] = ("explicit", "strong", "weak")
    return max(one, other, key=order.index)

"""One run per answer to what the files do not show -> one outcome, or all of them with their conditions.

A run asks ``Choices`` whenever the program's answer hangs on something unseen (its version, the client's address, an auth
service). The run is repeated for every answer, so the code of a run never has to carry two states at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from advisor.model import Answer, Depends, Forward, Invalid, Outcome

_MOST = 12
"""Branches told at most; a reader cannot use more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of one run and the answer it went on with."""

    key: str
    on: str
    answer: str
    options: int
    index: int
    assume: str | None = None


@dataclass(slots=True)
class Choices:
    """The answers of one run. Without a given one the first option is taken."""

    given: tuple[int, ...] = ()
    asked: list[Asked] = field(default_factory=list)

    def ask(self, key: str, on: str, options: tuple[str, ...], assume: str | None = None) -> int:
        """The index of the option this run goes on with; the same key gets the same answer again."""
        for known in self.asked:
            if known.key == key:
                return known.index
        index = self.given[len(self.asked)] if len(self.asked) < len(self.given) else 0
        self.asked.append(Asked(key, on, options[index], len(options), index, assume))
        return index


def explore(run: Callable[[Choices], Outcome]) -> Outcome:
    """Runs once per combination of answers. Questions whose answer changes nothing are not told."""
    pending: list[tuple[int, ...]] = [()]
    leaves: list[tuple[list[Asked], Outcome]] = []
    while pending and len(leaves) < _MOST:
        choices = Choices(pending.pop())
        leaves.append((choices.asked, run(choices)))
        taken = tuple(asked.index for asked in choices.asked)
        for position in range(len(taken) - 1, len(choices.given) - 1, -1):
            pending.extend((*taken[:position], other) for other in range(choices.asked[position].options - 1, 0, -1))
    return _together(leaves)


def _together(leaves: list[tuple[list[Asked], Outcome]]) -> Outcome:
    first = leaves[0][1]
    if all(_told(leaf) == _told(first) for _, leaf in leaves):
        return first
    asked = {question.key: question for questions, _ in leaves for question in questions}
    needed = [key for key in asked if not _idle(key, leaves)]
    branches: list[tuple[str, Forward | Answer | Invalid]] = []
    for questions, leaf in leaves:
        label = " and ".join(question.answer for question in questions if question.key in needed)
        if not isinstance(leaf, Depends) and all(known != label for known, _ in branches):
            branches.append((label, leaf))
    unknowable = [leaf.on for _, leaf in leaves if isinstance(leaf, Depends)]
    on = "; ".join(dict.fromkeys([asked[key].on for key in needed] + unknowable))
    assume = asked[needed[0]].assume if len(needed) == 1 else None
    return Depends(on, tuple(branches), first.moves, assume)


def _told(outcome: Outcome) -> Outcome:
    """The outcome without the steps that led to it."""
    return replace(outcome, moves=())


def _idle(key: str, leaves: list[tuple[list[Asked], Outcome]]) -> bool:
    """True where no two runs that differ only in this answer end differently."""
    seen: dict[frozenset[tuple[str, int]], Outcome] = {}
    for questions, leaf in leaves:
        if all(question.key != key for question in questions):
            continue
        others = frozenset((question.key, question.index) for question in questions if question.key != key)
        outcome = _told(leaf)
        if seen.setdefault(others, outcome) != outcome:
            return False
        if sum(1 for asked, _ in leaves if {(q.key, q.index) for q in asked if q.key != key} == others) < 2:
            return False
    return True

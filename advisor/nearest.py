"""A name that is not known -> the known name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_ALIKE = str.maketrans("oli", "011")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like ``name``, ignoring case and signs that look alike; ``None`` where nothing is alike."""
    by_folded = {_folded(each): each for each in known}
    wanted = _folded(name.strip())
    close = get_close_matches(wanted, by_folded, n=1, cutoff=0.6)
    if close:
        return by_folded[close[0]]
    holding = sorted((each for each in by_folded if len(wanted) > 2 and (wanted in each or each in wanted)), key=len)
    return by_folded[holding[0]] if holding else None


def _folded(name: str) -> str:
    return name.lower().translate(_ALIKE)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`` Did you mean "nginx"?`` with a space in front, or nothing."""
    meant = nearest(name, known)
    return f" Did you mean {meant!r}?" if meant is not None else ""


def one_of(names: Sequence[str]) -> str:
    """``text, json or markdown``."""
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else "".join(names)

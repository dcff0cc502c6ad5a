"""Sources and the day of confirmation -> how far a statement can be trusted, and whether it is due to be checked again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from advisor.knowledge.statements import Confidence, Confirmed, Source

_LEVELS: tuple[Confidence, ...] = ("measured", "documented", "reported", "doubtful")
_FIRST_HAND = frozenset({"vendor_docs", "vendor_changelog", "source_code"})
_OLD_REPORT = timedelta(days=5 * 365)


def confidence(sources: Sequence[Source], confirmed: Confirmed, at: date, recheck_days: int) -> Confidence:
    """Measured, said by the vendor, or reported by others; a stale one counts a step less, as does a report gone old."""
    level = _level(sources, confirmed)
    if is_stale(confirmed, at, recheck_days) or (level == 2 and _is_old(sources, at)):
        level += 1
    return _LEVELS[min(level, len(_LEVELS) - 1)]


def is_stale(confirmed: Confirmed, at: date, recheck_days: int) -> bool:
    """True where nobody confirmed it for longer than its budget allows."""
    return at - confirmed.on > timedelta(days=recheck_days)


def _level(sources: Sequence[Source], confirmed: Confirmed) -> int:
    kinds = {source.kind for source in sources}
    if confirmed.how == "measured" or "measurement" in kinds:
        return 0
    return 1 if kinds & _FIRST_HAND else 2


def _is_old(sources: Sequence[Source], at: date) -> bool:
    """True where what people reported is years old by the pages' own dates."""
    dates = [source.page_date for source in sources]
    return bool(dates) and all(day is not None and at - day > _OLD_REPORT for day in dates)

"""A symptom and a signature -> how well they fit, or not at all."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.symptoms.symptom import Signature, Symptom, signs

_LOG, _SIGN, _AFTER, _CODE, _VAGUE = 10.0, 5.0, 5.0, 4.0, 1.0
_SAYS_LITTLE = frozenset({1005, 1006})
"""Codes that a browser makes up itself: no close frame, or one without a code (RFC 6455 section 7.4.1)."""
_CROWD = 0.1
"""How much less a feature weighs for each further value that would do."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well: the higher, the more of the symptom is explained, and the fewer other things it could be."""

    score: float
    by: tuple[str, ...]
    """The features that agree, in words."""


def fits(symptom: Symptom, signature: Signature) -> Fit | None:
    """``None`` where nothing agrees or something disagrees."""
    if signature.phase is not None and symptom.phase is not None and signature.phase != symptom.phase:
        return None
    if not set(signature.signs) <= symptom.signs:
        return None
    parts = [(_SIGN, signs()[name]) for name in signature.signs]
    found = [_words(symptom, signature), _log_code(symptom, signature)]
    if any(each is not None for each in found):
        parts += [each for each in found if each is not None]
    elif signature.log_code or (signature.log_words and not (signature.status or signature.close_code or signature.after_s)):
        return None
    for wanted, seen, name in (
        (signature.status, symptom.statuses, "status"),
        (signature.close_code, symptom.close_codes, "close code"),
    ):
        common = [each for each in seen if each in wanted]
        if not symptom.log_codes or signature.log_code:
            if wanted and seen and not common:
                return None
            parts += [(_weight(common, wanted), f"{name} {common[0]}")] if common else []
    if signature.after_s and symptom.after_s is not None and (not symptom.log_codes or signature.log_code):
        if not any(symptom.about(seconds) for seconds in signature.after_s):
            return None
        parts.append((_AFTER, f"after {symptom.after_s:g} s"))
    return Fit(sum(score for score, _ in parts) * signature.weight, tuple(told for _, told in parts)) if parts else None


def _words(symptom: Symptom, signature: Signature) -> tuple[float, str] | None:
    lowered = symptom.text.lower()
    word = next((word for word in signature.log_words if word.lower() in lowered), None)
    return (_LOG, f"“{word}”") if word is not None else None


def _log_code(symptom: Symptom, signature: Signature) -> tuple[float, str] | None:
    code = next((code for code in symptom.log_codes if code in signature.log_code), None)
    return (_LOG, code) if code is not None else None


def _weight(common: list[int], wanted: tuple[int, ...]) -> float:
    """Less for codes that say little, and where any of many would do."""
    return _VAGUE if set(common) <= _SAYS_LITTLE else _CODE * (1 - _CROWD * min(len(wanted) - 1, 5))

"""A value fits the type, options and unit of its dimension, lies between its least and most, and a clock says what resets it."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.knowledge.checks.problem import Data, Problem, Raw

_SPECIAL = frozenset({"unknown", "unpublished", "none", "unsupported"})
_NUMBERS = frozenset({"duration", "bytes", "count", "rate"})


def check(data: Data) -> Iterator[Problem]:
    for key, dimension in data.dimensions.items():
        if (dimension["type"] == "enum") is not bool(dimension.get("options")):
            yield Problem("dimensions.yaml", f"{key}: an enum names its options, and nothing else does")
        if dimension["type"] in _NUMBERS and not dimension.get("unit"):
            yield Problem("dimensions.yaml", f"{key}: a number needs a unit")
        if (dimension["type"] == "duration") is not bool(dimension.get("clock")):
            yield Problem("dimensions.yaml", f"{key}: a duration names the kind of clock it is, and nothing else does")
        ranked = [option for group in dimension.get("best_first", ()) for option in group]
        if ranked and sorted(ranked) != sorted(dimension.get("options", ())):
            yield Problem("dimensions.yaml", f"{key}: best_first ranks every option once, and nothing else")
    for file, dimension, fact, statement in data.statements():
        for message in _wrong(dimension, statement):
            yield Problem(file, f"{fact['dimension']}: {message}")


def _wrong(dimension: Raw, statement: Raw) -> Iterator[str]:
    value, kind = statement["value"], dimension["type"]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    special = isinstance(value, str) and value in _SPECIAL and value not in dimension.get("options", ())
    if not special and not _fits(value, kind, dimension, is_number):
        yield f"{value!r} is no value of type {kind}" + (f" ({', '.join(dimension['options'])})" if kind == "enum" else "")
    least, most = statement.get("min"), statement.get("max")
    if (least is not None or most is not None) and not is_number:
        yield "min and max belong to a number"
    elif is_number and not (least if least is not None else value) <= value <= (most if most is not None else value):
        yield f"{value} does not lie between its min and max"
    if dimension.get("clock") == "idle" and is_number and not statement.get("reset_by"):
        yield "an idle timeout says what resets it"
    if statement.get("reset_by") and dimension.get("clock") != "idle":
        yield "reset_by belongs to an idle clock"
    foreign = set(statement.get("can_be", ())) - set(dimension.get("options", ()))
    if foreign:
        yield f"can_be names something that is no option: {', '.join(sorted(foreign))}"


def _fits(value: object, kind: str, dimension: Raw, is_number: bool) -> bool:
    if kind in _NUMBERS:
        return is_number and value >= 0  # type: ignore[operator]
    if kind == "enum":
        return value in dimension["options"]
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "names":
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    if kind == "ports":
        return value == "any" or (isinstance(value, list) and all(_is_port(each) for each in value))
    if kind == "port":
        return value in ("any", "$PORT") or _is_port(value)
    return isinstance(value, str)


def _is_port(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 65536

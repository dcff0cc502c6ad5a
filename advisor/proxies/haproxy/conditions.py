"""A condition and a request -> whether it holds; where that hangs on something not shown, it is asked."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from advisor.model import Place
from advisor.proxies import patterns
from advisor.proxies.haproxy.exchange import Exchange
from advisor.proxies.haproxy.grammar import ACL_SUFFIXES, PREDEFINED, Criterion, Term, condition, expression_parts
from advisor.proxies.haproxy.load import Proxy
from advisor.proxies.haproxy.samples import Sample, sample

_COMPARISONS = ("eq", "ge", "gt", "le", "lt")
_DELIMITERS = {"dir": "/?", "dom": "/?.:"}


def holds(exchange: Exchange, proxy: Proxy, words: Sequence[str], place: Place) -> bool:
    """Whether the condition ``words`` of a rule in ``proxy`` holds. Without words it does."""
    if not words:
        return True
    parsed = condition(words, place)
    if parsed.fault is not None or not parsed.groups:
        return not parsed.negated
    named = proxy.acls
    results = [[_known(exchange, named, term) for term in group] for group in parsed.groups]
    for group, known in zip(parsed.groups, results, strict=True):
        if False in known:
            continue
        if all(value if value is not None else _ask(exchange, named, term) for term, value in zip(group, known, strict=True)):
            return not parsed.negated
    return parsed.negated


def _known(exchange: Exchange, named: dict[str, list[Criterion]], term: Term) -> bool | None:
    results = [_matches(exchange, criterion) for criterion in _criteria(named, term)]
    found = True if True in results else None if None in results else False
    return found if found is None else found is not term.negated


def _criteria(named: dict[str, list[Criterion]], term: Term) -> list[Criterion]:
    if term.criterion is not None:
        return [term.criterion]
    name = term.name or ""
    if name in named:
        return named[name]
    return [Criterion(tuple(PREDEFINED[name].split()), Place(""))] if name in PREDEFINED else []


def _ask(exchange: Exchange, named: dict[str, list[Criterion]], term: Term) -> bool:
    """The answer of this run to a test that the files cannot settle."""
    criteria = [each for each in _criteria(named, term) if _matches(exchange, each) is None]
    text = " or ".join(dict.fromkeys(each.text for each in criteria)) or str(term.name)
    place = criteria[0].place if criteria else None
    where = f" ({place})" if place is not None and place.file else ""
    said = (f"{text} is false", f"{text} is true")
    return (exchange.choices.ask(f"acl {text}", f"whether {text} holds{where}", said) == 1) is not term.negated


def _matches(exchange: Exchange, criterion: Criterion) -> bool | None:
    """Whether one criterion holds; ``None`` where that is not known."""
    if not criterion.words:
        return False
    expression, *rest = criterion.words
    (name, _), converters = expression_parts(expression)
    method = ACL_SUFFIXES[name][1] if name in ACL_SUFFIXES and not converters else ""
    flags, wanted = _flags(rest)
    method = flags.get("-m", method)
    found = sample(exchange, expression)
    if "-f" in flags and (listed := _listed(exchange, flags["-f"])) is not None:
        wanted += listed
    elif "-f" in flags:
        return None
    if found.kind == "ip":
        return True if any(each in ("0.0.0.0/0", "::/0") for each in wanted) else None
    if found.values is None:
        return None
    if method == "found":
        return bool(found.values)
    return _compare(found, method, tuple(wanted), "-i" in flags)


def _flags(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Flags with what follows them, and the patterns."""
    flags: dict[str, str] = {}
    rest = list(words)
    while rest and re.fullmatch(r"-[a-zA-Z-]", rest[0]):
        flag = rest.pop(0)
        if flag == "--":
            break
        flags[flag] = rest.pop(0) if flag in ("-m", "-f", "-u") and rest else ""
    return flags, rest


def _listed(exchange: Exchange, path: str) -> list[str] | None:
    text = exchange.config.read(path)
    if text is None:
        return None
    rows = (row.strip() for row in text.splitlines())
    return [row for row in rows if row and not row.startswith("#")]


def _compare(found: Sample, method: str, wanted: tuple[str, ...], ignore_case: bool) -> bool | None:
    values = found.values or ()
    if method == "bool" or (found.kind == "bool" and not method):
        truth = any(value not in ("", "0", "false") for value in values)
        return truth if not wanted else any((each.lower() in ("1", "true", "yes", "on")) is truth for each in wanted)
    if method == "len":
        return any(_number_fits(str(len(value)), wanted) for value in values)
    if method == "int" or (found.kind == "int" and method in ("", "int")):
        return any(_number_fits(value, wanted) for value in values)
    if method == "ip":
        return any(_address_fits(value, wanted) for value in values)
    if method == "reg":
        return _pattern_fits(values, wanted, ignore_case)
    if method not in ("", "str", "beg", "end", "sub", *_DELIMITERS):
        return None
    return any(
        _text_fits(*((value.lower(), each.lower()) if ignore_case else (value, each)), method or "str")
        for value in values
        for each in wanted
    )


def _text_fits(value: str, wanted: str, method: str) -> bool:
    if method == "beg":
        return value.startswith(wanted)
    if method == "end":
        return value.endswith(wanted)
    if method == "sub":
        return wanted in value
    if method in _DELIMITERS:
        signs = _DELIMITERS[method]
        inner = wanted.strip(signs)
        edge = f"[{re.escape(signs)}]"
        return re.search(f"(?:^|{edge}){re.escape(inner)}(?:$|{edge})", value) is not None if inner else False
    return value == wanted


def _pattern_fits(values: Sequence[str], wanted: Sequence[str], ignore_case: bool) -> bool | None:
    undecided = False
    for value in values:
        for pattern in wanted:
            try:
                if patterns.match(pattern, value, ignore_case):
                    return True
            except patterns.Undecided:
                undecided = True
    return None if undecided else False


def _number_fits(value: str, wanted: Sequence[str]) -> bool:
    """``gt 2``, ``5``, ``5:10`` against a whole number."""
    try:
        number = int(value)
    except ValueError:
        return False
    comparison = "eq"
    for word in wanted:
        if word in _COMPARISONS:
            comparison = word
            continue
        low, sign, high = word.partition(":")
        try:
            least, most = int(low or number), int(high or number) if sign else int(low)
        except ValueError:
            continue
        fits = {
            "eq": least <= number <= most,
            "ge": number >= least,
            "gt": number > least,
            "le": number <= most,
            "lt": number < most,
        }[comparison]
        if fits:
            return True
    return False


def _address_fits(value: str, wanted: Sequence[str]) -> bool:
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    for word in wanted:
        try:
            if address in ipaddress.ip_network(word, strict=False):
                return True
        except ValueError:
            continue
    return False

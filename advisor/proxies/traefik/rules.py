"""A router's rule and a request -> whether it takes the request, in the syntax of version 2 or 3.

Source: https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import parse_qsl

from advisor.model import Request, spelled
from advisor.proxies.patterns import Undecided, match

_TOKEN = re.compile(r"\s*(?:(&&|\|\||!|\(|\)|,)|([A-Za-z]+)|`([^`]*)`|\"((?:[^\"\\]|\\.)*)\")")
_OPEN = re.compile(r"\$\{|\$[A-Z]|\{\{")
"""A variable that something fills in before Traefik reads the rule: whoever asks, asks for what it holds."""
_DEEPEST = 40
_ANY = Request()
"""What is sent where no file names a host."""
_MADE_UP = "example.com"
Asks = Callable[[str], bool]
Matcher = Callable[[Request, Asks], bool]


class BrokenRule(Exception):
    """Traefik does not take the rule; its router is left out."""


_ARITY_3 = {
    "host": (1, 1), "hostregexp": (1, 1), "path": (1, 1), "pathprefix": (1, 1), "pathregexp": (1, 1), "header": (2, 2),
    "headerregexp": (2, 2), "query": (1, 2), "queryregexp": (1, 2), "method": (1, 1), "clientip": (1, 1),
}  # fmt: skip
_ARITY_2 = {
    "host": (1, 99), "hostheader": (1, 99), "hostregexp": (1, 99), "path": (1, 99), "pathprefix": (1, 99), "headers": (2, 2),
    "headersregexp": (2, 2), "query": (1, 99), "method": (1, 99), "clientip": (1, 99),
}  # fmt: skip


@lru_cache(maxsize=50_000)
def parsed(rule: str, syntax: str) -> Matcher | None:
    """The rule as a function of a request; ``None`` where Traefik does not take it."""
    try:
        return parse(rule, syntax)
    except (BrokenRule, RecursionError):
        return None


_ONE = r"[!(\s]*(?:Host|PathPrefix|Path)\(`[\w./-]+`\)[)\s]*"
_PLAIN = re.compile(rf"{_ONE}(?:(?:&&|\|\|){_ONE})*")


@lru_cache(maxsize=50_000)
def alike(rule: str) -> bool:
    """True for a rule that both syntaxes read in one way: hosts and paths without a pattern, one each."""
    return _PLAIN.fullmatch(rule) is not None and parsed(rule, "v3") is not None


def parse(rule: str, syntax: str) -> Matcher:
    """The rule as a function of a request. Raises :class:`BrokenRule`."""
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(rule) and rule[at:].strip():
        found = _TOKEN.match(rule, at)
        if found is None:
            raise BrokenRule(rule)
        kind = next(index for index in (1, 2, 3, 4) if found[index] is not None)
        tokens.append((("sign", "name", "text", "text")[kind - 1], found[kind]))
        at = found.end()
    parser = _Parser(tokens, syntax)
    matcher = parser.either(0)
    if parser.at != len(tokens):
        raise BrokenRule(rule)
    return matcher


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], syntax: str) -> None:
        self.tokens, self.syntax, self.at = tokens, syntax, 0

    def _next(self, sign: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] == ("sign", sign):
            self.at += 1
            return True
        return False

    def either(self, depth: int) -> Matcher:
        options = [self._both(depth)]
        while self._next("||"):
            options.append(self._both(depth))
        return lambda request, asks: any(option(request, asks) for option in options)

    def _both(self, depth: int) -> Matcher:
        parts = [self._single(depth)]
        while self._next("&&"):
            parts.append(self._single(depth))
        return lambda request, asks: all(part(request, asks) for part in parts)

    def _single(self, depth: int) -> Matcher:
        if depth > _DEEPEST:
            raise BrokenRule("nested too deeply")
        if self._next("!"):
            inner = self._single(depth + 1)
            return lambda request, asks: not inner(request, asks)
        if self._next("("):
            inner = self.either(depth + 1)
            if not self._next(")"):
                raise BrokenRule("a parenthesis is not closed")
            return inner
        if self.at >= len(self.tokens) or self.tokens[self.at][0] != "name":
            raise BrokenRule("a matcher is expected")
        name = self.tokens[self.at][1].lower()
        self.at += 1
        return _matcher(name, self._arguments(), self.syntax)

    def _arguments(self) -> list[str]:
        if not self._next("("):
            raise BrokenRule("a parenthesis is expected")
        found: list[str] = []
        while self.at < len(self.tokens) and self.tokens[self.at][0] == "text":
            found.append(self.tokens[self.at][1])
            self.at += 1
            if not self._next(","):
                break
        if not self._next(")"):
            raise BrokenRule("a parenthesis is not closed")
        return found


def _matcher(name: str, values: list[str], syntax: str) -> Matcher:
    least, most = (_ARITY_2 if syntax == "v2" else _ARITY_3).get(name, (1, 0))
    if not least <= len(values) <= most:
        raise BrokenRule(f"{name} takes other values")
    if name in ("path", "pathprefix") and syntax != "v2" and not values[0].startswith("/"):
        raise BrokenRule(f"{name} takes a path")
    if name == "hostregexp" and syntax != "v2" and values[0].startswith("{"):
        raise BrokenRule("HostRegexp takes a plain pattern")
    return lambda request, asks: _fits(name, values, syntax, request, asks)


def _fits(name: str, values: list[str], syntax: str, request: Request, asks: Asks) -> bool:
    old = syntax == "v2"
    if any(_OPEN.search(value) for value in values) and name.startswith(("host", "path")):
        return name not in ("host", "hostheader") or any(_may_be(value, host_of(request)) for value in values)
    if name in ("host", "hostheader"):
        return host_of(request) in {value.lower().removesuffix(".") for value in values}
    if name == "hostregexp":
        return any(_search(_mux(value, r"[^.]+", whole=True) if old else value, host_of(request)) for value in values)
    if name in ("path", "pathprefix"):
        return any(_path_fits(name, value, old, request.path) for value in values)
    if name == "pathregexp":
        return _search(values[0], request.path)
    if name in ("header", "headers"):
        return request.header(values[0]) == values[1]
    if name in ("headerregexp", "headersregexp"):
        value = request.header(values[0])
        return value is not None and _search(values[1], value)
    if name in ("query", "queryregexp"):
        return _query_fits(name, values, old, request)
    if name == "method":
        return request.method in {value.upper() for value in values}
    return asks(f"whether the client's address is in {', '.join(values)}")


def _may_be(value: str, host: str) -> bool:
    """Whether a host with variables may be the one asked for; one that was made up for such a host is that host alone."""
    if not _OPEN.search(value):
        return host == value.lower().removesuffix(".")
    if _OPEN.search(host):
        return host == value.lower()
    made_up = spelled(value)
    return host == made_up or not host.endswith(f".{_MADE_UP}") or (bool(_OPEN.search(made_up)) and host == _ANY.host)


def _path_fits(name: str, value: str, old: bool, path: str) -> bool:
    if old and "{" in value:
        return _search(_mux(value, "[^/]+", whole=name == "path"), path)
    return path == value if name == "path" else path.startswith(value)


def _query_fits(name: str, values: list[str], old: bool, request: Request) -> bool:
    given = parse_qsl(request.query, keep_blank_values=True)
    if old:
        pairs = [value.partition("=") for value in values]
        return all(any(key == wanted and value == found for wanted, found in given) for key, _, value in pairs)
    found = [value for key, value in given if key == values[0]]
    if len(values) == 1:
        return bool(found)
    return any(_search(values[1], value) if name == "queryregexp" else value == values[1] for value in found)


def _search(pattern: str, text: str) -> bool:
    try:
        return match(pattern, text) is not None
    except Undecided:
        return False


def _mux(template: str, usual: str, whole: bool) -> str:
    """``/{room:[a-z]+}`` as version 2 writes it -> a pattern."""
    pieces = re.split(r"\{([^{}:]*(?::[^{}]*(?:\{[^{}]*\}[^{}]*)*)?)\}", template)
    parts = [
        re.escape(piece) if not index % 2 else f"(?:{piece.partition(':')[2] or usual})" for index, piece in enumerate(pieces)
    ]
    return "^" + "".join(parts) + ("$" if whole else "")


def host_of(request: Request) -> str:
    """The host name as rules compare it: lower case, without a port."""
    authority = request.header("Host") or request.host
    bare, _, port = authority.rpartition(":")
    return (bare if port.isdigit() and bare else authority).lower().removesuffix(".")


def names_in(rule: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The literal hosts and paths that a rule asks for and does not rule out, for samples."""
    kept = re.sub(r"!\s*[A-Za-z]+\([^)]*\)", "", rule)
    hosts = [host for group in re.findall(r"\bHost\(([^)]*)\)", kept) for host in re.findall(r"[`\"]([^`\"]*)[`\"]", group)]
    paths = [
        path for group in re.findall(r"\bPath(?:Prefix)?\(([^)]*)\)", kept) for path in re.findall(r"[`\"]([^`\"]*)[`\"]", group)
    ]
    return tuple(hosts), tuple(path for path in paths if path.startswith("/"))

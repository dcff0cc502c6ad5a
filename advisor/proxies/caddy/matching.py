"""A route's tests and a request -> whether the route takes it; asked where no file shows the answer.

After ``modules/caddyhttp/matchers.go`` (Caddy 2.11).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import translate
from typing import Any

from advisor.model import Depends, Request, spelled
from advisor.proxies import patterns
from advisor.proxies.caddy.exchange import Exchange, Stop
from advisor.proxies.caddy.model import Route, Test

_ANY = Request()
"""What is sent where no file names a host."""
_MADE_UP = "example.com"


def takes(exchange: Exchange, route: Route) -> bool:
    """True where one of the route's sets holds as a whole."""
    return not route.sets or any(all(_holds(exchange, test) for test in tests) for tests in route.sets)


def _holds(exchange: Exchange, test: Test) -> bool:
    check = _TESTS.get(test.kind)
    return check(exchange, test) if check is not None else _asked(exchange, test)


def _asked(exchange: Exchange, test: Test) -> bool:
    shown = test.value if isinstance(test.value, str) else " ".join(map(str, test.value)) if isinstance(test.value, list) else ""
    what = f"{test.kind} at {test.place}"
    subject = "the client's address" if test.kind in ("remote_ip", "client_ip") else what
    yes = f"{subject} is on the list of {test.place}" if subject != what else f"{what} holds"
    no = f"{subject} is not on the list of {test.place}" if subject != what else f"{what} does not hold"
    on = f"{subject}, which {test.place} asks for" if subject != what else f"whether {what} holds ({shown[:80]})"
    return not exchange.choices.ask(f"test {test.place} {test.kind}", on, (yes, no))


def _path(exchange: Exchange, test: Test) -> bool:
    path = re.sub("/{2,}", "/", exchange.path.lower())
    return any(_holed(exchange, str(pattern), path) for pattern in test.value)


def _holed(exchange: Exchange, pattern: str, path: str) -> bool:
    """Whether a pattern takes a path; asked where a variable that no file shows stands in it, and taken for a no first."""
    if "{$" not in pattern:
        return _fits(exchange.fill(pattern).lower(), path)
    options = (f"{pattern} does not take {path}", f"{pattern} takes {path}")
    return bool(exchange.choices.ask(f"path {pattern}", f"whether {pattern} takes {path}", options))


def _fits(pattern: str, path: str) -> bool:
    if pattern == "*":
        return True
    if pattern.count("*") == 2 and pattern.startswith("*") and pattern.endswith("*"):
        return pattern[1:-1] in path
    if pattern.count("*") == 1 and pattern.startswith("*"):
        return path.endswith(pattern[1:])
    if pattern.count("*") == 1 and pattern.endswith("*"):
        return path.startswith(pattern[:-1])
    if "*" not in pattern and "?" not in pattern and "[" not in pattern:
        return path == pattern
    left, right = path.split("/"), pattern.split("/")
    return len(left) == len(right) and all(
        re.match(translate(sign), part) is not None for part, sign in zip(left, right, strict=True)
    )


def _host(exchange: Exchange, test: Test) -> bool:
    host = re.sub(r":\d+$", "", exchange.header("Host") or exchange.request.host).lower()
    return any(host_fits(str(pattern).lower(), host) for pattern in test.value)


def host_fits(pattern: str, host: str) -> bool:
    """``*.example.com`` takes one label in place of the star.

    A variable may hold what is asked for; a host that was made up for such a pattern is taken by that pattern alone.
    """
    if pattern in ("", "*"):
        return pattern == "" or "." not in host
    if "{" in pattern:
        pattern = spelled(pattern) if host.endswith(f".{_MADE_UP}") else ""
        if not pattern or "{" in pattern:
            return not pattern or host == _ANY.host
    left, right = host.split("."), pattern.split(".")
    return len(left) == len(right) and all(sign in ("*", part) for part, sign in zip(left, right, strict=True))


def _header(exchange: Exchange, test: Test) -> bool:
    return all(_field(exchange, name, wanted) for name, wanted in test.value.items())


def _field(exchange: Exchange, name: str, wanted: Any) -> bool:
    actual = [value for key, value in exchange.headers if key.lower() == name.lower()]
    if wanted is None:
        return not actual
    if not wanted:
        return bool(actual)
    return any(_value(value, exchange.fill(str(pattern))) for value in actual for pattern in wanted)


def _value(value: str, pattern: str) -> bool:
    if pattern == "*":
        return True
    if pattern.startswith("*") and pattern.endswith("*"):
        return pattern[1:-1] in value
    if pattern.startswith("*"):
        return value.endswith(pattern[1:])
    return value.startswith(pattern[:-1]) if pattern.endswith("*") else value == pattern


def _regexp(exchange: Exchange, test: Test) -> bool:
    field_name = test.value["field"]
    subject = exchange.path if test.kind == "path_regexp" else exchange.header(field_name)
    if subject is None:
        return False
    try:
        found = patterns.match(test.value["pattern"], subject)
    except patterns.Undecided:
        raise Stop(Depends(f"whether the pattern {test.value['pattern']} matches {subject}", ())) from None
    if found is None:
        return False
    for prefix in dict.fromkeys((test.value["name"], "")):
        head = f"{prefix}." if prefix else ""
        for number, group in enumerate(found.groups, 1):
            exchange.captures[f"{head}{number}"] = group
        for name, group in found.named:
            exchange.captures[f"{head}{name}"] = group
    return True


def _query(exchange: Exchange, test: Test) -> bool:
    given: dict[str, list[str]] = {}
    for pair in exchange.query.split("&"):
        key, _, value = pair.partition("=")
        given.setdefault(key, []).append(value)
    return all(
        key in given and any(value == "*" or value in given[key] for value in values) for key, values in test.value.items()
    )


def _protocol(exchange: Exchange, test: Test) -> bool:
    wanted = str(test.value[0]) if test.value else ""
    if wanted.startswith("http/"):
        number = float(wanted.removeprefix("http/").rstrip("+") or 1)
        actual = float(exchange.request.http_version)
        return actual >= number if wanted.endswith("+") else actual == number
    return wanted == exchange.scheme


def _not(exchange: Exchange, test: Test) -> bool:
    return not all(_holds(exchange, inner) for inner in test.value)


def _file(exchange: Exchange, test: Test) -> bool:
    """Whether a file is there: none is called like a socket's path."""
    tried = test.value.get("try_files", []) if isinstance(test.value, dict) else []
    return found_file(exchange, [str(each) for each in tried]) is not None


def found_file(exchange: Exchange, tried: list[str]) -> str | None:
    """The first file that is there; asked where the name is a page's, which may be."""
    for name in tried:
        path = exchange.fill(name)
        last = path.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
        if path.startswith("="):
            return path
        if not re.search(r"\.(html?|php)$", last) or "{path}" in name or "{http.request.uri.path}" in name:
            continue
        asked = exchange.choices.ask(f"file {path}", f"whether {path} exists", (f"{path} exists", f"there is no {path}"))
        if not asked:
            return path
    return None


_TESTS: dict[str, Callable[[Exchange, Test], bool]] = {
    "path": _path,
    "host": _host,
    "header": _header,
    "path_regexp": _regexp,
    "header_regexp": _regexp,
    "query": _query,
    "protocol": _protocol,
    "not": _not,
    "file": _file,
    "method": lambda exchange, test: exchange.method in [str(each).upper() for each in test.value],
    "tls": lambda exchange, test: exchange.scheme == "https",
}

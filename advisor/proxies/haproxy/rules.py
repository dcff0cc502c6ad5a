"""The rules of a section in their order -> the request as they leave it, or the answer with which one of them ends it.

After ``http_ana.c`` and ``http_act.c`` (HAProxy 2.8): ``tcp-request``, then ``http-request``, then ``redirect``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from advisor.formats.haproxy import Line
from advisor.model import Answer, HeaderFate
from advisor.proxies import patterns
from advisor.proxies.haproxy.conditions import holds
from advisor.proxies.haproxy.exchange import Exchange
from advisor.proxies.haproxy.grammar import split_condition
from advisor.proxies.haproxy.load import Proxy
from advisor.proxies.haproxy.samples import formatted, sample
from advisor.proxies.haproxy.values import seconds

_TOLD = ("upgrade", "connection", "host", "origin", "cookie")
_NAMED = {name.lower(): name for name in ("Upgrade", "Connection", "Host", "Origin", "Cookie")}


class Unknowable(Exception):
    """What a rule does cannot be told from the files; the message says what it hangs on."""


def connection(exchange: Exchange, proxy: Proxy) -> Answer | None:
    """``tcp-request``: what ends the connection without an answer."""
    for line in proxy.rules("tcp-request"):
        if len(line.args) < 2 or line.args[0] not in ("connection", "session", "content"):
            continue
        words, when = split_condition(line.args[1:])
        if words[:1] == ("accept",) and holds(exchange, proxy, when, line.place):
            if line.args[0] == "content":
                break
        elif words[:1] in (("reject",), ("silent-drop",)) and holds(exchange, proxy, when, line.place):
            return Answer(None, f"{' '.join(line.words[:3])} closes the connection", line.place)
    return None


def requests(exchange: Exchange, proxy: Proxy) -> Answer | None:
    """``http-request`` and ``redirect`` rules of one section."""
    for line in proxy.rules("http-request"):
        words, when = split_condition(line.args)
        if not words or not holds(exchange, proxy, when, line.place):
            continue
        if words[0] == "allow":
            break
        done = _act(exchange, proxy, words, line)
        if done is not None:
            return done
    for line in proxy.rules("redirect"):
        words, when = split_condition(line.args)
        if holds(exchange, proxy, when, line.place):
            return _redirect(exchange, words, line)
    return None


def responses(exchange: Exchange, proxy: Proxy) -> Answer | None:
    """``http-response`` rules that turn the app's 101 into something else."""
    for line in proxy.rules("http-response"):
        words, when = split_condition(line.args)
        if (
            not words
            or words[0] not in ("deny", "return", "redirect", "silent-drop", "set-status")
            or not _may(exchange, proxy, when, line)
        ):
            continue
        if words[0] == "set-status" and words[1:2] == ("101",):
            continue
        status = _status(words, 502) if words[0] == "deny" else _status(words, 200)
        return Answer(
            None if words[0] == "silent-drop" else status, f"http-response {words[0]} replaces the app's answer", line.place
        )
    return None


def _may(exchange: Exchange, proxy: Proxy, when: Sequence[str], line: Line) -> bool:
    """Whether a condition on the response holds for a 101, as far as it is about nothing but the status."""
    text = " ".join(when)
    if not when:
        return True
    if found := re.fullmatch(r"(if|unless) \{ (?:res\.)?status (?:-m int )?(eq )?([\d: ]+) \}", text):
        ranges = [part.partition(":") for part in found[3].split()]
        inside = any(int(low or 0) <= 101 <= int(high or low or 0) for low, _, high in ranges)
        return inside is (found[1] == "if")
    if re.search(r"\b(status|res\.|shdr)", text):
        return False
    return holds(exchange, proxy, when, line.place)


Action = Callable[[Exchange, tuple[str, ...], Line], Answer | None]


def _act(exchange: Exchange, proxy: Proxy, words: tuple[str, ...], line: Line) -> Answer | None:
    name = words[0]
    if name in _ANSWERS:
        status, reason = _ANSWERS[name]
        return Answer(_status(words, status) if status else None, reason, line.place)
    if name == "auth":
        return Answer(401, "http-request auth asks for a password", line.place)
    if name == "redirect":
        return _redirect(exchange, words[1:], line)
    if name == "use-service":
        return Answer(200, f"the service {' '.join(words[1:2])} answers here", line.place)
    if name.startswith("lua."):
        raise Unknowable(f"what the code behind {name} in {line.place} does")
    if name.startswith(("set-var(", "set-var-fmt(")):
        _remember(exchange, words)
    elif name == "set-timeout" and len(words) > 2:
        exchange.timeouts[words[1]] = (seconds(words[2]), words[2], line.place)
    elif name in _CHANGES:
        before = exchange.request
        _CHANGES[name](exchange, words[1:], line)
        if exchange.request != before:
            exchange.note(f"http-request {name}", _told(before.path, exchange), line.place)
    return None


_ANSWERS: dict[str, tuple[int, str]] = {
    "deny": (403, "http-request deny refuses it"),
    "block": (403, "http-request block refuses it"),
    "tarpit": (500, "http-request tarpit holds it and then refuses it"),
    "return": (200, "http-request return answers it"),
    "reject": (0, "http-request reject closes the connection"),
    "silent-drop": (0, "http-request silent-drop leaves the client without an answer"),
}


def _told(before: str, exchange: Exchange) -> str:
    after = exchange.request.path
    return f"makes {before} {after}" if after != before else "changes the request"


def _status(words: Sequence[str], usual: int) -> int:
    for name in ("deny_status", "status"):
        if name in words[:-1] and (text := words[words.index(name) + 1]).isdigit():
            return int(text)
    return usual


def _remember(exchange: Exchange, words: tuple[str, ...]) -> None:
    name = words[0][words[0].find("(") + 1 :].rstrip(")").partition(",")[0]
    if words[0].startswith("set-var-fmt("):
        text, known = formatted(exchange, words[1] if len(words) > 1 else "")
        exchange.variables[name] = text if known else None
        return
    found = sample(exchange, " ".join(words[1:]))
    if found.values is None:
        exchange.variables[name] = None
    elif found.values:
        exchange.variables[name] = found.values[-1]


# ---------------------------------------------------------------- what changes a request


def _path(exchange: Exchange, text: str) -> None:
    exchange.request = exchange.request.at(path=text)


def _uri(exchange: Exchange, text: str) -> None:
    path, _, query = text.partition("?")
    exchange.request = exchange.request.at(path=path, query=query)


def _text(exchange: Exchange, words: Sequence[str], at: int = 0) -> str:
    return formatted(exchange, words[at])[0] if at < len(words) else ""


def _replaced(exchange: Exchange, words: Sequence[str], text: str, place: object) -> str:
    """``text`` where it matches the first word, filled into the second; else as it is."""
    if len(words) < 2:
        return text
    try:
        found = patterns.match(words[0], text)
        if found is None:
            return text
        return _filled(words[0], formatted(exchange, words[1])[0], text)
    except patterns.Undecided:
        raise Unknowable(f"whether the pattern of {place} matches") from None


def _filled(pattern: str, template: str, text: str) -> str:
    """The template with the groups of the match: it replaces all of the text, whatever part matched (``exp_replace``)."""
    import regex

    found = regex.compile(pattern).search(text, timeout=0.1)
    if found is None:
        return text
    return re.sub(r"\\(\d)", lambda number: _group(found, int(number[1])), template)


def _group(found: object, number: int) -> str:
    try:
        return str(found.group(number) or "")  # type: ignore[attr-defined]
    except IndexError:
        return ""


def _set(exchange: Exchange, name: str, value: str | None, line: Line, written: str | None = None, add: bool = False) -> None:
    lowered = name.lower()
    kept = exchange.request.headers if add else tuple(pair for pair in exchange.request.headers if pair[0].lower() != lowered)
    added = ((lowered, value),) if value is not None else ()
    exchange.request = exchange.request.at(headers=(*kept, *added))
    if lowered in _TOLD or lowered.startswith("sec-websocket-"):
        shown = _NAMED.get(lowered, name)
        exchange.fates[lowered] = HeaderFate(shown, value, "set", line.place, written)


def _set_header(exchange: Exchange, words: Sequence[str], line: Line) -> None:
    if len(words) > 1:
        _set(exchange, words[0], _text(exchange, words, 1), line, words[1])


def _add_header(exchange: Exchange, words: Sequence[str], line: Line) -> None:
    if len(words) > 1:
        _set(exchange, words[0], _text(exchange, words, 1), line, words[1], add=True)


def _del_header(exchange: Exchange, words: Sequence[str], line: Line) -> None:
    method = words[words.index("-m") + 1] if "-m" in words[:-1] else "str"
    wanted = words[0].lower() if words else ""
    tests: dict[str, Callable[[str], bool]] = {
        "str": lambda name: name == wanted,
        "beg": lambda name: name.startswith(wanted),
        "end": lambda name: name.endswith(wanted),
        "sub": lambda name: wanted in name,
        "reg": lambda name: _fits(words[0], name),  # names are in lower case here
    }
    test = tests.get(method, tests["str"])
    for name in dict.fromkeys(key.lower() for key, _ in exchange.request.headers):
        if test(name):
            _set(exchange, name, None, line, f"del-header {words[0]}")


def _fits(pattern: str, text: str) -> bool:
    try:
        return patterns.match(pattern, text) is not None
    except patterns.Undecided:
        raise Unknowable(f"whether the pattern {pattern} matches") from None


def _replace_header(exchange: Exchange, words: Sequence[str], line: Line) -> None:
    if len(words) > 2:
        for key, value in exchange.request.headers:
            if key.lower() == words[0].lower():
                _set(exchange, key, _replaced(exchange, words[1:], value, line.place), line, " ".join(words))


def _replace_value(exchange: Exchange, words: Sequence[str], line: Line) -> None:
    if len(words) > 2:
        for key, value in exchange.request.headers:
            if key.lower() == words[0].lower():
                parts = [_replaced(exchange, words[1:], part.strip(), line.place) for part in value.split(",")]
                _set(exchange, key, ", ".join(parts), line, " ".join(words))


def _change(put: Callable[[Exchange, str], None]) -> Action:
    def act(exchange: Exchange, words: tuple[str, ...], line: Line) -> None:
        put(exchange, _text(exchange, words))

    return act


def _replace(get: Callable[[Exchange], str], put: Callable[[Exchange, str], None]) -> Action:
    def act(exchange: Exchange, words: tuple[str, ...], line: Line) -> None:
        put(exchange, _replaced(exchange, words, get(exchange), line.place))

    return act


def _normalize(exchange: Exchange, words: tuple[str, ...], line: Line) -> None:
    """``normalize-uri``: what makes two ways to write one path the same."""
    request = exchange.request
    parts = request.path.split("/")
    name = words[0] if words else ""
    if name == "path-merge-slashes":
        _path(exchange, re.sub("/{2,}", "/", request.path))
    elif name == "path-strip-dot":
        _path(exchange, "/".join([*(part for part in parts[:-1] if part != "."), "" if parts[-1] == "." else parts[-1]]))
    elif name == "path-strip-dotdot":
        _path(exchange, _without_dots(parts, "full" in words))
    elif name == "percent-to-uppercase":
        _uri(exchange, re.sub(r"%[0-9a-fA-F]{2}", lambda escape: escape[0].upper(), exchange.pathq))
    elif name == "percent-decode-unreserved":
        _uri(exchange, re.sub(r"%([0-9a-fA-F]{2})", _unreserved, exchange.pathq))
    elif name == "query-sort-by-name":
        pairs = sorted(request.query.split("&"), key=lambda pair: pair.partition("=")[0])
        exchange.request = request.at(query="&".join(pairs))


def _unreserved(escape: re.Match[str]) -> str:
    sign = chr(int(escape[1], 16))
    return sign if re.fullmatch(r"[A-Za-z0-9._~-]", sign) else escape[0]


def _without_dots(parts: list[str], full: bool) -> str:
    """Without ``..`` and the directory before it; those above the root stay unless ``full``."""
    kept: list[str] = []
    up = False
    for part in parts[1:]:
        up = part == ".." and (full or bool(kept and kept[-1] != ".."))
        if not up:
            kept.append(part)
        elif kept:
            kept.pop()
    return "/" + "/".join([*kept, ""] if up else kept)


def _method(exchange: Exchange, text: str) -> None:
    exchange.request = exchange.request.at(method=text)


def _query(exchange: Exchange, text: str) -> None:
    exchange.request = exchange.request.at(query=text.removeprefix("?"))


_CHANGES: dict[str, Action] = {
    "set-path": _change(_path),
    "set-pathq": _change(_uri),
    "set-uri": _change(_uri),
    "set-query": _change(_query),
    "set-method": _change(_method),
    "replace-path": _replace(lambda exchange: exchange.request.path, _path),
    "replace-pathq": _replace(lambda exchange: exchange.pathq, _uri),
    "replace-uri": _replace(lambda exchange: exchange.pathq, _uri),
    "normalize-uri": _normalize,
    "set-header": _set_header,
    "add-header": _add_header,
    "del-header": _del_header,
    "replace-header": _replace_header,
    "replace-value": _replace_value,
}


# ---------------------------------------------------------------- redirects


def _redirect(exchange: Exchange, words: tuple[str, ...], line: Line) -> Answer:
    """``redirect scheme|prefix|location ... [code N] [drop-query] [append-slash]``."""
    given = dict(zip(words, (*words[1:], ""), strict=True))
    code = int(given["code"]) if given.get("code", "").isdigit() else 302
    request = exchange.request
    uri = request.path
    if "append-slash" in words and not uri.endswith("/"):
        uri += "/"
    uri += f"?{request.query}" if request.query and "drop-query" not in words else ""
    if "location" in words:
        location = formatted(exchange, given["location"])[0]
    elif "prefix" in words:
        prefix = formatted(exchange, given["prefix"])[0]
        location = uri if prefix == "/" else f"{prefix}{uri}"
    else:
        host = request.header("Host") or request.host
        location = f"{formatted(exchange, given.get('scheme', 'https'))[0]}://{host}{uri}"
    return Answer(code, f"redirect sends clients to {location}", line.place, location)

"""mod_rewrite in a server's context: RewriteCond and RewriteRule in order -> a new URI, a target, a redirect or a refusal.

After ``hook_uri2file``, ``apply_rewrite_rule`` and ``apply_rewrite_cond`` (httpd 2.4, modules/mappers/mod_rewrite.c).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote

from advisor.formats.apache import Directive
from advisor.model import Answer, Depends, Place
from advisor.proxies.apache_httpd.exchange import Exchange, Stop
from advisor.proxies.apache_httpd.hosts import Host

_REDIRECTS = {"permanent": 301, "temp": 302, "seeother": 303, "": 302}
_URL = re.compile(r"(?:https?|wss?|balancer|h2c?|fcgi|scgi|ajp|unix|uwsgi|ftp)://", re.IGNORECASE)
_PIECE = re.compile(r"\\(.)|\$(\d)|%(\d)|%\{([^{}]*)\}|(\$\{)")
_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Rule:
    """One RewriteRule with the conditions in front of it."""

    directive: Directive
    pattern: str
    substitution: str
    flags: dict[str, str]
    conditions: tuple[Directive, ...]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What the rules end with: a target for the proxy, a file, or nothing (``changed``: the URI is another one)."""

    target: str | None = None
    place: Place | None = None
    is_file: bool = False
    changed: bool = False


@dataclass(slots=True)
class _Run:
    exchange: Exchange
    groups: tuple[str, ...] = ()
    condition_groups: tuple[str, ...] = ()
    uri: str = ""
    args: str = ""
    changed: bool = False
    target: Rewritten | None = None
    environment: dict[str, str] = field(default_factory=dict)


def rules_of(host: Host) -> tuple[Rule, ...]:
    """The rules that act in a host: its own where its engine is on, with the main server's where it inherits them."""
    engine = next((one for one in reversed(host.own) if one.key == "rewriteengine"), None)
    if engine is None or engine.args[:1] == () or engine.args[0].lower() != "on":
        return ()
    options = {word.lower() for one in host.own if one.key == "rewriteoptions" for word in one.args}
    own, outer = _rules(host.own), _rules(host.outer)
    if "inheritbefore" in options:
        return (*outer, *own)
    return (*own, *outer) if "inherit" in options else own


def _rules(directives: tuple[Directive, ...]) -> tuple[Rule, ...]:
    found: list[Rule] = []
    conditions: list[Directive] = []
    for one in directives:
        if one.key == "rewritecond":
            conditions.append(one)
        elif one.key == "rewriterule" and len(one.args) >= 2:
            found.append(Rule(one, one.args[0], one.args[1], flags_of(one), tuple(conditions)))
            conditions = []
    return tuple(found)


_NAMES = {
    "proxy": "P", "last": "L", "redirect": "R", "forbidden": "F", "gone": "G", "passthrough": "PT", "noescape": "NE",
    "nocase": "NC",
    "qsappend": "QSA", "qsdiscard": "QSD", "chain": "C", "skip": "S", "next": "N", "env": "E", "cookie": "CO", "handler": "H",
    "type": "T", "ornext": "OR", "qslast": "QSL",
}  # fmt: skip


def flags_of(one: Directive) -> dict[str, str]:
    """``[R=301,L]`` -> ``{"R": "301", "L": ""}``, long names as short ones."""
    text = one.args[2] if len(one.args) > 2 else ""
    pairs = (flag.strip().partition("=") for flag in text.strip("[]").split(",") if flag.strip())
    return {_NAMES.get(name.lower(), name.upper()): value for name, _, value in pairs}


def rewrite(exchange: Exchange) -> Rewritten:
    """Runs the host's rules. Raises ``Stop`` where one of them answers the request."""
    rules = rules_of(exchange.host)
    run = _Run(exchange, uri=exchange.uri, args=exchange.args)
    position = rounds = 0
    while position < len(rules) and rounds < _MOST_ROUNDS * (len(rules) + 1):
        rounds += 1
        rule = rules[position]
        took = _apply(run, rule)
        position += 1
        if not took:
            while "C" in rule.flags and position < len(rules):
                rule = rules[position]
                position += 1
            continue
        if run.target is not None:
            return run.target
        if "N" in rule.flags and run.changed:
            position = 0
        elif "S" in rule.flags and rule.flags["S"].isdigit():
            position += int(rule.flags["S"])
        elif rule.flags.keys() & {"L", "END", "PT"}:
            passing = "PT" in rule.flags
            return _done(run, rule, passing)
    return _done(run, None, False) if run.changed else Rewritten()


def _done(run: _Run, rule: Rule | None, passing: bool) -> Rewritten:
    exchange = run.exchange
    if not run.changed:
        return Rewritten()
    exchange.args = run.args
    if passing:
        exchange.uri = run.uri
        return Rewritten(changed=True)
    place = rule.directive.place if rule is not None else None
    return Rewritten(target=run.uri, place=place, is_file=True)


def _apply(run: _Run, rule: Rule) -> bool:
    exchange = run.exchange
    pattern, negated = rule.pattern.removeprefix("!"), rule.pattern.startswith("!")
    found = exchange.matches(pattern, run.uri, "NC" in rule.flags)
    if (found is not None) == negated:
        return False
    groups = (_matched(pattern, run.uri, "NC" in rule.flags), *found.groups) if found is not None else ()
    if not _conditions(run, rule, groups):
        return False
    run.groups = groups
    place = rule.directive.place
    for setting in (rule.flags.get("E"),):
        if setting:
            name, _, value = setting.partition(":")
            run.environment[name] = value
    if "F" in rule.flags:
        raise Stop(Answer(403, "a RewriteRule forbids it", place))
    if "G" in rule.flags:
        raise Stop(Answer(410, "a RewriteRule calls it gone", place))
    code = rule.flags.get("R")
    status = _REDIRECTS.get(code.lower(), int(code) if code.isdigit() else 302) if code is not None else None
    if rule.substitution == "-":
        if status is not None and not 300 <= status < 400:
            raise Stop(Answer(status, "a RewriteRule answers it", place))
        if "P" in rule.flags:
            run.target = Rewritten(run.uri, place)
        return True
    _substitute(run, rule, status)
    return True


def _substitute(run: _Run, rule: Rule, status: int | None) -> None:
    exchange, place = run.exchange, rule.directive.place
    text = _expand(run, rule.substitution, run.groups, place)
    path, mark, query = text.partition("?")
    if "QSD" in rule.flags:
        run.args = ""
    if mark:
        run.args = "&".join(part for part in (query, run.args if "QSA" in rule.flags else "") if part)
    run.changed = True
    absolute = _URL.match(path) is not None
    if "P" in rule.flags:
        exchange.note("RewriteRule", f"sends {exchange.uri} to {path}", place)
        exchange.args = run.args
        run.target = Rewritten(path, place)
        return
    if status is not None and not 300 <= status < 400:
        raise Stop(Answer(status, "a RewriteRule answers it", place))
    if absolute or status is not None:
        raise Stop(_redirect(run, rule, path if absolute else _absolute(exchange, path), status or 302))
    run.uri = path if path.startswith("/") else f"/{path}"


def _redirect(run: _Run, rule: Rule, url: str, status: int) -> Answer:
    location = url if "NE" in rule.flags else quote(url, safe="/:@!$&'()*+,;=-._~?#%[]")
    location += f"?{run.args}" if run.args else ""
    reason = f"a RewriteRule sends clients to {location}"
    if "R" not in rule.flags and url.lower().startswith(("ws://", "wss://")):
        reason += ", because it has no P among its flags"
    return Answer(status, reason, rule.directive.place, location)


def _absolute(exchange: Exchange, path: str) -> str:
    return f"{exchange.origin}{path if path.startswith('/') else f'/{path}'}"


# ---------------------------------------------------------------- conditions


def _conditions(run: _Run, rule: Rule, groups: tuple[str, ...]) -> bool:
    """Conditions are joined by and; those linked by ``OR`` count as one."""
    run.condition_groups = ()
    either = False
    for position, condition in enumerate(rule.conditions):
        flags = flags_of(condition)
        linked = "OR" in flags or "ORNEXT" in flags
        holds = either or _holds(run, condition, flags, groups)
        if linked and position + 1 < len(rule.conditions):
            either = holds
            continue
        if not holds:
            return False
        either = False
    return True


def _holds(run: _Run, condition: Directive, flags: dict[str, str], groups: tuple[str, ...]) -> bool:
    exchange = run.exchange
    args = condition.args
    if len(args) < 2:
        return True
    if args[0].lower() == "expr":
        return _asked(exchange, condition)
    test, pattern = _expand(run, args[0], groups, condition.place), args[1]
    if test is None or "\0" in test:
        return _asked(exchange, condition)
    negated = pattern.startswith("!")
    pattern = pattern.removeprefix("!")
    ignore_case = "NC" in flags or "NOCASE" in flags
    if re.fullmatch(r"-(?:[dfFsSlLUhHx]|U)", pattern):
        holds = False
    elif comparison := re.match(r"-(eq|ne|lt|le|gt|ge)(-?\d+)$", pattern):
        holds = _compares(comparison[1], test, comparison[2])
    elif pattern[:1] in ("=", "<", ">") and pattern[:2] not in ("<=", ">="):
        wanted = _expand(run, pattern[1:].strip('"'), groups, condition.place)
        left, right = (test.lower(), wanted.lower()) if ignore_case else (test, wanted)
        holds = left == right if pattern[0] == "=" else left < right if pattern[0] == "<" else left > right
    else:
        found = exchange.matches(pattern, test, ignore_case)
        holds = found is not None
        if found is not None and not negated:
            run.condition_groups = (_matched(pattern, test, ignore_case), *found.groups)
    return holds != negated


def _matched(pattern: str, test: str, ignore_case: bool) -> str:
    """The part of the text that the pattern matched."""
    from advisor.proxies.patterns import Undecided, match

    try:
        found = match(f"({pattern})", test, ignore_case)
    except Undecided:
        return test
    return found.groups[0] if found is not None and found.groups else test


def _compares(sign: str, left: str, right: str) -> bool:
    one, other = (int(each) if re.fullmatch(r"-?\d{1,9}", each) else 0 for each in (left, right))
    return {
        "eq": one == other, "ne": one != other, "lt": one < other, "le": one <= other, "gt": one > other, "ge": one >= other,
    }[sign]  # fmt: skip


def _asked(exchange: Exchange, condition: Directive) -> bool:
    return not exchange.choices.ask(
        f"condition {condition.place}",
        f"whether the condition in {condition.place} holds ({condition.text[:80]})",
        (f"the condition in {condition.place} holds", f"the condition in {condition.place} does not hold"),
    )


def _expand(run: _Run, text: str, groups: tuple[str, ...], place: Place) -> str:
    """``$1``, ``%1`` and ``%{NAME}`` filled in; a NUL stands for a value that no file shows."""

    def fill(piece: re.Match[str]) -> str:
        if piece[1] is not None:
            return piece[1]
        if piece[2] is not None:
            return groups[int(piece[2])] if int(piece[2]) < len(groups) else ""
        if piece[3] is not None:
            known = run.condition_groups
            return known[int(piece[3])] if int(piece[3]) < len(known) else ""
        if piece[4] is not None:
            value = variable(run.exchange, piece[4], run)
            return "\0" if value is None else value
        raise Stop(Depends(f"what the RewriteMap in {place} gives", ()))

    return _PIECE.sub(fill, text)


def variable(exchange: Exchange, name: str, run: _Run | None = None) -> str | None:
    """The value of ``%{NAME}``; ``None`` where no file shows it."""
    upper = name.upper()
    kind, colon, rest = name.partition(":")
    host = exchange.header("Host") or ""
    if colon and kind.upper() == "HTTP":
        return exchange.header(rest) or ""
    if colon and kind.upper() == "ENV":
        return run.environment.get(rest) if run is not None and rest in run.environment else None
    if colon:
        return None
    bare = re.sub(r":\d+$", "", host)
    port = re.search(r":(\d+)$", host)
    scheme = "https" if exchange.host.tls else "http"
    uri, args = (run.uri, run.args) if run is not None else (exchange.uri, exchange.args)
    target = f"{exchange.request.path}?{exchange.request.query}" if exchange.request.query else exchange.request.path
    values = {
        "HTTP_HOST": host, "REQUEST_URI": uri, "QUERY_STRING": args, "HTTPS": "on" if scheme == "https" else "off",
        "REQUEST_SCHEME": scheme, "SERVER_NAME": bare, "SERVER_PORT": port[1] if port else "443" if scheme == "https" else "80",
        "REQUEST_METHOD": exchange.request.method, "REQUEST_FILENAME": uri, "SCRIPT_FILENAME": uri, "PATH_INFO": "",
        "THE_REQUEST": f"{exchange.request.method} {target} HTTP/1.1", "SERVER_PROTOCOL": "HTTP/1.1", "DOCUMENT_ROOT": "",
        "HTTP_USER_AGENT": exchange.header("User-Agent") or "Mozilla/5.0", "HTTP_REFERER": exchange.header("Referer") or "",
        "HTTP_COOKIE": exchange.header("Cookie") or "", "HTTP_ACCEPT": exchange.header("Accept") or "", "CONTEXT_PREFIX": "",
        "HTTP_FORWARDED": exchange.header("Forwarded") or "", "HTTP_PROXY_CONNECTION": "", "AUTH_TYPE": "", "REMOTE_USER": "",
        "IS_SUBREQ": "false", "SCRIPT_NAME": uri,
    }  # fmt: skip
    return values.get(upper, "" if not upper.startswith(("TIME", "SERVER_", "API", "SSL", "REMOTE", "CONN")) else None)

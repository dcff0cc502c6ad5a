"""A configuration -> why HAProxy would refuse to start with it, in its own words; nothing where it would start."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from advisor.formats.document import Problem
from advisor.formats.haproxy import Line, Section
from advisor.proxies import patterns
from advisor.proxies.haproxy.backends import words_of
from advisor.proxies.haproxy.grammar import (
    ACL_SUFFIXES,
    PREDEFINED,
    Criterion,
    condition,
    expression_parts,
    is_converter,
    is_fetch,
    split_condition,
    table,
)
from advisor.proxies.haproxy.load import Config, Proxy
from advisor.proxies.haproxy.removed import removed
from advisor.proxies.haproxy.servers import binds
from advisor.proxies.haproxy.values import endpoint
from advisor.versions import before, within

_TIMEOUTS = (
    "client",
    "server",
    "connect",
    "check",
    "queue",
    "http-keep-alive",
    "http-request",
    "tunnel",
    "tarpit",
    "client-fin",
    "server-fin",
)
_MODES = ("http", "tcp", "health", "log", "spop", "haterm")
_BALANCE = ("roundrobin", "static-rr", "leastconn", "source", "uri", "url_param", "random", "first", "hash", "log-hash")
_ACTIONS = frozenset(
    (
        "add-acl add-header add-headers-bin allow auth cache-use capture del-acl del-header del-headers-bin del-map deny "
        "disable-l7-retry do-log do-resolve early-hint normalize-uri ot-group pause redirect reject replace-header replace-path "
        "replace-pathq replace-uri replace-value return sc-add-gpc sc-inc-gpc sc-inc-gpc0 sc-inc-gpc1 sc-set-gpt sc-set-gpt0 "
        "send-spoe-group set-bandwidth-limit set-bc-mark set-bc-tos set-dst set-dst-port set-fc-mark set-fc-tos set-header "
        "set-headers-bin set-log-level set-map set-mark set-method set-nice set-path set-pathq set-priority-class "
        "set-priority-offset set-query set-retries set-src set-src-port set-timeout set-tos set-uri set-var set-var-fmt "
        "silent-drop strict-mode tarpit track-sc unset-var use-service wait-for-body wait-for-handshake"
    ).split()
)
_REDIRECTS = frozenset(
    ("code", "prefix", "location", "scheme", "set-cookie", "set-cookie-fmt", "clear-cookie", "drop-query", "ignore-empty")
) | {"append-slash", "keep-query"}
_RULES = {
    "use_backend": "switching rule",
    "http-request": "http-request rules",
    "redirect": "redirect rule",
    "use-server": "server rule",
}


def faults(config: Config, version: str | None = None) -> Iterator[Problem]:
    """Everything that keeps HAProxy from starting: line by line first, then what joins the sections."""
    yield from config.problems
    seen: dict[tuple[bool, str], Section] = {}
    owners = {id(proxy.section): proxy for proxy in config.proxies}
    for section in config.sections:
        yield from _section(owners.get(id(section), Proxy(section)), version, seen)
    yield from _experimental(config, version)
    for proxy in config.proxies:
        for check in (_joins, _twice, _tables, _users):
            yield from check(config, proxy)
    whole = next((section for section in config.sections if section.kind in ("global", "defaults")), None)
    if whole is not None and not any(binds(proxy) for proxy in config.proxies):
        yield Problem("No enabled listener found (check for 'bind' directives) ! Exiting.", whole.place)


def _experimental(config: Config, version: str | None) -> Iterator[Problem]:
    """What 2.4 to 2.8 take only where the global section exposes it."""
    if version is None or not within(version, "2.4", "2.9"):
        return
    exposed = any(
        line.name == "expose-experimental-directives" for one in config.sections if one.kind == "global" for line in one.lines
    )
    for section in config.sections if not exposed else ():
        for line in section.lines:
            if line.name == "http-request" and line.args[:1] == ("normalize-uri",):
                reason = "'normalize-uri' action is experimental, must be allowed via a global 'expose-experimental-directives'"
                yield Problem(reason, line.place)


def _section(proxy: Proxy, version: str | None, seen: dict[tuple[bool, str], Section]) -> Iterator[Problem]:
    section = proxy.section
    if section.kind == "global":
        yield from (problem for line in section.lines if (problem := _global(line, version)) is not None)
        return
    if section.kind not in ("defaults", "frontend", "backend", "listen"):
        return
    if section.kind != "defaults":
        yield from _same_name(section, seen)
    declared = {line.args[0] for parent in proxy.defaults for line in parent.lines if line.name == "acl" and line.args}
    for line in section.lines:
        yield from _line(section, line, version, declared)
        if line.name == "acl" and line.args:
            declared.add(line.args[0])


def _same_name(section: Section, seen: dict[tuple[bool, str], Section]) -> Iterator[Problem]:
    """Two frontends, or two backends, of one name; a listen section is both."""
    for side in (True, False):
        if section.kind != ("backend" if side else "frontend"):
            other = seen.get((side, section.name))
            if other is not None:
                at = (other.head or other.place).line
                where = f"declared at {other.place.file}:{at}"
                reason = f"{section.kind} '{section.name}' has the same name as {other.kind} '{other.name}' {where}."
                yield Problem(reason, section.head or section.place)
                return
            seen[side, section.name] = section


def _global(line: Line, version: str | None) -> Problem | None:
    words = line.words[1:] if line.name == "no" and len(line.words) > 1 else line.words
    if words[0] == "nbproc" and not (version and before(version, "2.5")):
        reason = (
            "nbproc is not supported any more since HAProxy 2.5. Threads will automatically be used on multi-processor "
            "machines if available."
        )
        return Problem(reason, line.place)
    if words[0] in table()["global"] or re.match(
        r"(tune|profiling|httpclient|harden|ssl|lua|wurfl|51degrees|deviceatlas)[.-]", words[0]
    ):
        return None
    return Problem(f"unknown keyword '{words[0]}' in 'global' section", line.place)


def _line(section: Section, line: Line, version: str | None, declared: set[str]) -> Iterator[Problem]:
    gone = removed(line, version)
    if gone is not None:
        yield Problem(gone, line.place)
        return
    if line.name not in table()["proxy"]:
        yield Problem(f"unknown keyword '{line.name}' in '{section.kind}' section", line.place)
        return
    check = _CHECKS.get(line.name)
    if check is not None and (fault := check(section, line)) is not None:
        yield Problem(fault, line.place)
        return
    if line.name in ("use_backend", "redirect", "use-server", "http-request"):
        yield from _condition(section, line, declared)


def _condition(section: Section, line: Line, declared: set[str]) -> Iterator[Problem]:
    words, when = split_condition(line.args)
    rule = f"'{line.name} {words[0]}' rule" if line.name == "http-request" and words else _RULES[line.name]
    owner = f"error detected in {section.kind} '{section.name}' while parsing {rule} : "
    before_it = "error detected while parsing switching rule : " if line.name == "use_backend" else owner
    if line.name == "use_backend" and len(words) > 1:
        reason = f"unexpected keyword '{words[1]}' after switching rule, only 'if' and 'unless' are allowed."
        yield Problem(reason, line.place)
    if not when:
        return
    parsed = condition(when, line.place)
    if parsed.fault is not None:
        yield Problem(f"{before_it}{parsed.fault}.", line.place)
    for group in parsed.groups:
        for term in group:
            if term.name is not None and term.name not in declared and term.name not in PREDEFINED:
                yield Problem(f"{before_it}no such ACL : '{term.name}'.", line.place)
            if term.criterion is not None and (fault := _criterion(term.criterion)) is not None:
                yield Problem(f"{before_it}{fault}.", line.place)


def _criterion(criterion: Criterion) -> str | None:
    """Why a criterion cannot be read."""
    if not criterion.words:
        return None
    expression, *rest = criterion.words
    (name, _), converters = expression_parts(expression)
    if not is_fetch(name):
        return f"unknown fetch method '{name}' in ACL expression '{expression}'"
    for converter, _ in converters:
        if not is_converter(converter):
            return f"ACL keyword '{name}' : unknown converter '{converter}'."
    by_name = ACL_SUFFIXES.get(name, ("", ""))[1] == "reg"
    if not by_name and ("-m" not in rest[:-1] or rest[rest.index("-m") + 1] != "reg"):
        return None
    for pattern in [word for word in rest if not word.startswith("-") and word != "reg"]:
        if patterns.is_broken(pattern):
            return f"regex '{pattern}' is invalid (error=missing closing parenthesis, erroffset={len(pattern)})"
    return None


# ---------------------------------------------------------------- single lines


def _acl(section: Section, line: Line) -> str | None:
    if len(line.args) < 2:
        return None
    reason = _criterion(Criterion(line.args[1:], line.place))
    return f"error detected while parsing ACL '{line.args[0]}' : {reason}." if reason else None


def _timeout(section: Section, line: Line) -> str | None:
    name, value = (*line.args, "", "")[:2]
    if name not in _TIMEOUTS and not name.startswith("client-hs"):
        listed = ", ".join(f"'{each}'" for each in _TIMEOUTS[:-1])
        return f"'timeout' supports {listed} and '{_TIMEOUTS[-1]}' (got '{name}')"
    if not value:
        return f"'timeout {name}' expects an integer value (in milliseconds)"
    if not value[0].isdigit() and value[0] not in "$%{<":
        return f"unexpected character '{value[0]}' in 'timeout {name}'"
    return None


def _mode(section: Section, line: Line) -> str | None:
    mode = line.args[0] if line.args else ""
    return None if mode in _MODES else f"unknown proxy mode '{mode}'."


def _balance(section: Section, line: Line) -> str | None:
    name = re.split(r"\(", line.args[0])[0] if line.args else "roundrobin"
    if name in (*_BALANCE, "hdr", "rdp-cookie"):
        return None
    return (
        "balance only supports 'roundrobin', 'static-rr', 'leastconn', 'source', 'uri', 'url_param', 'hdr(name)' and "
        "'rdp-cookie(name)' options."
    )


def _bind(section: Section, line: Line) -> str | None:
    if section.kind not in ("frontend", "listen") or not line.args:
        return None
    for text in line.args[0].split(","):
        address = endpoint(text)
        if address.unix is not None or "$" in text or "{" in text or re.match(r"(fd|sockpair|rhttp)@", text):
            continue
        if address.port is None:
            return f"'bind' : missing port specification in '{text}'"
        if not 0 < address.port < 65_536:
            return f"'bind' : invalid port '{address.port}'"
    options = words_of(line.args[1:], "bind")
    for word in options:
        if word not in table()["bind"]:
            return f"'bind {line.args[0]}' in section '{section.kind}': unknown keyword '{word}'."
    return None


def _server(section: Section, line: Line) -> str | None:
    if section.kind == "frontend":
        return f"'server' not allowed because frontend '{section.name}' has no backend capability."
    if len(line.args) < 2:
        return "'server' expects <name> and <addr>[:<port>] as arguments."
    owner = f"'server {section.name}/{line.args[0]}'"
    for word in words_of(line.args[2:], "server"):
        if word not in table()["server"] and not word.startswith("set-proxy-v2-tlv-fmt"):
            if "source" in line.args and word in ("usesrc", "interface"):
                continue
            return f"{owner} : unknown keyword '{word}'."
    host = endpoint(line.args[1]).host
    if "//" in host and "init-addr" not in line.args and "resolvers" not in line.args:
        return f"{owner} : could not resolve address '{host}'."
    return None


def _option(section: Section, line: Line) -> str | None:
    name = line.args[0] if line.args else ""
    return None if name in table()["option"] else f"unknown option '{name}'"


def _cookie(section: Section, line: Line) -> str | None:
    return None if line.args else "'cookie' expects <cookie_name> as argument."


def _http_request(section: Section, line: Line) -> str | None:
    words, _ = split_condition(line.args)
    name = re.split(r"\(", words[0])[0] if words else ""
    bare = re.sub(r"\d+$", "", name) if name.startswith("track-sc") else name
    if bare not in _ACTIONS and not name.startswith("lua."):
        return f"'http-request' does not know '{name}'."
    if name in ("set-header", "add-header") and (len(words) < 3 or not words[2]):
        owner = f"{section.kind} '{section.name}'"
        return f"error detected in {owner} while parsing 'http-request {name}' rule : expects exactly 2 arguments."
    return _redirect_fault(section, words[1:], "'http-request redirect' rule") if name == "redirect" else None


def _http_response(section: Section, line: Line) -> str | None:
    words, _ = split_condition(line.args)
    name = re.split(r"\(", words[0])[0] if words else ""
    bare = re.sub(r"\d+$", "", name) if name.startswith("track-sc") else name
    known = bare in _ACTIONS or bare in ("cache-store", "set-status") or name.startswith("lua.")
    return None if known else f"'http-response' does not know '{name}'."


def _default_backend(section: Section, line: Line) -> str | None:
    return None if line.args else "'default_backend' expects a backend name."


def _redirect(section: Section, line: Line) -> str | None:
    return _redirect_fault(section, split_condition(line.args)[0], "redirect rule")


def _redirect_fault(section: Section, words: tuple[str, ...], rule: str) -> str | None:
    owner = f"error detected in {section.kind} '{section.name}' while parsing {rule} : "
    at = 0
    while at < len(words):
        word = words[at]
        if word not in _REDIRECTS:
            return (
                f"{owner}expects 'code', 'prefix', 'location', 'scheme', 'set-cookie', 'clear-cookie', 'drop-query', "
                f"'ignore-empty' or 'append-slash' (was '{word}')."
            )
        value = words[at + 1] if at + 1 < len(words) else ""
        if word == "code" and value not in ("301", "302", "303", "307", "308"):
            return f"{owner}'code': unsupported HTTP code '{value}' (must be one of 301, 302, 303, 307 or 308)."
        at += 1 if word in ("drop-query", "append-slash", "ignore-empty", "keep-query") else 2
    return None


_CHECKS: dict[str, Callable[[Section, Line], str | None]] = {
    "acl": _acl,
    "timeout": _timeout,
    "mode": _mode,
    "balance": _balance,
    "bind": _bind,
    "server": _server,
    "option": _option,
    "cookie": _cookie,
    "http-request": _http_request,
    "http-response": _http_response,
    "default_backend": _default_backend,
    "redirect": _redirect,
}


# ---------------------------------------------------------------- what joins sections


def _joins(config: Config, proxy: Proxy) -> Iterator[Problem]:
    """Backends that are named and not there, or of another mode; binds that lack a certificate."""
    for line in (*proxy.rules("use_backend"), *([last] if (last := proxy.find("default_backend")) else [])):
        if not proxy.takes or not line.args or "%" in line.args[0]:
            continue
        backend = config.backend(line.args[0])
        if backend is None:
            yield Problem(f"Proxy '{proxy.name}': unable to find required {line.name}: '{line.args[0]}'.", line.place)
        elif proxy.mode == "http" and backend.mode == "tcp":
            way = "as its default backend" if line.name == "default_backend" else "in a 'use_backend' rule"
            here, there = (f"({each.place.file}:{each.place.line})" for each in (proxy, backend))
            what = f"tries to use incompatible tcp backend '{backend.name}' {there} {way} (see 'mode')."
            reason = f"http frontend '{proxy.name}' {here} {what}"
            yield Problem(reason, line.place)
    for line in proxy.own("bind") if proxy.takes else ():
        options = words_of(line.args[1:], "bind")
        if "ssl" in options and not {"crt", "crt-list", "default-crt"} & set(options):
            at = f"[{line.place.file}:{line.place.line}]"
            reason = f"Proxy '{proxy.name}': no SSL certificate specified for bind '{line.args[0]}' at {at} (use 'crt')."
            yield Problem(reason, line.place)


def _twice(config: Config, proxy: Proxy) -> Iterator[Problem]:
    named: dict[str, Line] = {}
    for line in proxy.own("server"):
        if line.args and line.args[0] in named:
            at = named[line.args[0]].place.line
            reason = (
                f"{proxy.kind} '{proxy.name}', another server named '{line.args[0]}' was already defined at line {at}, "
                "please use distinct names."
            )
            yield Problem(reason, line.place)
        elif line.args:
            named[line.args[0]] = line


def _tables(config: Config, proxy: Proxy) -> Iterator[Problem]:
    """``stick`` rules need a table: the section's own, or the one they name."""
    if not any(proxy.own("stick")):
        return
    holding = {each.name for each in config.proxies if any(each.own("stick-table"))}
    holding |= {
        line.args[0]
        for section in config.sections
        if section.kind == "peers"
        for line in section.lines
        if line.name == "table" and line.args
    }
    for line in proxy.own("stick"):
        words, _ = split_condition(line.args)
        name = words[words.index("table") + 1] if "table" in words[:-1] else proxy.name
        if name not in holding and "/" not in name:
            yield Problem(f"Proxy '{proxy.name}': unable to find stick-table '{name}'.", line.place)


def _users(config: Config, proxy: Proxy) -> Iterator[Problem]:
    for line in proxy.own("acl", "http-request", "use_backend"):
        for name in re.findall(r"http_auth\(([^)]*)\)", " ".join(line.words)):
            if not any(section.kind == "userlist" and section.name == name for section in config.sections):
                where = f"in arg 1 of ACL keyword 'http_auth' in proxy '{proxy.name}'."
                yield Problem(f"unable to find userlist '{name}' referenced {where}", line.place)

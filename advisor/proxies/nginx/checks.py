"""A configuration -> what nginx would refuse to start with, in its own words.

Only what the files alone prove is told. Whether names resolve, certificates exist or ports are free is the machine's; what a
file outside the repository may define (a variable, a zone) is asked about instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from advisor.formats.nginx import Directive
from advisor.model import Place
from advisor.proxies import patterns
from advisor.proxies.nginx import grammar
from advisor.proxies.nginx.blocks import Block, Compiled, compiled
from advisor.proxies.nginx.faults import Fault
from advisor.proxies.nginx.forwarding import goal, split
from advisor.proxies.nginx.listen_checks import listen_faults
from advisor.proxies.nginx.load import Config
from advisor.proxies.nginx.rewriting import condition_words
from advisor.proxies.nginx.values import seconds
from advisor.proxies.nginx.variables import is_builtin, is_placeholder, names_in, parts
from advisor.versions import ambiguous, before


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something used that no file shown defines: a variable or a shared zone."""

    what: str
    reason: str
    place: Place
    placeholder: bool = False
    """True for a name in capitals, which something may fill in before nginx starts."""


def faults(config: Config, version: str | None, environment: Mapping[str, str] | None = None) -> tuple[Fault, ...]:
    """Everything that keeps this configuration from starting, the first one first."""
    return _faults(compiled(config, environment), version)


@lru_cache(maxsize=32)
def _faults(blocks: Compiled, version: str | None) -> tuple[Fault, ...]:
    config = blocks.config
    found = [Fault(problem.reason, problem.place) for problem in config.problems]
    if found:
        return tuple(found)
    found.extend(grammar.faults(blocks, version))
    if config.level == "main" and "events" not in blocks.main.own and not config.missing:
        found.append(Fault('no "events" section in configuration', Place(config.main)))
    for part in (blocks.http, blocks.stream):
        if part is not None:
            found.extend(_tables(part))
            found.extend(_upstreams(part))
    for server in blocks.servers:
        found.extend(_block(blocks, server, version))
    found.extend(listen_faults(blocks))
    found.extend(_log_formats(blocks))
    if not may_be_elsewhere(blocks):
        found.extend(Fault(one.reason, one.place) for one in _unseen(blocks) if not one.placeholder)
    return tuple(found)


def may_be_elsewhere(blocks: Compiled) -> bool:
    """True where a part of the configuration lies outside the files shown, so that it may define what these use."""
    return blocks.config.level != "main" or any(not one.harmless for one in blocks.config.missing)


def undefined(blocks: Compiled) -> tuple[Unseen, ...]:
    """What is used and not defined here, but may be: a part of the configuration is not shown, or something fills it in."""
    elsewhere = may_be_elsewhere(blocks)
    return tuple(one for one in _unseen(blocks) if elsewhere or one.placeholder)


# ---------------------------------------------------------------- blocks


def _block(blocks: Compiled, block: Block, version: str | None) -> Iterator[Fault]:
    """The faults of a server or location and everything in it."""
    yield from _locations(block)
    for directive in block.directive.block or ():
        check = _CHECKS.get(directive.name)
        if check is not None and not _open(directive):
            yield from check(blocks, block, directive, version)
    if "root" in block.own and "alias" in block.own:
        first, second = sorted((block.own["root"][0], block.own["alias"][0]), key=lambda one: (one.place.line, one.place.column))
        reason = f'"{second.name}" directive is duplicate, "{first.name}" directive was specified earlier'
        yield Fault(reason, second.place)
    for inner in (*block.locations, *block.inner.values()):
        yield from _block(blocks, inner, version)


def _open(directive: Directive) -> bool:
    """True where something fills in a word before nginx starts, so that it cannot be judged."""
    return any(grammar.has_hole(word) for word in directive.args)


def _locations(block: Block) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for location in block.locations:
        kind = "=" if location.modifier == "=" else "~" if location.modifier in ("~", "~*") else ""
        if kind != "~":
            if (kind, location.pattern) in seen:
                yield Fault(f'duplicate location "{location.pattern}"', location.place)
            seen.add((kind, location.pattern))
        elif patterns.is_broken(location.pattern):
            yield Fault(f'pcre2_compile() failed: missing closing parenthesis in "{location.pattern}"', location.place)
        if len(location.directive.args) == 2 and location.directive.args[0] not in ("=", "^~", "~", "~*"):
            yield Fault(f'invalid location modifier "{location.directive.args[0]}"', location.place)
        if block.kind == "location":
            yield from _nested(block, location)


def _nested(outer: Block, inner: Block) -> Iterator[Fault]:
    """After ``ngx_http_core_location``: what may stand inside what."""
    if outer.modifier == "=":
        yield Fault(f'location "{inner.pattern}" cannot be inside the exact location "{outer.pattern}"', inner.place)
    elif outer.pattern.startswith("@"):
        yield Fault(f'location "{inner.pattern}" cannot be inside the named location "{outer.pattern}"', inner.place)
    elif inner.pattern.startswith("@"):
        yield Fault(f'named location "{inner.pattern}" can be on the server level only', inner.place)
    elif inner.modifier in ("", "^~", "=") and outer.modifier not in ("~", "~*") and not inner.pattern.startswith(outer.pattern):
        yield Fault(f'location "{inner.pattern}" is outside location "{outer.pattern}"', inner.place)


# ---------------------------------------------------------------- single directives


def _alias(blocks: Compiled, block: Block, directive: Directive, version: str | None) -> Iterator[Fault]:
    if block.pattern.startswith("@"):
        yield Fault('the "alias" directive cannot be used inside the named location', directive.place)


def _proxy_pass(blocks: Compiled, block: Block, directive: Directive, version: str | None) -> Iterator[Fault]:
    text = directive.args[0] if directive.args else ""
    if names_in(text) or any(kind == "group" for kind, _ in parts(text)):
        return
    target = goal(text)
    if target is None:
        yield Fault("invalid URL prefix", directive.place)
        return
    location = block.location()
    if target.uri and (block.kind != "location" or location.modifier in ("~", "~*") or location.pattern.startswith("@")):
        reason = (
            '"proxy_pass" cannot have URI part in location given by regular expression, or inside named location,'
            ' or inside "if" statement, or inside "limit_except" block'
        )
        yield Fault(reason, directive.place)
    host, port = split(target.authority)
    if port is not None and host.lower() in blocks.upstreams:
        yield Fault(f'upstream "{host}" may not have port {port}', directive.place)


def _condition(blocks: Compiled, block: Block, directive: Directive, version: str | None) -> Iterator[Fault]:
    """After ``ngx_http_rewrite_if_condition``."""
    words = condition_words(directive.args)
    if not words:
        yield Fault(f'invalid condition "{directive.args[0] if directive.args else ""}"', directive.place)
    elif words[0].startswith(("-", "!-")):
        if len(words) != 2 or words[0].lstrip("!") not in ("-f", "-d", "-e", "-x"):
            yield Fault(f'invalid condition "{words[0]}"', directive.place)
    elif not words[0].startswith("$"):
        yield Fault(f'invalid condition "{words[0]}"', directive.place)
    elif len(words) > 1:
        if words[1] not in ("=", "!=", "~", "~*", "!~", "!~*"):
            yield Fault(f'unexpected "{words[1]}" in condition', directive.place)
        elif len(words) != 3:
            yield Fault(f'invalid condition "{words[-1]}"', directive.place)


def _set(blocks: Compiled, block: Block, directive: Directive, version: str | None) -> Iterator[Fault]:
    if directive.args and not directive.args[0].startswith("$"):
        yield Fault(f'invalid variable name "{directive.args[0]}"', directive.place)


def _return(blocks: Compiled, block: Block, directive: Directive, version: str | None) -> Iterator[Fault]:
    word = directive.args[0] if directive.args else ""
    if word.isdigit() and int(word) <= 999:
        return
    if len(directive.args) == 2 or not word.startswith(("http://", "https://", "$scheme")):
        yield Fault(f'invalid return code "{word}"', directive.place)


def _rewrite(blocks: Compiled, block: Block, directive: Directive, version: str | None) -> Iterator[Fault]:
    if len(directive.args) == 3 and directive.args[2] not in ("last", "break", "redirect", "permanent"):
        yield Fault(f'invalid parameter "{directive.args[2]}"', directive.place)


def _error_page(blocks: Compiled, block: Block, directive: Directive, version: str | None) -> Iterator[Fault]:
    for word in directive.args[:-1]:
        if word.startswith("="):
            continue
        if not word.isdigit():
            yield Fault(f'invalid value "{word}"', directive.place)
        elif word == "499" or not 300 <= int(word) <= 599:
            reason = 'value "499" must be between 300 and 599' if word != "499" else 'value "499" is not allowed'
            yield Fault(reason.replace('"499" must', f'"{word}" must'), directive.place)


def _http_version(blocks: Compiled, block: Block, directive: Directive, version: str | None) -> Iterator[Fault]:
    word = directive.args[0] if directive.args else ""
    known = (
        ("1.0", "1.1", "2")
        if version is None or ambiguous(version, "1.29.4") or not before(version, "1.29.4")
        else ("1.0", "1.1")
    )
    if word not in known:
        yield Fault(f'invalid value "{word}"', directive.place)


def _time(blocks: Compiled, block: Block, directive: Directive, version: str | None) -> Iterator[Fault]:
    if directive.args and seconds(directive.args[0]) is None:
        yield Fault(f'"{directive.name}" directive invalid value', directive.place)


_CHECKS = {
    "alias": _alias,
    "proxy_pass": _proxy_pass,
    "if": _condition,
    "set": _set,
    "return": _return,
    "rewrite": _rewrite,
    "error_page": _error_page,
    "proxy_http_version": _http_version,
    "proxy_read_timeout": _time,
    "proxy_send_timeout": _time,
    "proxy_connect_timeout": _time,
    "send_timeout": _time,
    "client_header_timeout": _time,
    "client_body_timeout": _time,
}


# ---------------------------------------------------------------- upstreams, maps


def _upstreams(part: Block) -> Iterator[Fault]:
    seen: set[str] = set()
    for upstream in part.own.get("upstream", []):
        name = upstream.args[0] if upstream.args else ""
        if name.lower() in seen:
            yield Fault(f'duplicate upstream "{name}"', upstream.place)
        seen.add(name.lower())
        if upstream.block is not None and not any(upstream.each("server", "include")):
            yield Fault("no servers are inside upstream", upstream.place)


def _tables(part: Block) -> Iterator[Fault]:
    for table in part.own.get("map", []):
        seen: set[str] = set()
        default = False
        for entry in table.block or ():
            if not entry.args and entry.name in ("hostnames", "volatile"):
                continue
            if len(entry.args) != 1:
                yield Fault("invalid number of the map parameters", entry.place)
            elif entry.name == "default":
                if default:
                    yield Fault("duplicate default map parameter", entry.place)
                default = True
            elif not entry.name.startswith("~") and entry.name != "include":
                key = (entry.name[1:] if entry.name.startswith("\\") else entry.name).lower()
                if key in seen:
                    yield Fault(f'conflicting parameter "{entry.name}"', entry.place)
                seen.add(key)


def _log_formats(blocks: Compiled) -> Iterator[Fault]:
    """A format must stand above the line that uses it; one of a part that is not shown is taken to be there."""
    directives = [one for one in grammar.every(blocks.config.directives) if one.name in ("log_format", "access_log")]
    everywhere = {one.args[0] for one in directives if one.name == "log_format" and one.args}
    known = {"combined"}
    for directive in directives:
        if directive.name == "log_format":
            known.update(directive.args[:1])
        elif len(directive.args) > 1 and not re.match(r"buffer=|gzip|flush=|if=", directive.args[1]):
            name = directive.args[1]
            if name not in known and (name in everywhere or not may_be_elsewhere(blocks)):
                yield Fault(f'unknown log format "{name}"', directive.place)


# ---------------------------------------------------------------- variables and zones

_SCRIPTS = frozenset(
    """
    proxy_pass proxy_set_header proxy_set_body proxy_method proxy_redirect proxy_cookie_domain proxy_cookie_path proxy_bind
    proxy_cache_key proxy_cache_bypass proxy_no_cache proxy_ssl_name return rewrite set if map split_clients add_header
    add_trailer expires try_files root alias error_page index auth_basic auth_basic_user_file auth_request_set access_log
    log_format limit_conn_zone limit_req_zone hash fastcgi_param uwsgi_param scgi_param fastcgi_pass uwsgi_pass scgi_pass
    grpc_pass grpc_set_header fastcgi_cache_key sub_filter secure_link secure_link_md5 limit_rate
    """.split()
)


@lru_cache(maxsize=32)
def _unseen(blocks: Compiled) -> tuple[Unseen, ...]:
    found: dict[str, Unseen] = {}
    zones = {word for part in (blocks.http, blocks.stream) if part for word in _zones(part)}
    for directive in grammar.every(blocks.config.directives):
        if directive.name in _SCRIPTS:
            for name in _names(directive):
                lowered = name.lower()
                if lowered not in found and not is_builtin(name) and lowered not in blocks.written:
                    if is_placeholder(name) and directive.place.file in blocks.config.templates:
                        continue
                    reason = f'unknown "{lowered}" variable'
                    found[lowered] = Unseen(f"${name}", reason, directive.place, is_placeholder(name))
        elif directive.name in ("limit_conn", "limit_req") and directive.args:
            word = directive.args[0].removeprefix("zone=") if directive.name == "limit_req" else directive.args[0]
            zone = next((one[5:] for one in directive.args if one.startswith("zone=")), word)
            if zone not in zones and not grammar.has_hole(zone):
                found.setdefault(
                    f"zone {zone}", Unseen(f"zone {zone}", f'zero size shared memory zone "{zone}"', directive.place)
                )
    return tuple(found.values())


def _zones(part: Block) -> Iterator[str]:
    for directive in (*part.own.get("limit_conn_zone", []), *part.own.get("limit_req_zone", [])):
        yield from (word[5:].partition(":")[0] for word in directive.args if word.startswith("zone="))


def _names(directive: Directive) -> Iterator[str]:
    """Variables that a directive's words use; patterns are none."""
    words = directive.args
    if directive.name in ("rewrite", "set", "auth_request_set", "split_clients", "geo"):
        words = words[1:2] if directive.name != "split_clients" else words[:1]
    elif directive.name == "if" and len(words) > 2 and "~" in words[1]:
        words = words[:1]
    elif directive.name == "map":
        words = words[:1]
        for entry in directive.block or ():
            for word in entry.args[:1]:
                if "$" in word:
                    yield from names_in(word)
    for word in words:
        if "$" in word:
            yield from names_in(word)

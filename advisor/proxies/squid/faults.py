"""A configuration -> why Squid would not start with it, in its own words.

Measured on squid 5.7. Squid ends at the first line that it calls bungled; of an unknown directive it tells and reads on, and ends
all the same. Much that is wrong only makes it skip a line: an action other than ``allow`` and ``deny``, a list without an ACL, an
unknown peer, a value file that is not there.

``directives.txt`` has every directive of 3.5 to 7 from their src/cf.data.pre: name, kind of value, the version it came with, the
version it went with.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from advisor.formats.document import Problem
from advisor.formats.squid import Line
from advisor.proxies.squid.load import Config
from advisor.proxies.squid.peers import peer
from advisor.proxies.squid.ports import port
from advisor.versions import before

_BEHIND_A_WORD = frozenset(
    (
        "http_upgrade_request_protocols request_header_access reply_header_access cache_peer_access "
        "delay_access adaptation_access"
    ).split()
)
"""Directives with a name before ``allow`` or ``deny``."""
_TYPES = frozenset(
    (
        "all-of any-of random time src_as dst_as browser dstdomain dstdom_regex dst hier_code rep_header req_header "
        "http_status maxconn method localip localport myip myport myportname peername peername_regex proto "
        "referer_regex rep_mime_type req_mime_type srcdomain srcdom_regex src url_regex urllogin urlpath_regex port "
        "external squid_error connections_encrypted tag note annotate_client annotate_transaction has "
        "transaction_initiator clientside_mark client_connection_mark ssl_error user_cert ca_cert "
        "server_cert_fingerprint at_step ssl::server_name ssl::server_name_regex ssl::certHasExpired "
        "ssl::certNotYetValid ssl::certDomainMismatch ssl::certUntrusted ssl::certSelfSigned arp eui64 ident "
        "ident_regex ext_user ext_user_regex proxy_auth proxy_auth_regex max_user_ip adaptation_service snmp_community"
    ).split()
)
_UNITS = {
    "millisecond": 0.001, "second": 1.0, "minute": 60.0, "hour": 3_600.0, "day": 86_400.0, "week": 604_800.0,
    "fortnight": 1_209_600.0, "month": 2_592_000.0, "year": 31_536_000.0, "decade": 315_360_000.0,
}  # fmt: skip


@cache
def directives() -> dict[str, tuple[str, str | None, str | None]]:
    """Name -> kind of value, first version, first version without it."""
    found = {}
    for line in (Path(__file__).parent / "directives.txt").read_text("utf-8").splitlines():
        name, kind, since, until = line.split()
        found[name] = (kind, since if since != "-" else None, until if until != "-" else None)
    return found


def seconds(words: tuple[str, ...]) -> float | str:
    """``15 minutes``, ``1 day``, ``0``: the seconds, or the sentence with which Squid refuses it, empty for a bungled line."""
    if not words:
        return "configuration error: cannot read a time value"
    if re.fullmatch(r"-?\d{1,12}(?:\.\d{1,6})?", words[0]) is None:
        return ""
    if float(words[0]) == 0:
        return 0.0
    if len(words) < 2:
        return "configuration error: missing time unit"
    unit = next((amount for name, amount in _UNITS.items() if words[1].lower().startswith(name)), None)
    if unit is None:
        return f"configuration error: unknown time unit '{words[1]}'"
    if unit < 1:
        least = "the minimal unit is second"
        return f"configuration error: time unit '{words[1]}' is too small to be used in this context, {least}"
    return float(words[0]) * unit


def faults(config: Config, version: str | None) -> Iterator[Problem]:
    """Everything that keeps Squid from starting, line by line."""
    for number, line in enumerate(config.order):
        reason = _of(line, config, number, version)
        if reason is not None:
            yield Problem(reason or _bungled(line), line.place)
    yield from config.problems


def _bungled(line: Line) -> str:
    return f"Bungled {posixpath.basename(line.place.file)} line {line.place.end_line or line.place.line}: {line.last}"


def _of(line: Line, config: Config, number: int, version: str | None) -> str | None:
    """Why the line is refused, empty for a bungled one, or ``None``; ``number`` is its place in the order of all."""
    kind, since, until = directives().get(line.name, ("", None, None))
    gone = version is not None and ((since and before(version, since)) or (until and not before(version, until)))
    if not kind or gone:
        return f"unrecognized: '{line.name}'"
    if any(not word.whole for word in line.words) and line.name in ("request_header_add", "reply_header_add", "note"):
        return f"missing quote char at the end of quoted string: {line.args[-1][-1:]}"
    if kind == "time":
        read = seconds(line.args)
        return read if isinstance(read, str) else None
    if kind == "flag":
        return None if line.args[:1] in (("on",), ("off",), ("enable",), ("disable",)) else ""
    if line.name in ("http_port", "https_port"):
        opened = port(line)
        return opened if isinstance(opened, str) else None
    if line.name == "cache_peer":
        return _peer(line, config, number)
    if line.name == "acl":
        return _acl(line, config, number)
    if kind == "access":
        return _unknown(line.args, config, number)
    if line.name in _BEHIND_A_WORD:
        peers = line.args[:1] if line.name == "cache_peer_access" else ()
        skipped = any(not config.knows("cache_peer", name, number) for name in peers)
        return None if skipped else _unknown(line.args[1:], config, number)
    return None


def _unknown(words: tuple[str, ...], config: Config, number: int) -> str | None:
    """``ACL not found`` for the first name that no line before this one defines."""
    if words[:1] not in (("allow",), ("deny",)):
        return None
    names = (word.removeprefix("!") for word in words[1:])
    return next((f"ACL not found: {name}" for name in names if not config.knows("acl", name, number)), None)


def _peer(line: Line, config: Config, at: int) -> str | None:
    made = peer(line)
    if made is None:
        return ""
    if config.knows("cache_peer", made.name, at):
        return f"cache_peer {made.name} specified twice"
    number = line.args[2]
    return "" if number.isdigit() and made.address.port in (0, None) else None


def _acl(line: Line, config: Config, number: int) -> str | None:
    if len(line.args) < 2:
        return ""
    name, type_, *values = line.args
    if type_ not in _TYPES:
        return f"Invalid ACL type '{type_}'"
    old = config.acls.get(name)
    if old is not None and old.type != type_:
        return ""
    if type_ in ("any-of", "all-of"):
        return _unknown(("allow", *values), config, number)
    if type_ in ("port", "localport", "myport"):
        plain = (word.text for word in line.words[2:] if not word.quoted)
        return None if all(re.fullmatch(r"\d+(?:-\d+)?", value) for value in plain) else ""
    if type_ in ("proxy_auth", "proxy_auth_regex") and "auth_param" not in config.lines:
        return f"Invalid ACL: {line.name} {line.rest}"
    return None

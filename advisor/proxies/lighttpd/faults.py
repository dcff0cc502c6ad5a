"""A configuration -> why lighttpd would refuse to start with it, in its own words; nothing where it would start."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.formats.document import Problem
from advisor.model import Place
from advisor.proxies import patterns
from advisor.proxies.lighttpd.load import Config, Known, told

_MODULES = frozenset(
    (
        "access accesslog ajp13 alias auth authn_dbi authn_file authn_gssapi authn_ldap authn_mysql authn_pam authn_sasl cgi cml "
        "compress deflate dirlisting evasive evhost expire extforward fastcgi flv_streaming geoip gnutls h2 indexfile magnet "
        "maxminddb mbedtls mysql_vhost nss openssl proxy redirect rewrite rrdtool scgi secdownload setenv simple_vhost sockproxy "
        "ssi staticfile status trigger_b4_dl uploadprogress userdir usertrack vhostdb vhostdb_dbi vhostdb_ldap vhostdb_mysql "
        "vhostdb_pgsql webdav wolfssl wstunnel"
    ).split()
)
_HEADER = frozenset(
    "map-host-request map-host-response map-urlpath https-remap upgrade connect force-http10 x-forwarded-for-untrusted".split()
)
_TIMES = (
    "server.max-read-idle",
    "server.max-write-idle",
    "server.max-keep-alive-idle",
    "server.max-connections",
    "server.max-keep-alive-requests",
)
"""Numbers of 16 bits."""


def faults(config: Config) -> Iterator[Problem]:
    """Everything that keeps lighttpd from starting, in the order in which it finds it."""
    yield from config.problems
    for block in config.blocks:
        if block.operator in ("=~", "!~") and patterns.is_broken(pattern := told(block.value)):
            yield Problem(f"pcre2_compile: missing closing parenthesis at offset {len(pattern)}, regex: {pattern}", block.place)
        for name in _TIMES:
            if name in block.values:
                value, place = block.values[name]
                if isinstance(value, str) and not value.isdigit():
                    yield Problem(f"got a string but expected a short: {name} {value}", place)
    for module in config.modules():
        if module.removeprefix("mod_") not in _MODULES:
            yield Problem(f"dlopen() failed for: {module}", _place(config))
    top = config.blocks[0]
    if config.whole and "server.document-root" not in top.values and not config.missing:
        yield Problem("server.document-root is not set", top.place)
    yield from _proxied(config)


def _place(config: Config) -> Place:
    top = config.blocks[0]
    return top.values["server.modules"][1] if "server.modules" in top.values else top.place


def _proxied(config: Config) -> Iterator[Problem]:
    """The values of mod_proxy, which it looks at only where it is loaded."""
    if "mod_proxy" not in config.modules():
        return
    for block in config.blocks:
        if "proxy.header" in block.values:
            value, place = block.values["proxy.header"]
            for key, told_ in value if isinstance(value, tuple) else ():
                if key == "upgrade" and isinstance(told_, str) and told_ not in ("enable", "disable"):
                    yield Problem('unexpected value for proxy.header; expected "upgrade" => "enable" or "disable"', place)
                if key not in _HEADER:
                    expected = 'expected ( "param" => ( "key" => "value" ) )'
                    yield Problem(f"unexpected value for proxy.header; {expected} near key {key}", place)
        if "proxy.server" in block.values:
            value, place = block.values["proxy.server"]
            reason = _server(value)
            if reason is not None:
                yield Problem(reason, place)


def _server(value: Known) -> str | None:
    if isinstance(value, str | int):
        return 'proxy.server should have been a list like proxy.server = ( "..." )'
    for extension, hosts in value if isinstance(value, tuple) else ():
        for label, host in hosts if isinstance(hosts, tuple) else ():
            if not isinstance(host, tuple):
                kind = "integer" if isinstance(host, int) else "string"
                expected = 'expected ( "ext" => ( "backend-label" => ( "key" => "value" )))'
                return f"unexpected value for gw.server near [{label or ''}]({kind}); {expected}"
            keys = {key for key, _ in host}
            if not keys & {"host", "socket", "bin-path"}:
                return f"host or bin-path have to be set in: proxy.server = ({extension} => ({label or '(null)'} ( ..."
    return None

"""nginx variables and the texts that use them -> values for one virtual handshake.

A value that no file shows (the client's address, a time, what a Lua script sets) stays in the text under its own name and is
marked unknown, so that nothing decides on a guess.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from advisor.formats.nginx import Directive
from advisor.proxies import patterns
from advisor.proxies.nginx.exchange import Exchange
from advisor.proxies.nginx.servers import host_of, server_names


class Text(NamedTuple):
    """An evaluated text; ``known`` is false where a part of it is not shown by any file."""

    text: str
    known: bool = True


UNKNOWABLE = frozenset(
    """
    ancient_browser binary_remote_addr body_bytes_sent bytes_received bytes_sent connection connection_requests
    connection_time connections_active connections_reading connections_waiting connections_writing date_gmt date_local
    document_root gzip_ratio hostname invalid_referer limit_conn_status limit_rate limit_req_status
    modern_browser msec msie nginx_version pid pipe protocol proxy_protocol_addr proxy_protocol_port
    proxy_protocol_server_addr proxy_protocol_server_port proxy_internal_body_length proxy_internal_chunked
    realip_remote_addr realip_remote_port
    realpath_root remote_addr remote_port remote_user request_body request_body_file request_completion
    request_filename request_id request_length request_time secure_link secure_link_expires server_addr session_time
    slice_range ssl_alpn_protocol ssl_cipher ssl_ciphers ssl_client_cert ssl_client_escaped_cert
    ssl_client_fingerprint ssl_client_i_dn ssl_client_i_dn_legacy ssl_client_raw_cert ssl_client_s_dn
    ssl_client_s_dn_legacy ssl_client_serial ssl_client_v_end ssl_client_v_remain ssl_client_v_start ssl_client_verify
    ssl_curve ssl_curves ssl_early_data ssl_protocol ssl_server_name ssl_session_id ssl_session_reused ssl_sigalg
    ssl_sigalgs    ssl_client_sigalg ssl_ech_outer_server_name ssl_ech_status
    ssl_preread_alpn_protocols ssl_preread_protocol status tcpinfo_rcv_space tcpinfo_rtt tcpinfo_rttvar tcpinfo_snd_cwnd
    time_iso8601 time_local uid_got uid_reset uid_set upstream_addr upstream_bytes_received upstream_bytes_sent
    upstream_cache_status upstream_cache_last_modified upstream_cache_etag upstream_connect_time
    upstream_first_byte_time upstream_header_time upstream_last_server_name upstream_queue_time upstream_response_length
    upstream_response_time upstream_session_time upstream_status geoip_country_code geoip_country_code3
    geoip_country_name geoip_org geoip_area_code geoip_city geoip_city_continent_code geoip_city_country_code
    geoip_city_country_code3 geoip_city_country_name geoip_dma_code geoip_latitude geoip_longitude geoip_postal_code
    geoip_region geoip_region_name fastcgi_script_name fastcgi_path_info grpc_internal_trailers
    """.split()
)
DERIVED = frozenset(
    """
    args content_length content_type document_uri host http2 http3 https is_args is_request_port proxy_add_x_forwarded_for
    proxy_host proxy_port query_string request request_method request_port request_uri scheme server_name server_port
    server_protocol ssl_preread_server_name uri
    """.split()
)
FAMILIES = (
    "http_",
    "sent_http_",
    "sent_trailer_",
    "upstream_http_",
    "upstream_trailer_",
    "upstream_cookie_",
    "cookie_",
    "arg_",
    "proxy_protocol_tlv_",
    "jwt_",
    "otel_",
    "echo_",
)
_PART = re.compile(r"\$(?:\{([A-Za-z0-9_]+)\}|([1-9])|([A-Za-z0-9_]+))|(\{\{[^{}\n]*\}\}|<%=[^%\n]*%>)")
_PLACEHOLDER = re.compile(r"[A-Z][A-Z0-9_]*$")


@lru_cache(maxsize=50_000)
def parts(text: str) -> tuple[tuple[str, str], ...]:
    """A text -> ``("text", ...)``, ``("variable", name)``, ``("group", digit)`` and ``("hole", as written)`` in order."""
    found: list[tuple[str, str]] = []
    position = 0
    for part in _PART.finditer(text):
        if part.start() > position:
            found.append(("text", text[position : part.start()]))
        if part[4]:
            found.append(("hole", part[4]))
        elif part[2]:
            found.append(("group", part[2]))
        else:
            name = part[1] or part[3]
            found.append(("group", name) if name in "123456789" else ("variable", name))
        position = part.end()
    if position < len(text):
        found.append(("text", text[position:]))
    return tuple(found)


def names_in(text: str) -> tuple[str, ...]:
    """Names of the variables a text uses, as written."""
    return tuple(name for kind, name in parts(text) if kind == "variable") if "$" in text else ()


def is_builtin(name: str) -> bool:
    """True for variables that nginx and its usual modules define themselves."""
    lowered = name.lower()
    return lowered in UNKNOWABLE or lowered in DERIVED or lowered.startswith(FAMILIES)


def is_placeholder(name: str) -> bool:
    """True for a name in capitals, the way variables of an environment are written."""
    return bool(_PLACEHOLDER.match(name)) and not is_builtin(name)


def evaluate(exchange: Exchange, text: str, depth: int = 0) -> Text:
    """A text with its variables replaced."""
    if "$" not in text and "{{" not in text and "<%" not in text:
        return Text(text)
    known = True
    done: list[str] = []
    for kind, value in parts(text):
        if kind == "text":
            done.append(value)
        elif kind == "group":
            index = int(value) - 1
            done.append(exchange.groups[index] if index < len(exchange.groups) else "")
        elif kind == "hole":
            done.append(value)
            known = False
        else:
            found = variable(exchange, value, depth)
            done.append(found.text)
            known = known and found.known
    return Text("".join(done), known)


def variable(exchange: Exchange, name: str, depth: int = 0) -> Text:
    """The value of one variable, named without ``$``.

    One that nothing shown defines and whose name speaks of the upgrade is taken for the map of nginx's own documentation.
    """
    lowered = name.lower()
    if lowered in exchange.variables:
        return Text(exchange.variables[lowered], lowered not in exchange.unknown)
    if lowered in exchange.blocks.maps and depth < 20:
        if lowered not in exchange.mapped:
            table = exchange.blocks.maps[lowered]
            found = _mapped(exchange, lowered, table, depth + 1)
            if any(entry.name == "volatile" and not entry.args for entry in table.block or ()):
                return found
            exchange.mapped[lowered] = found
        return Text(*exchange.mapped[lowered])
    if lowered in DERIVED:
        return _derived(exchange, lowered)
    if lowered.startswith("http_"):
        return Text(_header(exchange, lowered[5:]))
    if lowered.startswith("arg_"):
        return Text(_argument(exchange.args, name[4:]))
    if lowered.startswith("cookie_"):
        return Text(_cookie(exchange.request.header("Cookie") or "", name[7:]))
    if lowered in exchange.blocks.written and lowered not in UNKNOWABLE and _set_here(exchange, lowered):
        return Text("")
    if "upgrade" in lowered and not is_builtin(lowered):
        return Text("upgrade" if exchange.request.header("Upgrade") else "close")
    return Text(f"${name}", False)


def _set_here(exchange: Exchange, name: str) -> bool:
    """True for a variable that only ``set`` and named groups define: empty as long as none of them ran."""
    return name not in exchange.unknown


def _header(exchange: Exchange, name: str) -> str:
    wanted = name.replace("_", "-")
    values = [value for key, value in exchange.request.headers if key.lower() == wanted and "_" not in key]
    return ("; " if name == "cookie" else ", ").join(values)


def _argument(args: str, name: str) -> str:
    for pair in args.split("&"):
        key, sign, value = pair.partition("=")
        if sign and key.lower() == name.lower():
            return value
    return ""


def _cookie(header: str, name: str) -> str:
    for pair in header.split(";"):
        key, sign, value = pair.strip().partition("=")
        if sign and key.lower() == name.lower():
            return value
    return ""


def _derived(exchange: Exchange, name: str) -> Text:
    request = exchange.request
    if name in ("args", "query_string"):
        return Text(exchange.args)
    if name == "is_args":
        return Text("?" if exchange.args else "")
    if name in ("uri", "document_uri"):
        return Text(exchange.uri)
    if name == "request_uri":
        return Text(exchange.unparsed)
    if name == "host":
        names = server_names(exchange.chosen.server)
        return Text(host_of(request) or (names[0] if names[0] and not names[0].startswith(("~", "*", ".")) else ""))
    if name == "scheme":
        return Text(exchange.scheme)
    if name == "https":
        return Text("on" if exchange.scheme == "https" else "")
    if name == "request_method":
        return Text(request.method)
    if name == "server_protocol":
        return Text(f"HTTP/{request.http_version}")
    if name == "request":
        return Text(f"{request.method} {exchange.unparsed} HTTP/{request.http_version}")
    if name == "server_name":
        first = server_names(exchange.chosen.server)[0]
        return Text(first[1:] if first.startswith(".") else first)
    if name == "server_port":
        port = exchange.chosen.listener.port if not exchange.chosen.exact_port else request.port
        return Text(str(port)) if port else Text("$server_port", False)
    if name in ("request_port", "is_request_port"):
        port_text = (request.header("Host") or "").rpartition(":")[2] if ":" in (request.header("Host") or "") else ""
        return Text(port_text if name == "request_port" else ":" if port_text else "")
    if name == "proxy_add_x_forwarded_for":
        before = _header(exchange, "x_forwarded_for")
        return Text(f"{before}, $remote_addr" if before else "$remote_addr", False)
    if name == "ssl_preread_server_name":
        return Text(host_of(request) if request.scheme == "https" else "")
    return Text("")


# ---------------------------------------------------------------- map, geo, split_clients


class _Table(NamedTuple):
    """The entries of a map, sorted by how they are searched."""

    exact: dict[str, str]
    leading: tuple[tuple[str, str], ...]
    trailing: tuple[tuple[str, str], ...]
    regexes: tuple[tuple[str, bool, str], ...]
    default: str


_TABLES: dict[int, tuple[Directive, _Table]] = {}


def _table(block: Directive) -> _Table:
    """Kept per block: a map of 5 MB is sorted once."""
    kept = _TABLES.get(id(block))
    if kept is None or kept[0] is not block:
        if len(_TABLES) > 256:
            _TABLES.clear()
        kept = (block, _sorted(block))
        _TABLES[id(block)] = kept
    return kept[1]


def _sorted(block: Directive) -> _Table:
    exact: dict[str, str] = {}
    leading: list[tuple[str, str]] = []
    trailing: list[tuple[str, str]] = []
    regexes: list[tuple[str, bool, str]] = []
    default = ""
    hostnames = any(entry.name == "hostnames" and not entry.args for entry in block.block or ())
    for entry in block.block or ():
        if not entry.args:
            continue
        key, value = entry.name, entry.args[0]
        if key == "default":
            default = value
        elif key.startswith("~"):
            ignore_case = key.startswith("~*")
            regexes.append((key[2:] if ignore_case else key[1:], ignore_case, value))
        elif hostnames and key.startswith(("*.", ".")):
            leading.append((key.lstrip("*").lower(), value))
            if key.startswith("."):
                exact.setdefault(key[1:].lower(), value)
        elif hostnames and key.endswith(".*"):
            trailing.append((key[:-1].lower(), value))
        else:
            exact.setdefault((key[1:] if key.startswith("\\") else key).lower(), value)
    leading.sort(key=lambda pair: -len(pair[0]))
    trailing.sort(key=lambda pair: -len(pair[0]))
    return _Table(exact, tuple(leading), tuple(trailing), tuple(regexes), default)


def _mapped(exchange: Exchange, name: str, block: Directive, depth: int) -> Text:
    if block.name != "map":
        return Text(f"${name}", False)
    subject = evaluate(exchange, block.args[0], depth)
    table = _table(block)
    if not subject.known:
        return (
            Text(f"${name}", False) if table.exact or table.regexes or table.leading else evaluate(exchange, table.default, depth)
        )
    lowered = subject.text.lower()
    value = table.exact.get(lowered)
    if value is None:
        value = next((value for tail, value in table.leading if lowered.endswith(tail)), None)
    if value is None:
        value = next((value for head, value in table.trailing if lowered.startswith(head)), None)
    if value is None:
        for pattern, ignore_case, candidate in table.regexes:
            try:
                match = patterns.match(pattern, subject.text, ignore_case)
            except patterns.Undecided:
                return Text(f"${name}", False)
            if match:
                keep(exchange, match)
                value = candidate
                break
    return evaluate(exchange, table.default if value is None else value, depth)


def keep(exchange: Exchange, match: patterns.Match) -> None:
    """Makes the groups of a match ``$1`` to ``$9`` and variables."""
    exchange.groups = match.groups
    for name, value in match.named:
        exchange.variables[name.lower()] = value

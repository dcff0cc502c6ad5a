"""A Caddyfile -> servers, the way ``caddy adapt`` orders its directives.

After ``caddyconfig/httpcaddyfile`` (Caddy 2.11): directives are sorted by Caddy's order, not by the file's, and those of one name
by the length of their path; ``route`` keeps the order written; ``handle`` and ``rewrite`` exclude each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from advisor.formats.caddyfile import Directive
from advisor.model import spelled
from advisor.proxies.caddy.json_faults import MATCHERS
from advisor.proxies.caddy.load import Config
from advisor.proxies.caddy.model import Adapted, Address, Fault, Handler, Route, Site, Test
from advisor.proxies.caddy.upstreams import reverse_proxy
from advisor.versions import older

ORDER = (
    "tracing map vars fs root log_append skip_log log_skip log_name header copy_response_headers request_body timeouts redir "
    "method rewrite uri try_files basicauth basic_auth forward_auth request_header encode push intercept templates invoke handle "
    "handle_path route abort error copy_response respond metrics reverse_proxy php_fastcgi file_server acme_server"
).split()
_SITE = frozenset({"bind", "tls", "log", "handle_errors", "skip_log", "log_skip", "import"})
_SINCE = {
    "basic_auth": "2.8.0",
    "log_skip": "2.8.0",
    "log_append": "2.8.0",
    "fs": "2.8.0",
    "intercept": "2.8.0",
    "log_name": "2.8.0",
}
_OPTIONS = frozenset(
    "debug http_port https_port default_bind order storage storage_check storage_clean_interval admin persist_config log "
    "grace_period shutdown_delay metrics tracing auto_https email default_sni fallback_sni local_certs skip_install_trust "
    "acme_ca acme_ca_root acme_eab acme_dns cert_issuer dns ech on_demand_tls key_type renew_interval renewal_window_ratio "
    "ocsp_interval ocsp_stapling preferred_chains servers pki events filesystem cert_lifetime experimental_http3".split()
)
_FOREIGN = frozenset(
    "rate_limit crowdsec appsec mercure php_server php frankenphp vulcain cache security authenticate authorize webdav git exec "
    "geoip maxmind_geolocation replace transform_log coraza_waf waf defender dns_provider layer4 supervisor image_filter "
    "s3proxy cgi brotli umami tailscale_auth jwtauth ratelimit http_cache souin".split()
)
"""Directives of modules that people build into Caddy."""
_QUIET = frozenset(
    "tracing map vars fs root log_append skip_log log_skip log_name header request_body encode push templates "
    "copy_response_headers copy_response intercept timeouts".split()
)
"""Directives that neither answer a handshake nor change where it goes."""


@dataclass(slots=True)
class _Adapter:
    config: Config
    version: str | None
    order: list[str]
    faults: list[Fault] = field(default_factory=list)
    groups: int = 0

    def routes(
        self, block: tuple[Directive, ...], matchers: Mapping[str, tuple[Test, ...]], is_sorted: bool
    ) -> tuple[Route, ...]:
        """The routes of a block, sorted as Caddy sorts them unless the block keeps its order."""
        known = {**matchers, **self.named(block)}
        found: list[tuple[str, Route]] = []
        for one in block:
            if one.name.startswith("@") or one.name in _SITE or one.name.startswith("{$"):
                continue
            if one.name not in self.order and one.name not in ORDER:
                self.unknown(one)
                continue
            if self.version is not None and one.name in _SINCE and older(self.version, _SINCE[one.name]):
                self.faults.append(Fault(f"unrecognized directive: {one.name}", one.place))
                continue
            found += ((name, route) for name, route in self.one(one, known))
        if is_sorted:
            position = {name: number for number, name in enumerate(self.order)}
            found.sort(key=lambda each: (position.get(each[0], len(position)), *_specific(each[1])))
        return self.grouped(found)

    def grouped(self, found: list[tuple[str, Route]]) -> tuple[Route, ...]:
        names = [name for name, _ in found]
        group: dict[str, str] = {}
        for name in ("handle", "rewrite"):
            if names.count(name) > 1 or (name == "rewrite" and name in names):
                self.groups += 1
                group[name] = f"group{self.groups}"
        return tuple(
            Route(one.sets, one.handlers, one.place, group.get(name, one.group), one.terminal, one.label) for name, one in found
        )

    def unknown(self, one: Directive) -> None:
        """A directive that Caddy itself does not know; those of well-known modules are there where they are used."""
        if one.name in _FOREIGN:
            return
        self.faults.append(Fault(f"unrecognized directive: {one.name}", one.place, one.name))

    def named(self, block: tuple[Directive, ...]) -> dict[str, tuple[Test, ...]]:
        """The named matchers (``@ws``) that a block defines."""
        return {one.name: tuple(self.tests(one)) for one in block if one.name.startswith("@")}

    def tests(self, one: Directive) -> list[Test]:
        if one.block is None:
            if one.args and one.args[0].startswith(("`", "{")) and len(one.args) == 1:
                return [Test("expression", one.args[0], one.place)]
            line = Directive(one.args[0], one.args[1:], one.place) if one.args else None
            return _joined([self.test(line)]) if line is not None else []
        lines = list(one.block)
        if one.args:
            lines.insert(0, Directive(one.args[0], one.args[1:], one.place, None))
        return _joined([self.test(line) for line in lines])

    def test(self, line: Directive) -> Test:
        args = line.args
        value: Any = list(args)
        if line.name == "not":
            inner = [Directive(args[0], args[1:], line.place, line.block)] if args else list(line.block or ())
            value = _joined([self.test(each) for each in inner])
        elif line.name in ("header", "query"):
            pairs = args if line.name == "query" else ()
            value = {}
            if line.name == "header" and args:
                name = args[0].removeprefix("!")
                value = {name: None if args[0].startswith("!") else list(args[1:2])}
            for pair in pairs:
                key, _, wanted = pair.partition("=")
                value.setdefault(key, []).append(wanted)
        elif line.name in ("path_regexp", "header_regexp"):
            value = _pattern(args, 2 if line.name == "header_regexp" else 1)
        elif line.name == "file":
            tried = next((list(each.args) for each in line.each("try_files")), list(args) or ["{path}"])
            value = {"try_files": tried}
        elif line.name == "expression":
            value = " ".join(args)
        if line.name not in MATCHERS:
            reason = f"getting matcher module '{line.name}': module not registered: http.matchers.{line.name}"
            self.faults.append(Fault(reason, line.place, line.name))
        return Test(line.name, value, line.place)

    # ------------------------------------------------------------ one directive

    def one(self, one: Directive, known: Mapping[str, tuple[Test, ...]]) -> list[tuple[str, Route]]:
        args = list(one.args)
        sets: tuple[tuple[Test, ...], ...] = ()
        label = one.name
        if (
            args
            and (args[0].startswith("/") or args[0].startswith("@") or args[0] == "*")
            and not (one.name == "root" and len(args) == 1)
        ):
            word = args.pop(0)
            label = f"{one.name} {word}"
            if word.startswith("@"):
                if word not in known:
                    self.faults.append(Fault(f"unrecognized matcher name: {word}", one.place))
                    return []
                sets = (known[word],)
            elif word != "*":
                sets = ((Test("path", [word], one.place),),)
        if one.name == "forward_auth" and args and args[0].startswith("/"):
            args.pop(0)
        handlers = self.handlers(one, args, known)
        if one.name == "handle_path" and sets and sets[0] and sets[0][0].kind == "path":
            path = str(sets[0][0].value[0])
            handlers = [Handler("rewrite", one.place, {"strip_path_prefix": path.removesuffix("*").removesuffix("/")}), *handlers]
        if not handlers:
            return []
        name = "handle" if one.name == "handle_path" else one.name
        return [(name, Route(sets, tuple(handlers), one.place, label=label))]

    def handlers(self, one: Directive, args: list[str], known: Mapping[str, tuple[Test, ...]]) -> list[Handler]:
        place, block = one.place, one.block or ()
        if one.name in _QUIET:
            return []
        if one.name in ("handle", "handle_path", "route"):
            routes = self.routes(block, known, is_sorted=one.name != "route")
            return [Handler("subroute", place, {}, routes)]
        if one.name == "reverse_proxy":
            handler, faults = reverse_proxy(one, args, self.version)
            self.faults += faults
            return [handler]
        make = _SIMPLE.get(one.name)
        return [make(one, args)] if make is not None else []


def _joined(tests: list[Test]) -> list[Test]:
    """Lines of one kind in a matcher add to each other: paths and hosts are alternatives, header fields are not."""
    done: list[Test] = []
    for one in tests:
        same = next((number for number, other in enumerate(done) if other.kind == one.kind), None)
        if same is None or one.kind not in ("path", "host", "header", "method", "query", "remote_ip", "client_ip"):
            done.append(one)
            continue
        before_it = done[same]
        if isinstance(one.value, dict):
            merged: Any = dict(before_it.value)
            for key, values in one.value.items():
                merged[key] = [*merged[key], *values] if merged.get(key) and values else values
        else:
            merged = [*before_it.value, *one.value]
        done[same] = Test(one.kind, merged, before_it.place)
    return done


def _pattern(args: tuple[str, ...], least: int) -> dict[str, str]:
    """``[name] [field] pattern`` -> its parts."""
    named = len(args) > least
    words = args[1:] if named else args
    field_name = words[0] if least == 2 and words else ""
    return {"name": args[0] if named else "", "field": field_name, "pattern": words[-1] if words else ""}


def _specific(route: Route) -> tuple[int, int, int, str]:
    """Sorts routes of one directive: the longest path first, then those with any matcher, then those without."""
    paths = [test.value for tests in route.sets[:1] for test in tests if test.kind == "path"] if len(route.sets) == 1 else []
    if paths and len(paths[0]) == 1:
        path = str(paths[0][0])
        trimmed = path.removesuffix("*")
        return 0, -len(trimmed), len(path), trimmed
    return (1 if route.sets else 2), 0, 0, ""


# ---------------------------------------------------------------- directives without a block of routes


def _redir(one: Directive, args: list[str]) -> Handler:
    codes = {"permanent": "301", "temporary": "302", "html": "200"}
    code = args[1] if len(args) > 1 else "302"
    return Handler("static_response", one.place, {"status_code": codes.get(code, code), "location": args[0] if args else ""})


def _respond(one: Directive, args: list[str]) -> Handler:
    alone = args[0] if len(args) == 1 else ""
    status = args[1] if len(args) > 1 else alone if re.fullmatch(r"\d{3}", alone) else ""
    inner = one.first("close")
    return Handler("static_response", one.place, {"status_code": status, "close": inner is not None})


def _error(one: Directive, args: list[str]) -> Handler:
    status = next((word for word in reversed(args) if re.fullmatch(r"\d{3}", word)), "500")
    return Handler("error", one.place, {"status_code": status})


def _uri(one: Directive, args: list[str]) -> Handler:
    kind, *rest = args or [""]
    data: dict[str, Any] = {}
    if kind == "strip_prefix" and rest:
        data["strip_path_prefix"] = rest[0]
    elif kind == "strip_suffix" and rest:
        data["strip_path_suffix"] = rest[0]
    elif kind == "replace" and len(rest) > 1:
        limit = int(rest[2]) if len(rest) > 2 and rest[2].isdigit() else 0
        data["uri_substring"] = [{"find": rest[0], "replace": rest[1], "limit": limit}]
    elif kind == "path_regexp" and len(rest) > 1:
        data["path_regexp"] = [{"find": rest[0], "replace": rest[1]}]
    return Handler("rewrite", one.place, data)


def _try_files(one: Directive, args: list[str]) -> Handler:
    return Handler("try_files", one.place, {"files": args})


def _request_header(one: Directive, args: list[str]) -> Handler:
    lines = (
        [Directive("", tuple(args), one.place)]
        if args
        else [Directive("", (line.name, *line.args), line.place) for line in one.block or ()]
    )
    return Handler("headers", one.place, {"request": [(line.args, line.place) for line in lines if line.args]})


def _login(one: Directive, args: list[str]) -> Handler:
    return Handler("authentication", one.place)


def _forward_auth(one: Directive, args: list[str]) -> Handler:
    uri = one.first("uri")
    return Handler(
        "forward_auth", one.place, {"upstream": args[0] if args else "", "uri": uri.args[0] if uri and uri.args else ""}
    )


def _invoke(one: Directive, args: list[str]) -> Handler:
    return Handler("invoke", one.place, {"name": args[0] if args else ""})


_SIMPLE: dict[str, Callable[[Directive, list[str]], Handler]] = {
    "redir": _redir,
    "respond": _respond,
    "error": _error,
    "abort": lambda one, args: Handler("static_response", one.place, {"abort": True}),
    "uri": _uri,
    "rewrite": lambda one, args: Handler("rewrite", one.place, {"uri": args[0] if args else ""}),
    "method": lambda one, args: Handler("rewrite", one.place, {"method": args[0] if args else ""}),
    "try_files": _try_files,
    "request_header": _request_header,
    "basicauth": _login,
    "basic_auth": _login,
    "forward_auth": _forward_auth,
    "invoke": _invoke,
    "php_fastcgi": lambda one, args: Handler("php", one.place),
    "file_server": lambda one, args: Handler("file_server", one.place),
    "metrics": lambda one, args: Handler("static_response", one.place, {"status_code": "200"}),
    "acme_server": lambda one, args: Handler("static_response", one.place, {"status_code": "404"}),
}


# ---------------------------------------------------------------- sites and options


@lru_cache(maxsize=128)
def adapted(config: Config, version: str | None) -> Adapted:
    """The servers of a configuration for one version of Caddy."""
    if config.document is not None:
        from advisor.proxies.caddy.json_config import servers_of

        return servers_of(config.document)
    options = {one.name: one for one in (config.options.block or () if config.options else ())}
    orders = [one for one in (config.options.block or () if config.options else ()) if one.name == "order"]
    adapter = _Adapter(config, version, _ordered(orders))
    for name, one in options.items():
        if name not in _OPTIONS | _FOREIGN and not name.startswith("{$"):
            adapter.faults.append(Fault(f"unrecognized global option: {name}", one.place, name))
    sites = tuple(_site(adapter, one) for one in config.sites)
    named = {name: adapter.routes(one.block or (), {}, is_sorted=True) for name, one in config.routes.items()}
    auto = options["auto_https"].args if "auto_https" in options else ()
    return Adapted(
        sites,
        _port(options.get("http_port"), 80),
        _port(options.get("https_port"), 443),
        auto[0] if auto else "",
        tuple(adapter.faults),
        named,
    )


def _port(one: Directive | None, default: int) -> int:
    return int(one.args[0]) if one is not None and one.args and one.args[0].isdigit() else default


def _ordered(orders: list[Directive]) -> list[str]:
    """Caddy's order with what ``order`` options change."""
    order = list(ORDER)
    for one in orders:
        name, where, *other = (*one.args, "", "")
        if name in order:
            order.remove(name)
        if where == "first":
            order.insert(0, name)
        elif where in ("before", "after") and other[0] in order:
            order.insert(order.index(other[0]) + (where == "after"), name)
        else:
            order.append(name)
    return order


def _site(adapter: _Adapter, one: Directive) -> Site:
    block = one.block or ()
    errors = [line for line in block if line.name == "handle_errors"]
    known = adapter.named(block)
    handled = tuple(route for line in errors for route in adapter.routes(line.block or (), known, is_sorted=True))
    names = [name for word in (one.name, *one.args) for name in word.split(",") if name]
    return Site(
        tuple(address(name) for name in names),
        adapter.routes(block, {}, is_sorted=True),
        handled,
        one.place,
        any(line.name == "tls" for line in block),
        one.name,
    )


def address(text: str) -> Address:
    """``https://*.example.com:8443/app`` -> its parts."""
    scheme, mark, rest = text.partition("://")
    if not mark:
        scheme, rest = "", text
    authority, slash, path = rest.partition("/")
    host, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        host, port = authority, ""
    is_open = "{" in authority
    if is_open:
        host, port = host if "{" not in spelled(host) else "", port if port.isdigit() else ""
    number = int(port) if port.isdigit() else None
    return Address(scheme.lower(), host.lower() if host != "*" else "", number, f"{slash}{path}".rstrip("/"), is_open)

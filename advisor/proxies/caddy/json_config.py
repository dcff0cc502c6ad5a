"""Caddy's own JSON -> the same servers that a Caddyfile becomes, with the places of the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from advisor.formats.document import Node
from advisor.model import Place, Setting, Value
from advisor.proxies.caddy.json_faults import faults
from advisor.proxies.caddy.model import Adapted, Address, Handler, Route, Site, Test
from advisor.proxies.caddy.upstreams import POLICIES, duration

_DEEPEST = 30


def servers_of(document: Node) -> Adapted:
    """The HTTP servers of a document; what is none of the HTTP app is left alone."""
    app = document.get("apps", "http")
    servers = app.get("servers") if app is not None else None
    http, https = (_number(app.get(key) if app else None, default) for key, default in (("http_port", 80), ("https_port", 443)))
    sites: list[Site] = []
    for name, server in servers.items() if servers is not None else ():
        sites += _server(name, server, http)
    return Adapted(tuple(sites), http, https, _auto(servers), tuple(faults(document)))


def _auto(servers: Node | None) -> str:
    for _, server in servers.items() if servers is not None else ():
        automatic = server.get("automatic_https")
        if automatic is not None and (node := automatic.get("disable")) is not None and node.value is True:
            return "off"
        if automatic is not None and (node := automatic.get("disable_redirects")) is not None and node.value is True:
            return "disable_redirects"
    return ""


def _server(name: str, server: Node, http_port: int) -> Iterator[Site]:
    listens = [text for node in _each(server.get("listen")) if (text := node.text())] or [":443"]
    routes = tuple(_routes(server.get("routes"), 0))
    errors = tuple(_routes(server.get("errors", "routes"), 0))
    hosts = list(
        dict.fromkeys(
            host for route in routes for tests in route.sets for test in tests if test.kind == "host" for host in test.value
        )
    )
    tls = server.get("tls_connection_policies") is not None
    for listen in listens:
        found = re.search(r":(\d+)(?:-\d+)?$", listen)
        port = int(found[1]) if found else None
        scheme = "http" if port == http_port or (not tls and not hosts and port != 443) else "https"
        addresses = tuple(Address(scheme, "", port) for _ in range(1))
        place = server.key_place or server.place
        yield Site(addresses, routes, errors, place, tls or bool(hosts), f"server {name}")


def _routes(node: Node | None, depth: int) -> Iterator[Route]:
    for one in _each(node) if depth < _DEEPEST else ():
        sets = tuple(tuple(_tests(each)) for each in _each(one.get("match")))
        handlers = tuple(handler for each in _each(one.get("handle")) if (handler := _handler(each, depth)) is not None)
        group, terminal = one.get("group"), one.get("terminal")
        paths = [str(path) for tests in sets for test in tests if test.kind == "path" for path in test.value]
        label = f"route {' '.join(paths)}".strip()
        yield Route(
            sets,
            handlers,
            one.place,
            (group.text() or "") if group else "",
            terminal is not None and terminal.value is True,
            label,
        )


_LISTS = ("path", "host", "method", "remote_ip", "client_ip")


def _tests(node: Node) -> Iterator[Test]:
    for kind, value in node.items():
        place = value.key_place or value.place
        shaped = _shaped(kind, value)
        yield Test(kind, shaped, place) if shaped is not None else Test("unreadable", "", place)


def _shaped(kind: str, value: Node) -> Any:
    """What a matcher compares with, in the shape that the matchers take; ``None`` where it has another one."""
    plain = value.plain()
    if kind == "not":
        return [test for each in value.each() for test in _tests(each)]
    if kind in _LISTS:
        return _texts(plain)
    if kind == "protocol":
        return [plain] if isinstance(plain, str) else None
    if kind in ("header", "query", "path_regexp", "header_regexp") and not isinstance(plain, dict):
        return None
    if kind in ("header", "query"):
        return {name: _texts(values) for name, values in plain.items()}
    if kind == "path_regexp":
        return {"name": _text(plain.get("name")), "field": "", "pattern": _text(plain.get("pattern"))}
    if kind == "header_regexp":
        name = next(iter(plain), "")
        inner = plain.get(name)
        inner = inner if isinstance(inner, dict) else {}
        return {"name": _text(inner.get("name")), "field": name, "pattern": _text(inner.get("pattern"))}
    return plain if isinstance(plain, dict | list | str) else ""


def _texts(plain: Any) -> list[str] | None:
    return [str(each) for each in plain] if isinstance(plain, list) else None


def _text(plain: Any) -> str:
    return plain if isinstance(plain, str) else ""


def _dictionary(plain: Any) -> dict[str, Any]:
    return plain if isinstance(plain, dict) else {}


def _handler(node: Node, depth: int) -> Handler | None:
    plain = _dictionary(node.plain())
    kind, place = _text(plain.get("handler")), node.place
    if kind == "subroute":
        return Handler("subroute", place, {}, tuple(_routes(node.get("routes"), depth + 1)))
    if kind == "reverse_proxy":
        return _proxy(node, plain)
    if kind == "static_response":
        location = (_texts(_dictionary(plain.get("headers")).get("Location")) or [""])[:1]
        data = {
            "status_code": str(plain.get("status_code") or ""),
            "location": "".join(location),
            "abort": plain.get("abort") is True,
        }
        return Handler("static_response", place, data)
    if kind == "headers":
        return Handler("headers", place, {"request": _operations(_dictionary(plain.get("request")), place)})
    if kind == "error":
        return Handler("error", place, {"status_code": str(plain.get("status_code") or 500)})
    if kind == "rewrite":
        return Handler("rewrite", place, _rewriting(plain))
    if kind == "file_server":
        return Handler("file_server", place, {"pass_thru": plain.get("pass_thru") is True})
    return Handler("authentication", place) if kind == "authentication" else None


def _rewriting(plain: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {key: _text(plain.get(key)) for key in ("method", "uri", "strip_path_prefix", "strip_path_suffix")}
    for key in ("uri_substring", "path_regexp"):
        given = plain.get(key)
        lines = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
        data[key] = [{"find": _text(each.get("find")), "replace": _text(each.get("replace"))} for each in lines]
    return data


def _operations(given: dict[str, Any], place: Place) -> list[tuple[tuple[str, ...], Place]]:
    """Header operations as lines of a Caddyfile: ``-Name``, ``Name value``."""
    removed: list[tuple[tuple[str, ...], Place]] = [((f"-{name}",), place) for name in _texts(given.get("delete")) or ()]
    values = ((name, _texts(each)) for name, each in _dictionary(given.get("set")).items())
    return [*removed, *(((name, each[0]), place) for name, each in values if each)]


def _proxy(node: Node, plain: dict[str, Any]) -> Handler:
    transport = _dictionary(plain.get("transport"))
    tls = transport.get("tls")
    versions = _texts(transport.get("versions")) or []
    scheme = "https://" if tls is not None else "h2c://" if "h2c" in versions else ""
    members = plain.get("upstreams")
    dials = [_text(each.get("dial")) for each in members if isinstance(each, dict)] if isinstance(members, list) else []
    rewriting = _dictionary(plain.get("rewrite"))
    data = {
        "upstreams": [f"{scheme}{dial}" for dial in dials if dial],
        "headers": _operations(_dictionary(_dictionary(plain.get("headers")).get("request")), node.place),
        "transport": _text(transport.get("protocol")) or "http",
        "versions": versions,
        "tls": tls is not None,
        "trusts": bool(_dictionary(tls)),
        "dynamic": _text(_dictionary(plain.get("dynamic_upstreams")).get("source")),
        "trusted": _texts(plain.get("trusted_proxies")),
        "rewrite": _text(rewriting.get("uri")),
        "method": _text(rewriting.get("method")),
    }
    found: list[Setting] = []
    for key in ("stream_timeout", "stream_close_delay", "flush_interval"):
        if (value := node.get(key)) is not None:
            found.append(_setting(f"reverse_proxy.{key}", value))
    for key in ("dial_timeout", "response_header_timeout", "read_timeout", "write_timeout"):
        if (value := node.get("transport", key)) is not None:
            found.append(_setting(f"reverse_proxy.transport.{key}", value))
    policy = node.get("load_balancing", "selection_policy", "policy")
    if policy is not None:
        name = policy.text() or ""
        found.append(Setting("reverse_proxy.lb_policy", name, policy.place, POLICIES.get(name, "none"), "caddyfile"))
    return Handler("reverse_proxy", node.place, data, settings=tuple(found), label="reverse_proxy")


def _setting(key: str, node: Node) -> Setting:
    """A time as text (``5m``) or in nanoseconds."""
    number = node.number()
    amount: Value = number / 1e9 if number is not None else duration(node.text() or "")
    place: Place = node.key_place or node.place
    return Setting(key, node.text() or "", place, amount, "caddyfile")


def _each(node: Node | None) -> Iterator[Node]:
    if node is not None:
        yield from node.each()


def _number(node: Node | None, default: int) -> int:
    value = node.number() if node is not None else None
    return int(value) if value is not None else default

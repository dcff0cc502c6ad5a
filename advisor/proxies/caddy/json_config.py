"""Caddy's own JSON -> the same servers that a Caddyfile becomes, with the places of the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from advisor.formats.document import Node
from advisor.model import Place, Setting, Value
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
    return Adapted(tuple(sites), http, https, _auto(servers))


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


def _tests(node: Node) -> Iterator[Test]:
    for kind, value in node.items():
        plain = value.plain()
        if kind == "not":
            plain = [test for each in _each(value) for test in _tests(each)]
        elif kind == "path_regexp" and isinstance(plain, dict):
            plain = {"name": plain.get("name", ""), "field": "", "pattern": plain.get("pattern", "")}
        elif kind == "header_regexp" and isinstance(plain, dict):
            name = next(iter(plain), "")
            inner = plain.get(name) or {}
            plain = {"name": inner.get("name", ""), "field": name, "pattern": inner.get("pattern", "")}
        elif kind == "protocol":
            plain = [plain]
        yield Test(kind, plain, value.key_place or value.place)


def _handler(node: Node, depth: int) -> Handler | None:
    kind = (node.get("handler").text() if node.get("handler") else "") or ""  # type: ignore[union-attr]
    plain: dict[str, Any] = node.plain() if isinstance(node.value, dict) else {}
    place = node.place
    if kind == "subroute":
        return Handler("subroute", place, {}, tuple(_routes(node.get("routes"), depth + 1)))
    if kind == "reverse_proxy":
        return _proxy(node, plain)
    if kind == "static_response":
        headers = plain.get("headers") or {}
        location = next(iter(headers.get("Location", [""])), "") if isinstance(headers, dict) else ""
        data = {"status_code": str(plain.get("status_code", "")), "location": location, "abort": plain.get("abort") is True}
        return Handler("static_response", place, data)
    if kind == "headers":
        return Handler("headers", place, {"request": _operations(plain.get("request") or {}, place)})
    if kind == "error":
        return Handler("error", place, {"status_code": str(plain.get("status_code", 500))})
    if kind in ("rewrite", "authentication", "file_server"):
        return Handler(kind, place, plain)
    return None


def _operations(given: dict[str, Any], place: Place) -> list[tuple[tuple[str, ...], Place]]:
    """Header operations as lines of a Caddyfile: ``-Name``, ``Name value``."""
    removed: list[tuple[tuple[str, ...], Place]] = [((f"-{name}",), place) for name in given.get("delete", [])]
    return [*removed, *(((name, str(values[0])), place) for name, values in (given.get("set") or {}).items() if values)]


def _proxy(node: Node, plain: dict[str, Any]) -> Handler:
    transport = plain.get("transport") or {}
    tls = transport.get("tls") if isinstance(transport, dict) else None
    versions = transport.get("versions", []) if isinstance(transport, dict) else []
    scheme = "https://" if tls is not None else "h2c://" if "h2c" in versions else ""
    upstreams = [f"{scheme}{each.get('dial', '')}" for each in plain.get("upstreams", []) if isinstance(each, dict)]
    headers = _operations((plain.get("headers") or {}).get("request") or {}, node.place)
    data = {
        "upstreams": upstreams, "headers": headers, "transport": transport.get("protocol", "http"), "versions": versions,
        "tls": tls is not None, "trusts": isinstance(tls, dict) and bool(tls), "dynamic": plain.get("dynamic_upstreams"),
        "rewrite": (plain.get("rewrite") or {}).get("uri"), "method": (plain.get("rewrite") or {}).get("method"),
    }  # fmt: skip
    found: list[Setting] = []
    for key in ("stream_timeout", "stream_close_delay", "flush_interval"):
        if (value := node.get(key)) is not None:
            found.append(_setting(f"reverse_proxy.{key}", value))
    for key in ("dial_timeout", "response_header_timeout", "read_timeout", "write_timeout"):
        if (value := node.get("transport", key)) is not None:
            found.append(_setting(f"reverse_proxy.transport.{key}", value))
    policy = node.get("load_balancing", "selection_policy", "policy")
    if policy is not None:
        found.append(
            Setting(
                "reverse_proxy.lb_policy",
                policy.text() or "",
                policy.place,
                POLICIES.get(policy.text() or "", "none"),
                "caddyfile",
            )
        )
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

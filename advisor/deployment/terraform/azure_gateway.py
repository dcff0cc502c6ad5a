"""Azure Application Gateways with their listeners, rules and backend settings -> hops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from advisor.deployment.terraform.attributes import SETTINGS, blocks, computed, given, setting, shown, whole, word
from advisor.deployment.terraform.azure import addresses, glob, named, plain
from advisor.deployment.terraform.estate import Estate, Resource
from advisor.formats.document import Node
from advisor.model import Hop, Listen, Setting, Target

_KIND = "azurerm_application_gateway"
_LAST = 1_000_000


def gateways(estate: Estate) -> Iterator[Hop]:
    """One hop for each gateway."""
    for gateway in estate.of(_KIND):
        if not gateway.data:
            yield _gateway(estate, gateway)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The named blocks of a gateway."""

    estate: Estate
    gateway: Resource

    def named(self, kind: str, name: str | None) -> Node | None:
        return next((block for block in blocks(self.gateway.body, kind) if name and word(block, "name") == name), None)

    def rules(self) -> tuple[Node, ...]:
        """The routing rules in the order in which they are tried."""
        listed = blocks(self.gateway.body, "request_routing_rule")
        return tuple(sorted(listed, key=lambda rule: whole(given(rule, "priority")) or _LAST))


def _gateway(estate: Estate, gateway: Resource) -> Hop:
    parts = _Parts(estate, gateway)
    listed = blocks(gateway.body, "backend_http_settings")
    return replace(
        plain(estate, gateway, "azure-application-gateway"),
        settings=_settings(listed[0]) if len(listed) == 1 else (),
        names=(gateway.id, *addresses(estate, gateway)),
        listens=tuple(_listens(parts)),
        targets=tuple(dict.fromkeys(_targets(parts))),
    )


def _listens(parts: _Parts) -> Iterator[Listen]:
    rules = {word(rule, "http_listener_name"): rule for rule in parts.rules()}
    for block in blocks(parts.gateway.body, "http_listener"):
        port = parts.named("frontend_port", word(block, "frontend_port_name"))
        secure = (word(block, "protocol") or "").lower() == "https" or given(block, "ssl_certificate_name") is not None
        scheme: Literal["http", "https"] = "https" if secure else "http"
        number = whole(given(port, "port")) if port is not None else None
        hosts = tuple(text.lower() for text in (word(block, "host_name"), *_texts(given(block, "host_names"))) if text)
        yield Listen(
            scheme, number or (443 if secure else None), block.place, hosts, _redirect(parts, rules.get(word(block, "name")))
        )


def _redirect(parts: _Parts, rule: Node | None) -> str | None:
    """``https`` where the rule of a listener only sends clients to a listener with TLS."""
    found = parts.named("redirect_configuration", word(rule, "redirect_configuration_name"))
    if found is None or (word(rule, "rule_type") or "Basic") != "Basic":
        return None
    target = parts.named("http_listener", word(found, "target_listener_name"))
    secure = (word(target, "protocol") or "").lower() == "https"
    return "https" if secure or (word(found, "target_url") or "").startswith("https://") else None


def _targets(parts: _Parts) -> Iterator[Target]:
    for rule in parts.rules():
        listener = parts.named("http_listener", word(rule, "http_listener_name"))
        hosts = tuple(text.lower() for text in (word(listener, "host_name"), *_texts(given(listener, "host_names"))) if text)
        paths = parts.named("url_path_map", word(rule, "url_path_map_name"))
        for inner in blocks(paths, "path_rule"):
            patterns = tuple(glob(text) for text in _texts(given(inner, "paths")))
            yield from _sent(parts, inner, "backend_address_pool_name", "backend_http_settings_name", patterns, hosts)
        if paths is not None:
            names = ("default_backend_address_pool_name", "default_backend_http_settings_name")
            yield from _sent(parts, paths, *names, (), hosts)
        else:
            yield from _sent(parts, rule, "backend_address_pool_name", "backend_http_settings_name", (), hosts)


def _sent(
    parts: _Parts, rule: Node, pool_key: str, settings_key: str, paths: tuple[str, ...], hosts: tuple[str, ...]
) -> Iterator[Target]:
    pool = parts.named("backend_address_pool", word(rule, pool_key))
    chosen = parts.named("backend_http_settings", word(rule, settings_key))
    if pool is None and chosen is None and given(rule, pool_key) is None:
        return
    name = word(rule, pool_key) or "its backends"
    takes = ", ".join(paths) or "all other paths"
    scheme: Literal["http", "https"] = "https" if (word(chosen, "protocol") or "").lower() == "https" else "http"
    yield Target(
        name=_backend(parts, pool) or f"{parts.gateway.id}:{name}",
        place=rule.place,
        port=whole(given(chosen, "port")) if chosen is not None else None,
        paths=paths,
        scheme=scheme,
        why=f"{parts.gateway.label} sends {takes} to {name}",
        hosts=hosts,
        settings=_settings(chosen) if chosen is not None else (),
    )


def _backend(parts: _Parts, pool: Node | None) -> str | None:
    for key in ("fqdns", "ip_addresses"):
        node = given(pool, key)
        for each in node.each() if node is not None and not computed(node) else (node,):
            inner = (each.get("fqdn") or each.get("ipAddress")) if each is not None and isinstance(each.value, dict) else each
            if (name := named(parts.estate, parts.gateway, inner)) is not None:
                return name
    return None


def _settings(block: Node) -> tuple[Setting, ...]:
    """The settings of one backend setting, by the keys of the whole resource."""
    found = []
    for path, kind in SETTINGS[_KIND].items():
        names = path.split(".")
        if names[0] != "backend_http_settings":
            continue
        holder: Node | None = block
        for name in names[1:-1]:
            holder = next(iter(blocks(holder, name)), None)
        node = given(holder, names[-1])
        if node is not None and not isinstance(node.value, dict | list):
            found.append(setting(f"{_KIND}.{path}", node, kind))
    return tuple(found)


def _texts(node: Node | None) -> Iterator[str]:
    for each in node.each() if node is not None and not computed(node) else ():
        text = shown(each)
        if text:
            yield text

"""Cloudflare records, zone settings and tunnels -> a hop for each origin behind a proxied record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from advisor.deployment.terraform.attributes import Kind, blocks, computed, flag, given, setting, shown, word
from advisor.deployment.terraform.edges import serves_files
from advisor.deployment.terraform.estate import Estate, Resource
from advisor.formats.document import Node
from advisor.model import Certainty, Hop, Listen, Setting, Target

RECORDS = ("cloudflare_record", "cloudflare_dns_record")
TUNNELS = ("cloudflare_tunnel", "cloudflare_zero_trust_tunnel_cloudflared")
_TUNNEL_CONFIGS = ("cloudflare_tunnel_config", "cloudflare_zero_trust_tunnel_cloudflared_config")
_SWITCHES: dict[str, Kind] = {"websockets": "word", "ssl": "word", "always_use_https": "word", "proxy_read_timeout": "number"}
_STATIC = re.compile(
    r"(\.|^)(s3[\w.-]*\.amazonaws\.com|github\.io|r2\.dev|r2\.cloudflarestorage\.com|c\.storage\.googleapis\.com|"
    r"web\.core\.windows\.net|blob\.core\.windows\.net)$"
)
_STATIC_KINDS = (
    "aws_s3_bucket",
    "google_storage_bucket",
    "azurerm_storage_account",
    "cloudflare_r2_bucket",
    "cloudflare_pages_project",
)
_TUNNEL_SERVICE = re.compile(r"^(?:https?|wss?)://(\[[^\]]+\]|[^:/]+)(?::(\d+))?")


@dataclass(frozen=True, slots=True)
class _Origin:
    """What a record points at: the id of a resource, or a host name or address; ``key`` groups records to one hop."""

    key: str
    target: Target | None


def zones(estate: Estate, hosts: Mapping[str, str]) -> Iterator[Hop]:
    """One hop for each origin that proxied records point at. ``hosts``: id of a record -> its full host name, where known."""
    grouped: dict[str, Hop] = {}
    for record in estate.of(*RECORDS):
        proxied = given(record.body, "proxied")
        if (
            record.data
            or proxied is None
            or flag(proxied) is False
            or word(record.body, "type") not in ("A", "AAAA", "CNAME", None)
        ):
            continue
        origin = _origin(estate, record)
        if origin is None:
            continue
        certainty: Certainty = "weak" if computed(proxied) else record.certainty
        host = hosts.get(record.id)
        hop = _hop(estate, record, origin, host, certainty)
        before = grouped.get(origin.key)
        grouped[origin.key] = _joined(before, hop) if before is not None else hop
    yield from grouped.values()


def tunnels(estate: Estate) -> Iterator[Hop]:
    """Tunnels whose ingress rules stand in the files: Cloudflare's edge and its daemon are one hop in front of each service."""
    for config in estate.of(*_TUNNEL_CONFIGS):
        inner = next(iter(blocks(config.body, "config")), config.body)
        rules = [*blocks(inner, "ingress_rule"), *blocks(inner, "ingress")]
        targets = tuple(_ingress(config, rule) for rule in rules if _TUNNEL_SERVICE.match(word(rule, "service") or ""))
        names = tuple(host for rule in rules if (host := word(rule, "hostname")))
        if not targets:
            continue
        tunnel = [
            each.resource.id for each in estate.refer(config, given(config.body, "tunnel_id")) if each.resource.kind in TUNNELS
        ]
        yield Hop(
            id=config.id,
            platform="cloudflare-tunnel",
            name=config.label,
            place=config.place,
            certainty=config.certainty,
            scope=estate.purpose.scope,
            environment=estate.purpose.environment,
            settings=_switches(estate),
            names=(config.id, *tunnel),
            listens=(Listen("https", 443, config.place, names),),
            targets=targets,
            because=f'resource "{config.type}" "{config.name}" routes host names through a tunnel',
        )


def _hop(estate: Estate, record: Resource, origin: _Origin, host: str | None, certainty: Certainty) -> Hop:
    names = (host,) if host else ()
    proxied = given(record.body, "proxied") or record.body
    switches = _switches(estate)
    return Hop(
        id=record.id,
        platform="cloudflare",
        name=f"Cloudflare in front of {host}" if host else "Cloudflare",
        place=record.place,
        certainty=certainty,
        scope=estate.purpose.scope,
        environment=estate.purpose.environment,
        settings=(setting("cloudflare_record.proxied", proxied, "flag"), *switches),
        conditions=estate.provider("cloudflare"),
        names=(record.id, *names),
        listens=_listens(estate, record, names, switches),
        targets=(origin.target,) if origin.target else (),
        because=f'resource "{record.type}" "{record.name}" is proxied',
    )


def _listens(estate: Estate, record: Resource, names: tuple[str, ...], switches: tuple[Setting, ...]) -> tuple[Listen, ...]:
    always = next((each for each in switches if each.key.endswith(".always_use_https") and each.amount == "on"), None)
    rule = next((rule for rule in estate.of("cloudflare_page_rule", "cloudflare_ruleset") if _redirects(rule)), None)
    place = always.place if always else rule.place if rule else record.place
    redirect = "https" if always or rule else None
    return (Listen("https", 443, record.place, names), Listen("http", 80, place, names, redirect))


def _redirects(rule: Resource) -> bool:
    """True for a page rule that sends every http:// address of a zone to https://."""
    target = word(rule.body, "target") or ""
    return (
        rule.kind == "cloudflare_page_rule"
        and target.endswith("/*")
        and any(flag(given(actions, "always_use_https")) is True for actions in blocks(rule.body, "actions"))
    )


def _joined(one: Hop, other: Hop) -> Hop:
    """Two records of the same origin as one hop with both host names."""
    hosts = tuple(dict.fromkeys((*one.listens[0].hosts, *other.listens[0].hosts)))
    known = hosts if one.listens[0].hosts and other.listens[0].hosts else ()
    return replace(
        one,
        names=tuple(dict.fromkeys((*one.names, *other.names))),
        listens=tuple(replace(listen, hosts=known) for listen in one.listens),
        certainty=one.certainty if one.certainty != "weak" else other.certainty,
    )


def _origin(estate: Estate, record: Resource) -> _Origin | None:
    """Where the record leads; ``None`` where that is storage for files, which serves no sockets."""
    value = given(record.body, "content") or given(record.body, "value")
    if value is None:
        return None
    for reference in estate.refer(record, value):
        if reference.resource.kind.startswith(_STATIC_KINDS):
            return None
        if reference.resource.kind == "aws_cloudfront_distribution" and serves_files(estate, reference.resource):
            return None
        why = f"{record.label} points at {reference.resource.label}"
        return _Origin(reference.resource.id, Target(reference.resource.id, record.place, why=why))
    text = (shown(value) or "").rstrip(".").lower()
    if _STATIC.search(text):
        return None
    if text:
        return _Origin(text, Target(text, record.place, why=f"{record.label} points at {text}"))
    return _Origin(f"{record.id}:{value.value}", None)


# ---------------------------------------------------------------- zone settings


def _switches(estate: Estate) -> tuple[Setting, ...]:
    """The zone's switches under the newer provider's key, whichever resource sets them.

    ``cloudflare_zone_setting`` (provider 5) sets one by its ``setting_id``, ``cloudflare_zone_settings_override`` (before)
    many in a block.
    """
    argo = (node for each in estate.of("cloudflare_argo") if (node := given(each.body, "smart_routing")) is not None)
    return (*_overrides(estate), *_singles(estate), *(setting("cloudflare_argo.smart_routing", _lower(node)) for node in argo))


def _overrides(estate: Estate) -> Iterator[Setting]:
    for resource in estate.of("cloudflare_zone_settings_override"):
        for block in blocks(resource.body, "settings"):
            for name in _SWITCHES:
                node = given(block, name)
                if node is not None:
                    yield setting(f"cloudflare_zone_setting.{name}", _lower(node), _SWITCHES[name])


def _singles(estate: Estate) -> Iterator[Setting]:
    for resource in estate.of("cloudflare_zone_setting"):
        name = word(resource.body, "setting_id")
        node = given(resource.body, "value")
        if name in _SWITCHES and node is not None:
            yield setting(f"cloudflare_zone_setting.{name}", _lower(node), _SWITCHES[name])


def _lower(node: Node) -> Node:
    return replace(node, value=node.value.lower()) if isinstance(node.value, str) and node.tag != "expression" else node


# ---------------------------------------------------------------- tunnels


def _ingress(config: Resource, rule: Node) -> Target:
    service = word(rule, "service") or ""
    match = _TUNNEL_SERVICE.match(service)
    host, port = (match[1], match[2]) if match else ("", None)
    hostname, path = word(rule, "hostname"), word(rule, "path")
    return Target(
        name=host,
        place=rule.place,
        port=int(port) if port else 443 if service.startswith(("https:", "wss:")) else 80,
        paths=(f"*{path}*",) if path and re.fullmatch(r"[\w/.-]+", path) else (),
        scheme="https" if service.startswith(("https:", "wss:")) else "http",
        why=f"{config.label} sends {hostname or 'requests'} to {service}",
        hosts=(hostname,) if hostname else (),
    )

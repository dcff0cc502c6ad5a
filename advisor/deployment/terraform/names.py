"""DNS records of Route 53 and Cloudflare -> which host name leads to which resource."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.deployment.terraform.attributes import blocks, given, word
from advisor.deployment.terraform.cloudflare import RECORDS
from advisor.deployment.terraform.estate import Estate, Resource
from advisor.formats.document import Node


def host_names(estate: Estate) -> dict[str, tuple[str, ...]]:
    """Id of a resource -> the full host names of the records that point at it, in the order written."""
    found: dict[str, list[str]] = {}
    for record, values in _records(estate):
        host = full_name(estate, record)
        for value in values:
            for reference in estate.refer(record, value):
                if host is not None and host not in found.setdefault(reference.resource.id, []):
                    found[reference.resource.id].append(host)
    return {key: tuple(hosts) for key, hosts in found.items()}


def record_names(estate: Estate) -> dict[str, str]:
    """Id of a Cloudflare record -> its full host name, where the files show it."""
    return {record.id: host for record in estate.of(*RECORDS) if (host := full_name(estate, record)) is not None}


def full_name(estate: Estate, record: Resource) -> str | None:
    """The record's host name with its zone; ``None`` where one of them is computed."""
    name = word(record.body, "name")
    zone = _zone(estate, record)
    if name is None or "${" in name:
        return None
    name = name.rstrip(".").lower()
    if zone is not None and (name in ("", "@", zone) or not name.endswith(f".{zone}")):
        return zone if name in ("", "@", zone) else f"{name}.{zone}"
    return name if name.count(".") >= (1 if zone else 2) or (record.kind == "aws_route53_record" and "." in name) else None


def _zone(estate: Estate, record: Resource) -> str | None:
    for reference in estate.refer(record, given(record.body, "zone_id") or given(record.body, "domain")):
        if reference.resource.kind in ("aws_route53_zone", "cloudflare_zone"):
            for name in ("name", "zone"):
                text = word(reference.resource.body, name)
                if text is None:
                    text = next(
                        (found for block in blocks(reference.resource.body, "filter") if (found := word(block, name))), None
                    )
                if text and "${" not in text:
                    return text.rstrip(".").lower()
    return None


def _records(estate: Estate) -> Iterator[tuple[Resource, list[Node | None]]]:
    for record in estate.of("aws_route53_record"):
        if word(record.body, "type") in ("A", "AAAA", "CNAME", None):
            aliases = [given(block, "name") for block in blocks(record.body, "alias")]
            yield record, [*aliases, given(record.body, "records")]
    for record in estate.of(*RECORDS):
        if word(record.body, "type") in ("A", "AAAA", "CNAME", None):
            yield record, [given(record.body, "content") or given(record.body, "value")]

"""A load balancer's security groups -> the listener ports that nothing may reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from advisor.deployment.terraform.attributes import blocks, given, whole, word
from advisor.deployment.terraform.estate import Estate, Resource
from advisor.formats.document import Node

_RULES = ("aws_security_group_rule", "aws_vpc_security_group_ingress_rule")


def closed_ports(estate: Estate, balancer: Resource, ports: Iterable[int]) -> frozenset[int]:
    """The ports that no ingress rule opens; none where a rule or group is computed, or where all would be closed."""
    listed = frozenset(ports)
    attached = given(balancer.body, "security_groups")
    groups = [each.resource for each in estate.refer(balancer, attached)]
    shown = attached is not None and len(groups) == len(tuple(attached.each()))
    if not groups or not shown or any(group.kind != "aws_security_group" or group.data for group in groups):
        return frozenset()
    opened: set[int] = set()
    for group in groups:
        for least, most in _ranges(estate, group):
            if least is None or most is None:
                return frozenset()
            opened |= {port for port in listed if least <= port <= most}
    closed = listed - opened
    return frozenset() if closed == listed else closed


def _ranges(estate: Estate, group: Resource) -> Iterator[tuple[int | None, int | None]]:
    ingress = given(group.body, "ingress")
    if ingress is not None and (ingress.tag == "expression" or any(each.tag == "expression" for each in ingress.each())):
        yield None, None
    for block in blocks(group.body, "ingress"):
        yield _range(block, "protocol")
    for rule in estate.of(*_RULES):
        attached = [each.resource for each in estate.refer(rule, given(rule.body, "security_group_id"))]
        if group in attached and word(rule.body, "type") in (None, "ingress"):
            yield _range(rule.body, "protocol" if rule.kind == _RULES[0] else "ip_protocol")


def _range(body: Node, protocol: str) -> tuple[int | None, int | None]:
    if word(body, protocol) in ("-1", "all"):
        return 0, 65535
    return whole(given(body, "from_port")), whole(given(body, "to_port"))

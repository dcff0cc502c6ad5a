"""A resource's block -> typed values, and the settings that platform profiles know by ``<resource type>.<attribute path>``."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.deployment.terraform.cloud_keys import CLOUDS
from advisor.deployment.terraform.cloud_keys import Kind as Kind
from advisor.formats.document import Node
from advisor.formats.units import go_seconds
from advisor.model import Setting, Value

FORMAT = "terraform"
_LONGEST = 120
"""Characters of an expression that are repeated in a setting's value."""

SETTINGS: dict[str, dict[str, Kind]] = {
    "aws_lb": {
        "idle_timeout": "number",
        "client_keep_alive": "number",
        "enable_http2": "flag",
        "internal": "flag",
        "preserve_host_header": "flag",
        "xff_header_processing_mode": "word",
        "desync_mitigation_mode": "word",
        "drop_invalid_header_fields": "flag",
        "enable_waf_fail_open": "flag",
        "enable_cross_zone_load_balancing": "flag",
    },
    "aws_lb_target_group": {
        "protocol_version": "word",
        "target_type": "word",
        "target_control_port": "number",
        "deregistration_delay": "number",
        "slow_start": "number",
        "load_balancing_algorithm_type": "word",
        "load_balancing_cross_zone_enabled": "word",
        "connection_termination": "flag",
        "preserve_client_ip": "flag",
        "proxy_protocol_v2": "flag",
        "stickiness.enabled": "flag",
        "stickiness.type": "word",
        "stickiness.cookie_duration": "number",
        "stickiness.cookie_name": "word",
        "health_check.path": "word",
        "health_check.matcher": "word",
        "health_check.protocol": "word",
        "health_check.interval": "number",
        "health_check.timeout": "number",
    },
    "aws_lb_listener": {"protocol": "word", "tcp_idle_timeout_seconds": "number", "alpn_policy": "word"},
    "aws_elb": {
        "idle_timeout": "number",
        "connection_draining": "flag",
        "connection_draining_timeout": "number",
        "listener.lb_protocol": "word",
        "listener.instance_protocol": "word",
    },
    "aws_ecs_service": {
        "desired_count": "number",
        "launch_type": "word",
        "deployment_minimum_healthy_percent": "number",
        "deployment_maximum_percent": "number",
        "health_check_grace_period_seconds": "number",
        "deployment_configuration.strategy": "word",
        "deployment_configuration.bake_time_in_minutes": "number",
        "deployment_controller.type": "word",
    },
    "aws_autoscaling_group": {"desired_capacity": "number", "min_size": "number", "max_size": "number"},
    "aws_appautoscaling_target": {"min_capacity": "number", "max_capacity": "number"},
    "aws_apigatewayv2_api": {"protocol_type": "word", "route_selection_expression": "word"},
    "aws_apprunner_service": {"source_configuration.image_repository.image_configuration.port": "number"},
    "cloudflare_record": {"proxied": "flag"},
    "aws_cloudfront_distribution": {
        "http_version": "word",
        "default_cache_behavior.origin_request_policy_id": "word",
        "default_cache_behavior.viewer_protocol_policy": "word",
    },
    "heroku_formation": {"quantity": "number", "size": "word"},
    "heroku_app_feature": {"name": "word", "enabled": "flag"},
    **CLOUDS,
}
"""Resource type -> attribute path -> kind of its amount: what these readers hand out, and no more."""


def blocks(body: Node | None, name: str) -> tuple[Node, ...]:
    """The nested blocks of that name, in the order written."""
    found = body.get(name) if body is not None else None
    if found is None:
        return ()
    return tuple(node for node in found.each() if isinstance(node.value, dict))


def given(body: Node | None, name: str) -> Node | None:
    """The attribute, or ``None`` where it is absent or set to ``null``, which means absent."""
    found = body.get(name) if body is not None else None
    return None if found is None or (found.value is None and found.tag is None) else found


def word(body: Node | None, name: str) -> str | None:
    """The attribute's literal text; ``None`` where it is absent, computed, or must not be shown (``.tfvars``, sensitive)."""
    return shown(given(body, name))


def shown(node: Node | None) -> str | None:
    """The node's literal text, unless it must not be shown."""
    return node.text() if node is not None and node.tag != "secret" else None


def source_text(node: Node | None) -> str | None:
    """The node's text, literal or as an expression is written, unless it must not be shown."""
    if node is None or not isinstance(node.value, str) or node.tag == "secret":
        return None
    return node.value[1:-1] if node.tag == "expression" and node.value.startswith('"') else node.value


def whole(node: Node | None) -> int | None:
    """The node as a whole number, also from a quoted one."""
    number = node.number() if node is not None else None
    return int(number) if number is not None and number == int(number) else None


def flag(node: Node | None) -> bool | None:
    """The node as a truth value, also from ``"true"`` and ``"false"``; ``None`` where it is absent or computed."""
    text = node.text() if node is not None else None
    return {"true": True, "false": False}.get(text.lower()) if text is not None else None


def computed(node: Node | None) -> bool:
    """True where the attribute is there and its value is not shown by the files."""
    return node is not None and (node.tag == "expression" or (node.tag == "secret" and isinstance(node.value, str)))


def settings(kind: str, body: Node) -> tuple[Setting, ...]:
    """The settings of one resource, in the order of the table."""
    return tuple(
        setting(f"{kind}.{path}", node, amount)
        for path, amount in SETTINGS.get(kind, {}).items()
        for node in _at(body, path, amount)
    )


def setting(key: str, node: Node, kind: Kind = "word") -> Setting:
    """One setting; its ``amount`` is ``None`` where the value is computed from something that the files do not show."""
    return Setting(key, written(node), node.place, _amount(node, kind), FORMAT)


def written(node: Node) -> str:
    """The value as text, cut where an expression is long; a value from a ``.tfvars`` file is only named as such."""
    if node.tag == "secret":
        return "from a .tfvars file or a sensitive variable"
    if isinstance(node.value, dict | list):
        return "given"
    text = str(node.value).lower() if isinstance(node.value, bool) else str(node.plain())
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _amount(node: Node, kind: Kind) -> Value:
    if kind == "flag":
        return flag(node)
    if kind == "block":
        return True
    if kind == "minutes":
        minutes = node.number()
        return minutes * 60 if minutes is not None else None
    if kind == "number":
        number = node.number()
        return int(number) if number is not None and number == int(number) else number
    if kind == "duration":
        return go_seconds(shown(node) or "")
    return shown(node)


def _at(body: Node, path: str, kind: Kind) -> Iterator[Node]:
    first, _, rest = path.partition(".")
    if not rest:
        found = given(body, first)
        if found is not None and (not isinstance(found.value, dict | list) or kind == "block"):
            yield found
        return
    for block in blocks(body, first):
        yield from _at(block, rest, kind)

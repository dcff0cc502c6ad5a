"""Pulumi's AWS resources -> resources as Terraform names them, for both have one schema; ``awsx`` makes several at once.

Types: https://www.pulumi.com/registry/packages/aws/api-docs/
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from advisor.deployment.cdk.calls import Call
from advisor.deployment.cdk.program import Program, reference
from advisor.deployment.terraform.attributes import SETTINGS
from advisor.deployment.terraform.estate import Resource
from advisor.formats.document import Node
from advisor.model import Place

FORMAT = "pulumi"
_TYPES = {
    "lb.LoadBalancer": "aws_lb",
    "alb.LoadBalancer": "aws_lb",
    "lb.Listener": "aws_lb_listener",
    "alb.Listener": "aws_lb_listener",
    "lb.ListenerRule": "aws_lb_listener_rule",
    "alb.ListenerRule": "aws_lb_listener_rule",
    "lb.TargetGroup": "aws_lb_target_group",
    "alb.TargetGroup": "aws_lb_target_group",
    "ecs.Service": "aws_ecs_service",
    "ecs.TaskDefinition": "aws_ecs_task_definition",
    "appautoscaling.Target": "aws_appautoscaling_target",
    "cloudfront.Distribution": "aws_cloudfront_distribution",
    "cloudfront.OriginRequestPolicy": "aws_cloudfront_origin_request_policy",
    "cloudfront.CachePolicy": "aws_cloudfront_cache_policy",
    "apprunner.Service": "aws_apprunner_service",
    "elb.LoadBalancer": "aws_elb",
}
_MOST_DEPTH = 20
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_FREE = frozenset({"container_definitions", "tags", "environment", "variables", "containers"})
"""What holds keys that are not the schema's own, or is JSON of another product."""


def _camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)


KEYS = {
    f"{kind}.{attribute}": f"aws.{type_}.{_camel(attribute)}"
    for type_, kind in reversed(_TYPES.items())
    for attribute in (
        *SETTINGS.get(kind, {}),
        *(("container_definitions.stopTimeout",) if kind == "aws_ecs_task_definition" else ()),
    )
}
"""Attribute as the readers know it -> Pulumi's type and property."""


def read(program: Program, calls: Iterable[Call]) -> None:
    """Adds what the calls make."""
    for call in calls:
        kind = _TYPES.get(".".join(call.name.split(".")[-2:]))
        if kind is not None and ".awsx." not in f".{call.name}" and call.label:
            program.make(kind, f"aws.{'.'.join(call.name.split('.')[-2:])}", call.label, call.place, _body(call), (call.bound,))
        elif call.name.endswith(("awsx.lb.ApplicationLoadBalancer", "awsx.lb.NetworkLoadBalancer")) and call.label:
            _crossed_balancer(program, call)
        elif call.name.endswith(("awsx.ecs.FargateService", "awsx.ecs.EC2Service")) and call.label:
            _crossed_service(program, call)


def _body(call: Call) -> dict[str, Node]:
    whole = _renamed(call.properties, 0)
    return {**whole.value} if isinstance(whole.value, dict) else {}


def _renamed(node: Node, depth: int) -> Node:
    """Properties as Terraform spells them: ``defaultActions`` is its repeated block ``default_action``."""
    if depth > _MOST_DEPTH or node.tag == "call":
        return node
    if isinstance(node.value, list):
        return Node([_renamed(each, depth + 1) for each in node.value], node.place, node.key_place, node.tag)
    if not isinstance(node.value, dict):
        return node
    members: dict[str, Node] = {}
    for key, each in node.value.items():
        name = _CAPITAL.sub(r"_\1", key).lower()
        repeated = isinstance(each.value, list) and any(isinstance(member.value, dict) for member in each.value)
        free = name in _FREE
        singular = name[:-1] if repeated and name.endswith("s") and not free else name
        members[singular] = each if free else _renamed(each, depth + 1)
    return Node(members, node.place, node.key_place, node.tag)


def _crossed_balancer(program: Program, call: Call) -> Resource:
    """``awsx.lb.ApplicationLoadBalancer``: a balancer with a target group of its own, and a listener at port 80 by default."""
    body, place = _body(call), call.place
    network = "Network" in call.last
    own = {name: node for name in ("idle_timeout", "preserve_host_header", "internal") if (node := body.get(name)) is not None}
    if network:
        own["load_balancer_type"] = Node("network", place)
    balancer = program.make("aws_lb", f"awsx.lb.{call.last}", call.label, place, own, (call.bound,))
    group_body = dict(body["default_target_group"].items()) if "default_target_group" in body else {}
    group = program.make(
        "aws_lb_target_group", "awsx.lb.TargetGroup", call.label, place, group_body, (f"{call.bound}.defaultTargetGroup",)
    )
    listed = body.get("listener")
    for listener in list(listed.each()) if listed is not None else [Node({}, place)]:
        _crossed_listener(program, balancer, group, dict(listener.items()), network, place)
    return balancer


def _crossed_listener(
    program: Program, balancer: Resource, group: Resource, given: dict[str, Node], network: bool, place: Place
) -> None:
    action = Node({"type": Node("forward", place), "target_group_arn": reference(group, place)}, place)
    body = {"port": Node(80, place), "protocol": Node("TCP" if network else "HTTP", place), **given}
    body["load_balancer_arn"] = reference(balancer, place)
    body.setdefault("default_action", Node([action], place))
    program.make("aws_lb_listener", "awsx.lb.Listener", "", place, body)


def _crossed_service(program: Program, call: Call) -> None:
    """``awsx.ecs.FargateService`` with its task and the target groups that its ports name."""
    place, arguments = call.place, call.get("taskDefinitionArgs")
    single, several = (arguments.get("container"), arguments.get("containers")) if arguments is not None else (None, None)
    listed = [single] if single is not None else [node for _, node in several.items()] if several is not None else []
    task = program.make(
        "aws_ecs_task_definition", call.last, call.label, place, {"container_definitions": Node([*listed], place)}
    )
    body = {"task_definition": call.get("taskDefinition") or reference(task, place), "launch_type": Node("FARGATE", place)}
    if (count := call.get("desiredCount")) is not None:
        body["desired_count"] = count
    blocks = []
    for container in listed:
        mappings = container.get("portMappings")
        for mapping in mappings.each() if mappings is not None else ():
            group = mapping.get("targetGroup")
            if group is not None:
                port = mapping.get("containerPort")
                blocks.append(Node({"target_group_arn": group, **({"container_port": port} if port is not None else {})}, place))
    body["load_balancer"] = Node([*blocks], place)
    program.make("aws_ecs_service", f"awsx.ecs.{call.last}", call.label, place, body, (call.bound,))

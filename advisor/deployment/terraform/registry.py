"""Calls to well-known registry modules -> the resources that they make, as far as their arguments say.

Known are ``terraform-aws-modules/alb`` (its lists up to version 8, its maps since 9) and ``terraform-aws-modules/ecs`` with
its service submodule; another module that is called after a load balancer is one whose listeners are not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from advisor.deployment.terraform.attributes import given, word
from advisor.deployment.terraform.estate import Resource
from advisor.formats.document import Node

_SOURCE = re.compile(
    r"terraform-aws-(?:modules/|modules/terraform-aws-)(alb|ecs)(?:/aws|\.git)?(?://modules/(service))?(?:[?].*)?$"
)
_BALANCER = re.compile(
    r"(?:^|[/:])(?:terraform-aws-)?(?:alb|load-balancer|application-load-balancer)(?:/aws)?(?:\.git)?(?:[?].*)?$"
)
_LISTS = (("http_tcp_listeners", "HTTP"), ("https_listeners", "HTTPS"))
_BALANCER_OUTPUTS = frozenset(
    {"arn", "id", "dns_name", "zone_id", "lb_arn", "lb_id", "lb_dns_name", "lb_zone_id", "alb_arn", "alb_dns_name"}
)
_GROUP_OUTPUTS = frozenset({"target_groups", "target_group_arns", "target_group_names", "default_target_group_arn"})
_LISTENER_OUTPUTS = frozenset(
    {"listeners", "http_tcp_listener_arns", "https_listener_arns", "https_listener_arn", "http_listener_arn"}
)
_AUTOSCALING = (1, 10)
"""What the service submodule scales between where nothing is said (variables.tf of terraform-aws-modules/ecs)."""


def expand(call: Resource) -> Iterator[Resource]:
    """The resources that a call makes; nothing for a module that is not known."""
    if word(call.body, "create") == "false":
        return
    known = _SOURCE.search(call.type)
    if known is None:
        if _BALANCER.search(call.type):
            yield _made(call, "aws_lb", "", dict(call.body.items()), certain=False)
    elif known[1] == "alb":
        yield from _balancer(call)
    elif known[2] == "service":
        yield from _service(call, call.body, "")
    else:
        services = given(call.body, "services")
        for key, body in services.items() if services is not None else ():
            if isinstance(body.value, dict):
                yield from _service(call, body, f'.services["{key}"]')


def output_of(known: list[Resource], names: tuple[str, ...]) -> Iterator[Resource]:
    """What an output of the call refers to: ``dns_name``, ``target_groups["app"].arn``, ``target_group_arns[0]``."""
    name = names[0]
    index = names[1][1:-1].strip('"') if len(names) > 1 and names[1].startswith("[") else None
    balancer = [each for each in known if each.kind == "aws_lb"]
    if balancer and name in _BALANCER_OUTPUTS:
        yield from balancer
    elif name in _GROUP_OUTPUTS or name in _LISTENER_OUTPUTS:
        kind = "aws_lb_target_group" if name in _GROUP_OUTPUTS else "aws_lb_listener"
        secure = {"https_listener_arns": "HTTPS", "http_tcp_listener_arns": "HTTP"}.get(name)
        listed = [each for each in known if each.kind == kind and secure in (None, word(each.body, "protocol"))]
        chosen = [each for number, each in enumerate(listed) if index is not None and index in (each.name, str(number))]
        yield from chosen or listed
    elif name == "task_definition_arn" or (name == "services" and "task_definition_arn" in names):
        yield from _indexed([each for each in known if each.kind == "aws_ecs_task_definition"], index)
    elif name in ("id", "name", "services", "service_name"):
        yield from _indexed([each for each in known if each.kind == "aws_ecs_service"], index)


def _indexed(listed: list[Resource], index: str | None) -> list[Resource]:
    """The one of that key; all of them where none is named."""
    return [each for each in listed if index is not None and each.name == index] or listed


def _made(
    call: Resource, kind: str, suffix: str, members: Mapping[str, Node], name: str = "", *, certain: bool = True
) -> Resource:
    """A resource of the module: it stands where its arguments stand, and its expressions mean what they mean there."""
    own = [node.key_place or node.place for key, node in members.items() if key == "#"]
    body = Node({key: node for key, node in members.items() if key != "#"}, own[0] if own else call.place)
    return Resource(
        kind=kind,
        type=kind,
        name=name or call.name,
        id=f"{call.id}{suffix}",
        label=f"{call.label}{suffix}",
        place=own[0] if own else call.place,
        body=body,
        context=call.context,
        certainty=call.certainty if certain else "weak",
        made_by=call.type,
    )


def _names(call: Resource, output: str) -> Node:
    """An expression that names an output of the same call."""
    return Node(f"module.{call.name}.{output}", call.place, tag="expression")


# ---------------------------------------------------------------- terraform-aws-modules/alb


def _balancer(call: Resource) -> Iterator[Resource]:
    yield _made(call, "aws_lb", "", {key: node for key, node in call.body.items() if key not in ("listeners", "target_groups")})
    yield from _groups(call)
    listeners = given(call.body, "listeners")
    for key, node in listeners.items() if listeners is not None else ():
        if isinstance(node.value, dict):
            yield from _listener(call, key, node)
    for argument, protocol in _LISTS:
        found = given(call.body, argument)
        for number, node in enumerate(found.each() if found is not None else ()):
            if isinstance(node.value, dict):
                yield _old_listener(call, f"{argument}[{number}]", node, protocol)


def _groups(call: Resource) -> Iterator[Resource]:
    groups = given(call.body, "target_groups")
    pairs = list(groups.items()) if groups is not None and isinstance(groups.value, dict) else []
    if groups is not None and isinstance(groups.value, list):
        pairs = [(str(number), node) for number, node in enumerate(groups.value)]
    for key, node in pairs:
        if not isinstance(node.value, dict):
            continue
        members = dict(node.value)
        members.setdefault("protocol", members.get("backend_protocol", Node("HTTP", node.place)))
        if (port := members.get("port") or members.get("backend_port")) is not None:
            members["port"] = port
        for block in ("health_check", "stickiness"):
            if block in members and isinstance(members[block].value, dict):
                members[block] = Node([members[block]], members[block].place, members[block].key_place)
        yield _made(call, "aws_lb_target_group", f'.target_groups["{key}"]', {**members, "#": node}, key)


def _listener(call: Resource, key: str, node: Node) -> Iterator[Resource]:
    members = dict(node.value) if isinstance(node.value, dict) else {}
    members.setdefault("port", Node(80, node.place))
    members.setdefault("protocol", Node("HTTP", node.place))
    members["load_balancer_arn"] = _names(call, "arn")
    members["default_action"] = Node([_action(call, node)], node.place)
    yield _made(call, "aws_lb_listener", f'.listeners["{key}"]', {**members, "#": node}, key)
    rules = given(node, "rules")
    for name, rule in rules.items() if rules is not None else ():
        if isinstance(rule.value, dict):
            yield _rule(call, key, name, rule)


def _rule(call: Resource, listener: str, name: str, rule: Node) -> Resource:
    members = dict(rule.value) if isinstance(rule.value, dict) else {}
    actions, conditions = given(rule, "actions"), given(rule, "conditions")
    members["listener_arn"] = _names(call, f'listeners["{listener}"].arn')
    members["action"] = Node([_action(call, each) for each in (actions.each() if actions is not None else ())], rule.place)
    members["condition"] = Node([_condition(each) for each in (conditions.each() if conditions is not None else ())], rule.place)
    return _made(call, "aws_lb_listener_rule", f'.listeners["{listener}"].rules["{name}"]', {**members, "#": rule}, name)


def _action(call: Resource, node: Node) -> Node:
    """An action, of which the newer form names a target group by key below ``forward`` and the older one beside ``type``."""
    forward = given(node, "forward") or node
    members: dict[str, Node] = {}
    key = word(forward, "target_group_key")
    arn = given(forward, "target_group_arn") or given(forward, "arn")
    if key is not None:
        members["target_group_arn"] = _names(call, f'target_groups["{key}"].arn')
    elif arn is not None:
        members["target_group_arn"] = arn
    weighted = given(node, "weighted_forward") or forward
    listed = given(weighted, "target_groups")
    if listed is not None:
        inner = [_action(call, each) for each in listed.each() if isinstance(each.value, dict)]
        arns = [found for each in inner if (found := each.get("target_group_arn")) is not None]
        members["forward"] = Node(
            [Node({"target_group": Node([Node({"arn": each}, node.place) for each in arns], node.place)}, node.place)], node.place
        )
    redirect = given(node, "redirect") or (node if word(node, "type") == "redirect" else None)
    if redirect is not None and isinstance(redirect.value, dict):
        members["redirect"] = Node([redirect], redirect.place)
    return Node(members, node.place)


def _condition(node: Node) -> Node:
    members = dict(node.value) if isinstance(node.value, dict) else {}
    return Node(
        {key: Node([each], each.place) if isinstance(each.value, dict) else each for key, each in members.items()}, node.place
    )


def _old_listener(call: Resource, suffix: str, node: Node, protocol: str) -> Resource:
    members = dict(node.value) if isinstance(node.value, dict) else {}
    members.setdefault("protocol", Node(protocol, node.place))
    members["load_balancer_arn"] = _names(call, "lb_arn")
    kind = word(node, "action_type") or "forward"
    action: dict[str, Node] = {}
    if kind == "redirect" and (redirect := given(node, "redirect")) is not None:
        action["redirect"] = Node([redirect], redirect.place)
    elif kind != "fixed-response":
        index = given(node, "target_group_index")
        number = index.text() if index is not None else "0"
        action["target_group_arn"] = _names(call, f"target_group_arns[{number}]")
    members["default_action"] = Node([Node(action, node.place)], node.place)
    return _made(call, "aws_lb_listener", f".{suffix}", {**members, "#": node}, suffix)


# ---------------------------------------------------------------- terraform-aws-modules/ecs


def _service(call: Resource, body: Node, suffix: str) -> Iterator[Resource]:
    key = suffix[11:-2] if suffix else call.name
    output = f'services["{key}"].' if suffix else ""
    members = dict(body.items())
    balancers = given(body, "load_balancer")
    if balancers is not None and isinstance(balancers.value, dict):
        members["load_balancer"] = Node(list(balancers.value.values()), balancers.place)
    members.setdefault("desired_count", Node(1, call.place))
    members.setdefault("launch_type", Node("FARGATE", call.place))
    members["task_definition"] = _names(call, f"{output}task_definition_arn")
    yield _made(call, "aws_ecs_service", suffix, members, key)
    containers = given(body, "container_definitions")
    if containers is not None:
        yield _made(call, "aws_ecs_task_definition", f"{suffix}.task", {"container_definitions": containers}, key)
    if word(body, "enable_autoscaling") != "false":
        least, most = (
            given(body, f"autoscaling_{name}_capacity") or Node(default, call.place)
            for name, default in zip(("min", "max"), _AUTOSCALING, strict=True)
        )
        scaled = {"resource_id": _names(call, f"{output}id"), "min_capacity": least, "max_capacity": most}
        yield _made(call, "aws_appautoscaling_target", f"{suffix}.scaling", scaled, key)

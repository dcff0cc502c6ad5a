"""Balancers, listeners, rules and target groups of the AWS CDK -> resources in the form of the readers of AWS resources.

Defaults are those of the constructs: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_elasticloadbalancingv2-readme.html
"""

from __future__ import annotations

from advisor.deployment.cdk.calls import Call
from advisor.deployment.cdk.program import Program, reference
from advisor.deployment.terraform.estate import Resource
from advisor.formats.document import Node
from advisor.model import Place

_BALANCER = {
    "idleTimeout": "idle_timeout",
    "http2Enabled": "enable_http2",
    "clientKeepAlive": "client_keep_alive",
    "preserveHostHeader": "preserve_host_header",
    "dropInvalidHeaderFields": "drop_invalid_header_fields",
    "securityGroup": "security_groups",
}
_ATTRIBUTES = {
    "idle_timeout.timeout_seconds": "idle_timeout",
    "routing.http.preserve_host_header.enabled": "preserve_host_header",
    "routing.http.xff_header_processing.mode": "xff_header_processing_mode",
    "deregistration_delay.timeout_seconds": "deregistration_delay",
    "stickiness.enabled": "stickiness.enabled",
}
"""Keys of ``setAttribute`` -> attribute."""
GROUPS = ("aws_lb_target_group",)
_PORTS = {80: "HTTP", 8000: "HTTP", 8008: "HTTP", 8080: "HTTP", 443: "HTTPS", 8443: "HTTPS"}


def make_balancer(program: Program, call: Call) -> Resource:
    body = {name: node for key, name in _BALANCER.items() if (node := call.get(key)) is not None}
    if (mode := call.get("xffHeaderProcessingMode")) is not None:
        body["xff_header_processing_mode"] = Node(str(mode.value).lower(), mode.place, mode.key_place, mode.tag)
    if call.last.startswith("Network"):
        body["load_balancer_type"] = Node("network", call.place)
    return program.make("aws_lb", call.last, call.label, call.place, body, (call.bound,))


def add_listener(program: Program, call: Call) -> None:
    balancer = program.of_variable(call.receiver, call.place.line, "aws_lb")
    if balancer is not None:
        make_listener(program, call, reference(balancer, call.place), _layer4(balancer))


def new_listener(program: Program, call: Call) -> None:
    make_listener(program, call, call.get("loadBalancer") or Node(None, call.place), call.last.startswith("Network"))


def _layer4(balancer: Resource) -> bool:
    return balancer.body.get("load_balancer_type") is not None


def make_listener(program: Program, call: Call, balancer: Node, layer4: bool) -> Resource:
    port, protocol = call.get("port"), call.get("protocol")
    certificates = call.get("certificates")
    number = int(port.number() or 0) if port is not None and port.number() is not None else None
    if protocol is not None:
        spoken = (protocol.text() or "").upper()
    elif layer4:
        spoken = "TLS" if certificates is not None else "TCP"
    else:
        spoken = "HTTPS" if certificates is not None else _PORTS.get(number or 80, "HTTP")
    actions: list[Node] = []
    body = {
        "load_balancer_arn": balancer,
        "port": port if port is not None else Node(443 if spoken == "HTTPS" else 80, call.place),
        "protocol": Node(spoken, call.place),
        "default_action": Node(actions, call.place),
    }
    if (idle := call.get("tcpIdleTimeout")) is not None:
        body["tcp_idle_timeout_seconds"] = idle
    for group in program.named(call.get("defaultTargetGroups"), *GROUPS):
        actions.append(forward(group, call.place))
    actions += _actions(program, call.get("defaultAction"))
    return program.make("aws_lb_listener", call.last, call.label, call.place, body, (call.bound,))


def add_redirect(program: Program, call: Call) -> None:
    balancer = program.of_variable(call.receiver, call.place.line, "aws_lb")
    if balancer is not None:
        make_redirect(program, reference(balancer, call.place), call.place, call.get("sourcePort"))


def make_redirect(program: Program, balancer: Node, place: Place, port: Node | None = None) -> None:
    """A listener that sends every plain request to https, as ``addRedirect`` makes it by default."""
    action = Node(
        {"type": Node("redirect", place), "redirect": Node([Node({"protocol": Node("HTTPS", place)}, place)], place)}, place
    )
    body = {"load_balancer_arn": balancer, "port": port or Node(80, place), "protocol": Node("HTTP", place)}
    program.make("aws_lb_listener", "ApplicationListener", "", place, {**body, "default_action": Node([action], place)})


def forward(group: Resource, place: Place) -> Node:
    return Node({"type": Node("forward", place), "target_group_arn": reference(group, place)}, place)


def _actions(program: Program, action: Node | None) -> list[Node]:
    """``ListenerAction.forward`` and ``.redirect``; any other answer needs no target."""
    if action is None or action.tag != "call":
        return []
    kind = action.get("call")
    if kind is not None and kind.text() in ("forward", "weightedForward"):
        return [forward(group, action.place) for group in program.named(action, *GROUPS)]
    if kind is not None and kind.text() == "redirect":
        given = action.get("argument0")
        source = given if given is not None and isinstance(given.value, dict) else action
        block = {name: node for name in ("protocol", "port", "host") if (node := source.get(name)) is not None}
        redirect = Node([Node(block, action.place)], action.place)
        return [Node({"type": Node("redirect", action.place), "redirect": redirect}, action.place)]
    return []


# ---------------------------------------------------------------- target groups and rules


def make_group(program: Program, call: Call, variables: tuple[str, ...]) -> Resource:
    body: dict[str, Node] = {}
    for key, name in (("port", "port"), ("protocol", "protocol"), ("deregistrationDelay", "deregistration_delay")):
        if (node := call.get(key)) is not None:
            body[name] = node
    if (version := call.get("protocolVersion")) is not None:
        body["protocol_version"] = version
    if (kind := call.get("targetType")) is not None:
        body["target_type"] = Node(str(kind.value).lower(), kind.place, kind.key_place, kind.tag)
    targets = call.get("targets")
    if targets is not None and "LambdaTarget" in str(targets.plain()):
        body["target_type"] = Node("lambda", targets.place)
    if (sticky := call.get("stickinessCookieDuration")) is not None:
        block = {"enabled": Node(True, sticky.place, sticky.key_place), "cookie_duration": sticky}
        body["stickiness"] = Node([Node(block, sticky.place)], sticky.place)
    if (check := _check(call.get("healthCheck"))) is not None:
        body["health_check"] = check
    group = program.make("aws_lb_target_group", "ApplicationTargetGroup", call.label, call.place, body, variables)
    attach(program, group, targets, call)
    return group


def _check(node: Node | None) -> Node | None:
    if node is None or not isinstance(node.value, dict) or node.tag == "call":
        return None
    names = {"path": "path", "healthyHttpCodes": "matcher", "interval": "interval", "timeout": "timeout", "enabled": "enabled"}
    block = {name: found for key, name in names.items() if (found := node.get(key)) is not None}
    if (protocol := node.get("protocol")) is not None:
        block["protocol"] = protocol
    place = node.key_place or node.place
    return Node([Node(block, place)], place)


def new_group(program: Program, call: Call) -> None:
    make_group(program, call, (call.bound,))


def attach(program: Program, group: Resource, targets: Node | None, call: Call) -> None:
    """The services among the targets send to what they run; ``loadBalancerTarget`` names the container."""
    for target in targets.each() if targets is not None and targets.tag != "call" else (targets,) if targets is not None else ():
        given = target.get("argument0") if target.tag == "call" else None
        of = target.get("of") if target.tag == "call" else None
        named = Node(of.value, target.place, tag="expression") if of is not None else target
        for service in program.named(named, "aws_ecs_service"):
            block = {"target_group_arn": reference(group, call.place)}
            source = given if given is not None else target
            for key, name in (("containerName", "container_name"), ("containerPort", "container_port")):
                if isinstance(source.value, dict) and (node := source.get(key)) is not None:
                    block[name] = node
            append(service, "load_balancer", Node(block, call.place))


def append(resource: Resource, name: str, block: Node) -> None:
    if isinstance(resource.body.value, dict):
        listed = resource.body.value.setdefault(name, Node([], block.place))
        if isinstance(listed.value, list):
            listed.value.append(block)


def put(resource: Resource, name: str, node: Node) -> None:
    if not isinstance(resource.body.value, dict):
        return
    first, _, inner = name.partition(".")
    resource.body.value[first] = Node([Node({inner: node}, node.place)], node.place) if inner else node


def add_targets(program: Program, call: Call) -> None:
    listener = program.of_variable(call.receiver, call.place.line, "aws_lb_listener")
    if listener is not None:
        _lead(program, call, listener, [make_group(program, call, (call.bound,))])


def add_target_groups(program: Program, call: Call) -> None:
    listener = program.of_variable(call.receiver, call.place.line, "aws_lb_listener")
    if listener is not None:
        _lead(program, call, listener, list(program.named(call.get("targetGroups"), *GROUPS)))


def add_action(program: Program, call: Call) -> None:
    listener = program.of_variable(call.receiver, call.place.line, "aws_lb_listener")
    if listener is not None:
        _rule(program, call, listener, _actions(program, call.get("action")))


def new_rule(program: Program, call: Call) -> None:
    for listener in program.named(call.get("listener"), "aws_lb_listener")[:1]:
        groups = program.named(call.get("targetGroups"), *GROUPS)
        actions = [*(forward(group, call.place) for group in groups), *_actions(program, call.get("action"))]
        _rule(program, call, listener, actions)


def _lead(program: Program, call: Call, listener: Resource, groups: list[Resource]) -> None:
    _rule(program, call, listener, [forward(group, call.place) for group in groups])


def _rule(program: Program, call: Call, listener: Resource, actions: list[Node]) -> None:
    """A rule where there are conditions, else what the listener does by default."""
    conditions = call.get("conditions")
    if conditions is None:
        for action in actions:
            append(listener, "default_action", action)
        return
    body = {
        "listener_arn": reference(listener, call.place),
        "action": Node(actions, call.place),
        "condition": Node([block for each in conditions.each() if (block := _condition(each)) is not None], call.place),
    }
    if (priority := call.get("priority")) is not None:
        body["priority"] = priority
    program.make("aws_lb_listener_rule", "ApplicationListenerRule", call.label, call.place, body)


_CONDITIONS = {
    "pathPatterns": "path_pattern",
    "hostHeaders": "host_header",
    "httpHeader": "http_header",
    "queryStrings": "query_string",
    "sourceIps": "source_ip",
    "httpRequestMethods": "http_request_method",
}


def _condition(node: Node) -> Node | None:
    kind = node.get("call") if node.tag == "call" else None
    name = _CONDITIONS.get(kind.text() or "") if kind is not None else None
    if name is None:
        return Node({"source_ip": Node([Node({}, node.place)], node.place)}, node.place)
    first, second = node.get("argument0"), node.get("argument1")
    block = {"values": first} if first is not None and name != "http_header" else {}
    if name == "http_header" and first is not None:
        block = {"http_header_name": first, **({"values": second} if second is not None else {})}
    return Node({name: Node([Node(block, node.place)], node.place)}, node.place)


def set_attribute(program: Program, call: Call) -> None:
    """``setAttribute(key, value)`` of a balancer or a target group."""
    if len(call.arguments) < 2:
        return
    resource = program.of_variable(call.receiver, call.place.line, "aws_lb", *GROUPS)
    name = _ATTRIBUTES.get(call.arguments[0].text() or "")
    if resource is not None and name is not None:
        value = call.arguments[1]
        put(resource, name, Node(value.value, value.place, call.place, value.tag))


def configure_check(program: Program, call: Call) -> None:
    group = program.of_variable(call.receiver, call.place.line, *GROUPS)
    check = _check(Node(call.properties.value, call.properties.place, call.place))
    if group is not None and check is not None:
        put(group, "health_check", check)


def sticky(program: Program, call: Call) -> None:
    group = program.of_variable(call.receiver, call.place.line, *GROUPS)
    if group is not None:
        put(group, "stickiness.enabled", Node(True, call.place, call.place))

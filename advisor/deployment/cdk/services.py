"""ECS services, tasks and balanced services of the AWS CDK -> resources in the form of the readers of AWS resources."""

from __future__ import annotations

from advisor.deployment.cdk.balancers import (
    GROUPS,
    append,
    attach,
    forward,
    make_balancer,
    make_group,
    make_listener,
    make_redirect,
    put,
)
from advisor.deployment.cdk.calls import Call
from advisor.deployment.cdk.program import Program, reference
from advisor.deployment.cdk.tasks import asset, container
from advisor.deployment.terraform.estate import Resource
from advisor.formats.document import Node


def task(program: Program, call: Call) -> None:
    program.make(
        "aws_ecs_task_definition",
        call.last,
        call.label,
        call.place,
        {"container_definitions": Node([], call.place)},
        (call.bound,),
    )


def make_service(program: Program, call: Call) -> Resource:
    names = {"taskDefinition": "task_definition", "desiredCount": "desired_count", "serviceName": "name"}
    body = {name: node for key, name in names.items() if (node := call.get(key)) is not None}
    body["launch_type"] = Node("FARGATE" if "Fargate" in call.last else "EC2", call.place)
    return program.make("aws_ecs_service", call.last, call.label, call.place, body, (call.bound,))


def attach_group(program: Program, call: Call) -> None:
    """``service.attachToApplicationTargetGroup(group)``."""
    service = program.of_variable(call.receiver, call.place.line, "aws_ecs_service")
    for group in program.named(call.arguments[0], *GROUPS) if service is not None and call.arguments else ():
        if service is not None:
            append(service, "load_balancer", Node({"target_group_arn": reference(group, call.place)}, call.place))


def add_target(program: Program, call: Call) -> None:
    """``group.addTarget(service)``."""
    group = program.of_variable(call.receiver, call.place.line, *GROUPS)
    if group is not None:
        for argument in call.arguments:
            attach(program, group, argument, call)


def scale(program: Program, call: Call) -> None:
    service = program.of_variable(call.receiver, call.place.line, "aws_ecs_service")
    most = call.get("maxCapacity")
    if service is not None and most is not None:
        body = {
            "resource_id": reference(service, call.place),
            "min_capacity": call.get("minCapacity") or Node(1, call.place),
            "max_capacity": most,
        }
        program.make("aws_appautoscaling_target", "autoScaleTaskCount", "", call.place, body)


def pattern(program: Program, call: Call) -> None:
    """A balanced service of aws-ecs-patterns: balancer, listeners, target group, task and service at once."""
    own = call.bound
    given = next(iter(program.named(call.get("loadBalancer"), "aws_lb")), None)
    network = call.last.startswith("Network")
    balancer = given or make_balancer(program, call)
    protocol = call.get("protocol")
    secure = call.get("certificate") is not None or (protocol is not None and protocol.text() == "HTTPS")
    port = call.get("listenerPort")
    place = call.place
    members = {"protocol": Node("TCP" if network else "HTTPS" if secure else "HTTP", place)}
    if port is not None:
        members["port"] = port
    elif secure:
        members["port"] = Node(443, place)
    listener = make_listener(program, _with(call, members), reference(balancer, place), network)
    if (redirect := call.get("redirectHTTP")) is not None and redirect.value is True:
        make_redirect(program, reference(balancer, place), place)
    group_members = {"port": Node(80, place), "protocol": Node("TCP" if network else "HTTP", place)}
    group_members |= {key: node for key in ("protocolVersion", "healthCheck") if (node := call.get(key)) is not None}
    group = make_group(program, _with(call, group_members), (f"{own}.targetGroup",) if own else ())
    append(listener, "default_action", forward(group, place))
    task = next(iter(program.named(call.get("taskDefinition"), "aws_ecs_task_definition")), None)
    options = call.get("taskImageOptions")
    if task is None:
        listed = [container(options)] if options is not None else []
        task = program.make(
            "aws_ecs_task_definition", call.last, call.label, place, {"container_definitions": Node(listed, place)}
        )
        if options is not None and (root := asset(program, options.get("image"))) is not None:
            program.roots[task.id] = root
    service = make_service(program, call)
    put(service, "task_definition", reference(task, place))
    target = {"target_group_arn": reference(group, place)}
    container_port = options.get("containerPort") if options is not None else None
    if container_port is not None or options is not None:
        target["container_port"] = container_port or Node(80, place)
    append(service, "load_balancer", Node(target, place))
    _alias(program, own, {"loadBalancer": balancer, "listener": listener, "service": service, "taskDefinition": task})


def _with(call: Call, members: dict[str, Node]) -> Call:
    return Call(call.name, call.place, call.arguments, Node(members, call.place))


def _alias(program: Program, own: str, parts: dict[str, Resource]) -> None:
    for name, resource in parts.items():
        if own:
            program.know(f"{own}.{name}", resource)

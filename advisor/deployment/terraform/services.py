"""ECS services with their tasks, and EC2 instances -> the processes behind target groups, and the hop that runs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from advisor.deployment.terraform.attributes import blocks, given, setting, settings, source_text, whole, word
from advisor.deployment.terraform.balancers import health_check
from advisor.deployment.terraform.containers import Container, containers
from advisor.deployment.terraform.estate import Estate, Resource
from advisor.deployment.terraform.images import root_of
from advisor.formats.document import Node
from advisor.model import Hop, Place, Process

_STOP_TIMEOUT = "aws_ecs_task_definition.container_definitions.stopTimeout"


@dataclass(frozen=True, slots=True)
class _Attached:
    """A target group and the container that it sends to."""

    group: Resource
    container: str | None
    port: int | None


def services(estate: Estate) -> Iterator[tuple[Hop, Process]]:
    """Each ECS service that something can reach: the hop that runs it, and the process it sends to."""
    for service in estate.of("aws_ecs_service"):
        task = next((each for each in _tasks(estate, service)), None)
        listed = containers(estate, task) if task is not None else ()
        attached = list(_attached(estate, service))
        chosen = _chosen(listed, attached)
        names = (*(each.group.id for each in attached), *_classic(estate, service, "load_balancer", "elb_name"))
        if names or (chosen is not None and chosen.ports):
            yield _service(estate, service, chosen, attached, tuple(dict.fromkeys(names)))


def machines(estate: Estate) -> Iterator[Process]:
    """EC2 instances, alone or in groups, that a target group or a classic load balancer sends to."""
    for group in estate.of("aws_autoscaling_group"):
        names = [*(each.id for each in _group_targets(estate, group)), *_classic(estate, group, "load_balancers")]
        if names:
            yield _machines(estate, group, names, group)
    for machine in estate.of("aws_instance", "aws_spot_instance_request"):
        groups = [
            each.resource
            for attachment in estate.of("aws_lb_target_group_attachment")
            if machine in [found.resource for found in estate.refer(attachment, given(attachment.body, "target_id"))]
            for each in estate.refer(attachment, given(attachment.body, "target_group_arn"))
        ]
        if groups:
            yield _machines(estate, machine, [each.id for each in dict.fromkeys(groups)], None)


# ---------------------------------------------------------------- ECS


def _tasks(estate: Estate, service: Resource) -> Iterator[Resource]:
    for reference in estate.refer(service, given(service.body, "task_definition")):
        if reference.resource.kind == "aws_ecs_task_definition" and not reference.resource.data:
            yield reference.resource


def _attached(estate: Estate, service: Resource) -> Iterator[_Attached]:
    for block in blocks(service.body, "load_balancer"):
        for reference in estate.refer(service, given(block, "target_group_arn")):
            if reference.resource.kind == "aws_lb_target_group":
                yield _Attached(reference.resource, word(block, "container_name"), whole(given(block, "container_port")))


def _classic(estate: Estate, resource: Resource, *path: str) -> Iterator[str]:
    """Names under which classic load balancers send to what is attached to them."""
    first, *rest = path
    nodes = [given(block, rest[0]) for block in blocks(resource.body, first)] if rest else [given(resource.body, first)]
    for node in nodes:
        for reference in estate.refer(resource, node):
            if reference.resource.kind == "aws_elb":
                yield f"{reference.resource.id}:instances"


def _chosen(listed: tuple[Container, ...], attached: list[_Attached]) -> Container | None:
    """The container that the balancer sends to; the only one, or the first with a port, where it names none."""
    names = {each.container for each in attached if each.container}
    ports = {each.port for each in attached if each.port}
    named = [each for each in listed if each.name in names] or [each for each in listed if ports & set(each.ports)]
    return next(iter(named or [each for each in listed if each.ports] or listed), None)


def _service(
    estate: Estate, service: Resource, container: Container | None, attached: list[_Attached], names: tuple[str, ...]
) -> tuple[Hop, Process]:
    count, scaled = given(service.body, "desired_count"), _scaled(estate, service)
    hop_id = f"{service.id}:host"
    image = container.image if container else None
    root, built = root_of(estate, image, (container.name if container else None, word(service.body, "name")))
    ports = {each.port for each in attached if each.port} | set(container.ports if container else ())
    process = Process(
        id=service.id,
        place=service.place,
        root=root,
        command=container.command if container else None,
        command_place=container.command_place if container else None,
        replicas=whole(count),
        replicas_place=scaled[1] if scaled is not None else count.place if count is not None else None,
        replicas_range=scaled[0] if scaled is not None else None,
        names=(service.id, *names),
        ports=tuple(sorted(ports)),
        environment=container.environment if container else (),
        port_given=container.port_given if container else None,
        image=image,
        built=built,
        scope=estate.purpose.scope,
        environment_name=estate.purpose.environment,
        host=hop_id,
        health_check=next((check for each in attached if (check := health_check(each.group)) is not None), None),
    )
    stop = container.stop_timeout if container else None
    hop = Hop(
        id=hop_id,
        platform="aws-ecs-fargate",
        name=service.label,
        place=service.place,
        certainty=service.certainty,
        scope=estate.purpose.scope,
        environment=estate.purpose.environment,
        settings=(*settings("aws_ecs_service", service.body), *((setting(_STOP_TIMEOUT, stop, "number"),) if stop else ())),
        conditions=(("launch_type", _launch_type(service)), *estate.provider("aws")),
        names=(service.id, *names),
        processes=(process.id,),
        because=f"{service.because}, and it runs the containers",
    )
    return hop, process


def _launch_type(service: Resource) -> str:
    """FARGATE or EC2; a capacity provider's name tells as well, and EC2 is what ECS takes where nothing is said."""
    written = word(service.body, "launch_type")
    providers = [word(block, "capacity_provider") or "" for block in blocks(service.body, "capacity_provider_strategy")]
    if written is None and any(name.startswith("FARGATE") for name in providers):
        return "FARGATE"
    return (written or "EC2").upper() if given(service.body, "launch_type") is None or written else "FARGATE"


def _scaled(estate: Estate, service: Resource) -> tuple[tuple[int, int], Place] | None:
    """What an autoscaling target sets for the service, which it names by its address or by its literal name, and where."""
    name = word(service.body, "name")
    for target in estate.of("aws_appautoscaling_target"):
        identity = given(target.body, "resource_id")
        by_address = service in [each.resource for each in estate.refer(target, identity)]
        text = source_text(identity) or ""
        if by_address or (name is not None and text.startswith("service/") and text.endswith(f"/{name}")):
            least, most = whole(given(target.body, "min_capacity")), whole(given(target.body, "max_capacity"))
            return ((least, most), target.place) if least is not None and most is not None else None
    return None


# ---------------------------------------------------------------- EC2


def _group_targets(estate: Estate, group: Resource) -> Iterator[Resource]:
    sources: list[tuple[Resource, Node | None]] = [(group, given(group.body, "target_group_arns"))]
    sources += [(group, given(block, "identifier")) for block in blocks(group.body, "traffic_source")]
    for attachment in estate.of("aws_autoscaling_attachment"):
        if group in [each.resource for each in estate.refer(attachment, given(attachment.body, "autoscaling_group_name"))]:
            sources += [(attachment, given(attachment.body, name)) for name in ("lb_target_group_arn", "alb_target_group_arn")]
    found = (each.resource for owner, node in sources for each in estate.refer(owner, node))
    return iter(dict.fromkeys(each for each in found if each.kind == "aws_lb_target_group"))


def _machines(estate: Estate, resource: Resource, names: Iterable[str], group: Resource | None) -> Process:
    targets = tuple(names)
    body = group.body if group is not None else resource.body
    count = given(body, "desired_capacity") or given(body, "min_size") if group is not None else given(body, "count")
    least, most = whole(given(body, "min_size")), whole(given(body, "max_size"))
    checks = [health_check(each) for each in estate.of("aws_lb_target_group") if each.id in targets]
    ports = [whole(given(each.body, "port")) for each in estate.of("aws_lb_target_group") if each.id in targets]
    return Process(
        id=resource.id,
        place=resource.place,
        replicas=whole(count) if group is not None else None if count is not None else 1,
        replicas_place=count.place if count is not None else None,
        replicas_range=(least, most) if group is not None and least is not None and most is not None else None,
        names=(resource.id, *targets),
        ports=tuple(sorted({port for port in ports if port})),
        scope=estate.purpose.scope,
        environment_name=estate.purpose.environment,
        health_check=next((check for check in checks if check is not None), None),
    )

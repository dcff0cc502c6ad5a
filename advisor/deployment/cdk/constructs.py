"""Constructs of the AWS CDK and their methods -> resources in the form of the readers of AWS resources."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from advisor.deployment.cdk import balancers, services
from advisor.deployment.cdk.calls import Call
from advisor.deployment.cdk.distributions import distribution
from advisor.deployment.cdk.program import Program
from advisor.deployment.cdk.tasks import add_container, add_ports

FORMAT = "cdk"
_DEFAULT = "aws_cloudfront_distribution.default_cache_behavior"
KEYS = {
    "aws_lb.idle_timeout": "LoadBalancer.idleTimeout",
    "aws_lb.preserve_host_header": "LoadBalancer.preserveHostHeader",
    "aws_lb.xff_header_processing_mode": "LoadBalancer.xffHeaderProcessingMode",
    "aws_lb_listener.tcp_idle_timeout_seconds": "Listener.tcpIdleTimeout",
    "aws_lb_target_group.deregistration_delay": "TargetGroup.deregistrationDelay",
    "aws_lb_target_group.stickiness.enabled": "TargetGroup.stickinessCookieDuration",
    "aws_lb_target_group.protocol_version": "TargetGroup.protocolVersion",
    "aws_lb_target_group.target_type": "TargetGroup.targetType",
    "aws_lb_target_group.health_check.path": "TargetGroup.healthCheck.path",
    "aws_lb_target_group.health_check.matcher": "TargetGroup.healthCheck.healthyHttpCodes",
    "aws_ecs_service.desired_count": "Service.desiredCount",
    "aws_ecs_task_definition.container_definitions.stopTimeout": "ContainerDefinition.stopTimeout",
    f"{_DEFAULT}.origin_request_policy_id": "Distribution.defaultBehavior.originRequestPolicy",
    f"{_DEFAULT}.viewer_protocol_policy": "Distribution.defaultBehavior.viewerProtocolPolicy",
}
"""Attribute as the readers know it -> the construct's own property."""


def read(program: Program, calls: Iterable[Call]) -> None:
    """Adds what the calls make and what their methods add to it, in the order of the text."""
    for call in calls:
        maker = _MADE.get(call.last) or (_METHODS.get(call.last) if call.receiver else None)
        if maker is not None:
            maker(program, call)


_MADE: dict[str, Callable[[Program, Call], object]] = {
    "ApplicationLoadBalancer": balancers.make_balancer,
    "NetworkLoadBalancer": balancers.make_balancer,
    "ApplicationListener": balancers.new_listener,
    "NetworkListener": balancers.new_listener,
    "ApplicationTargetGroup": balancers.new_group,
    "NetworkTargetGroup": balancers.new_group,
    "ApplicationListenerRule": balancers.new_rule,
    "FargateTaskDefinition": services.task,
    "Ec2TaskDefinition": services.task,
    "TaskDefinition": services.task,
    "FargateService": services.make_service,
    "Ec2Service": services.make_service,
    "ApplicationLoadBalancedFargateService": services.pattern,
    "ApplicationLoadBalancedEc2Service": services.pattern,
    "NetworkLoadBalancedFargateService": services.pattern,
    "Distribution": distribution,
}
_METHODS: dict[str, Callable[[Program, Call], object]] = {
    "addListener": balancers.add_listener,
    "addRedirect": balancers.add_redirect,
    "addTargets": balancers.add_targets,
    "addTargetGroups": balancers.add_target_groups,
    "addAction": balancers.add_action,
    "addTarget": services.add_target,
    "setAttribute": balancers.set_attribute,
    "configureHealthCheck": balancers.configure_check,
    "enableCookieStickiness": balancers.sticky,
    "attachToApplicationTargetGroup": services.attach_group,
    "attachToNetworkTargetGroup": services.attach_group,
    "autoScaleTaskCount": services.scale,
    "addContainer": add_container,
    "addPortMappings": add_ports,
}

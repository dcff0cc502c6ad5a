"""Programs of Pulumi -> the same hops and processes as from Terraform, with Pulumi's keys."""

from __future__ import annotations

from tests.deployment.reading import read

PROGRAM = """\
import * as aws from "@pulumi/aws";
const lb = new aws.lb.LoadBalancer("web", { loadBalancerType: "application", idleTimeout: 90 });
const group = new aws.lb.TargetGroup("web", {
  port: 3000, protocol: "HTTP", targetType: "ip", deregistrationDelay: 5,
  stickiness: { type: "lb_cookie", enabled: true },
  healthCheck: { path: "/up", matcher: "200" },
});
new aws.lb.Listener("https", {
  loadBalancerArn: lb.arn, port: 443, protocol: "HTTPS",
  defaultActions: [{ type: "forward", targetGroupArn: group.arn }],
});
new aws.lb.Listener("http", {
  loadBalancerArn: lb.arn, port: 80,
  defaultActions: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } }],
});
const task = new aws.ecs.TaskDefinition("web", {
  containerDefinitions: JSON.stringify([{
    name: "web", image: "example.com/web", portMappings: [{ containerPort: 3000 }], stopTimeout: 45,
    environment: [{ name: "TOKEN", value: "hidden" }],
  }]),
});
new aws.ecs.Service("web", {
  taskDefinition: task.arn, desiredCount: 2, launchType: "FARGATE",
  loadBalancers: [{ targetGroupArn: group.arn, containerName: "web", containerPort: 3000 }],
});
"""


def test_resources() -> None:
    """Listeners, target group, task and service, joined by the variables that hold them."""
    found = read({"index.ts": PROGRAM, "Pulumi.yaml": "name: web\nruntime: nodejs\n"})
    balancer = next(hop for hop in found.hops if hop.platform == "aws-alb")
    host = next(hop for hop in found.hops if hop.platform == "aws-ecs-fargate")
    (process,) = found.processes
    idle = balancer.setting("aws.lb.LoadBalancer.idleTimeout")

    assert (90, "index.ts:2", "pulumi") == ((idle.amount, str(idle.place), idle.format) if idle else None)
    assert [("http", "https"), ("https", None)] == sorted((side.scheme, side.redirect_to) for side in balancer.listens)
    assert {"aws.lb.TargetGroup.stickiness.enabled": True, "aws.lb.TargetGroup.deregistrationDelay": 5} == {
        each.key: each.amount for each in balancer.targets[0].settings if each.key.endswith(("enabled", "Delay"))
    }
    assert (2, (3000,), ("TOKEN",), "/up") == (
        process.replicas,
        process.ports,
        process.environment,
        process.health_check.path if process.health_check else None,
    )
    stop = host.setting("aws.ecs.TaskDefinition.containerDefinitions.stopTimeout")
    assert (45, 18) == ((stop.amount, stop.place.line) if stop else None)
    assert "hidden" not in repr(found)


def test_python() -> None:
    """Keyword arguments and Args classes."""
    text = (
        "import pulumi_aws as aws\n"
        'lb = aws.lb.LoadBalancer("web", idle_timeout=75)\n'
        'group = aws.lb.TargetGroup("web", port=80, protocol="HTTP")\n'
        'aws.lb.Listener("l", load_balancer_arn=lb.arn, port=80, default_actions=[\n'
        '    aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=group.arn)])\n'
    )
    (hop,) = read({"__main__.py": text}).hops
    idle = hop.setting("aws.lb.LoadBalancer.idleTimeout")

    assert (75, 2, 1) == ((idle.amount, idle.place.line, len(hop.targets)) if idle else None)


def test_crosswalk() -> None:
    """awsx makes a balancer with a target group and a listener, and a service whose port names that group."""
    text = (
        'import * as awsx from "@pulumi/awsx";\nimport * as aws from "@pulumi/aws";\n'
        'const lb = new awsx.lb.ApplicationLoadBalancer("lb", {});\n'
        'new awsx.ecs.FargateService("web", {\n  desiredCount: 3,\n  taskDefinitionArgs: { container: {\n'
        '    name: "web", image: image.imageUri, portMappings: [{ containerPort: 8080, targetGroup: lb.defaultTargetGroup }],\n'
        "  } },\n});\n"
    )
    found = read({"index.ts": text})
    balancer = next(hop for hop in found.hops if hop.platform == "aws-alb")
    (process,) = found.processes

    assert [("http", 80)] == [(side.scheme, side.port) for side in balancer.listens]
    assert (3, (8080,)) == (process.replicas, process.ports)
    assert {target.name for target in balancer.targets} <= set(process.names)

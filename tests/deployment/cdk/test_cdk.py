"""Programs of the AWS CDK -> balancers, distributions and services with the places in the program."""

from __future__ import annotations

import pytest

from advisor.deployment import cdk
from advisor.model import Deployment, Hop
from advisor.tree import Tree
from tests.deployment.reading import read

HEAD = """\
import * as cdk from 'aws-cdk-lib';
import * as path from 'path';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Distribution, OriginRequestPolicy } from 'aws-cdk-lib/aws-cloudfront';
"""
STACK = (
    HEAD
    + """\
const IDLE = 120;
const task = new ecs.FargateTaskDefinition(this, 'Task');
const container = task.addContainer('web', {
  image: ecs.ContainerImage.fromAsset(path.join(__dirname, '..', 'app')),
  environment: { PORT: '3000', TOKEN: 'hidden' },
  stopTimeout: cdk.Duration.minutes(1),
});
container.addPortMappings({ containerPort: 3000 });
this.service = new ecs.FargateService(this, 'Service', {
  taskDefinition: task,
  desiredCount: 3,
});
this.service.autoScaleTaskCount({ minCapacity: 2, maxCapacity: 8 });
this.lb = new elbv2.ApplicationLoadBalancer(this, 'LB', {
  internetFacing: true,
  idleTimeout: cdk.Duration.seconds(IDLE),
});
this.lb.addRedirect();
const https = this.lb.addListener('Https', { port: 443, certificates: [cert] });
https.addTargets('Web', {
  port: 80,
  targets: [this.service],
  conditions: [elbv2.ListenerCondition.pathPatterns(['/ws*']), elbv2.ListenerCondition.hostHeaders(['a.example.com'])],
  priority: 10,
  deregistrationDelay: cdk.Duration.seconds(10),
  stickinessCookieDuration: cdk.Duration.days(1),
  healthCheck: {
    path: '/health',
    healthyHttpCodes: '200-299',
  },
});
"""
)
APP = {"app/package.json": "{}", "app/Dockerfile": "FROM node:22\nCOPY . .\nCMD node a.js\n"}


def deployed(text: str, file: str = "lib/stack.ts", **more: str) -> Deployment:
    return read({file: text, "cdk.json": "{}", **APP, **more})


def one(text: str, platform: str, file: str = "lib/stack.ts") -> Hop:
    return next(hop for hop in deployed(text, file).hops if hop.platform == platform)


def test_a_balancer() -> None:
    """Its timeout with its line, both listeners, and the rule that leads to the service."""
    hop = one(STACK, "aws-alb")
    (target,) = hop.targets

    assert ("ApplicationLoadBalancer LB", "lib/stack.ts:19", "explicit") == (hop.name, str(hop.place), hop.certainty)
    assert [("LoadBalancer.idleTimeout", 120)] == [(each.key, each.amount) for each in hop.settings if "idle" in each.key]
    assert [("https", 443, None), ("http", 80, "https")] == sorted(
        ((side.scheme, side.port, side.redirect_to) for side in hop.listens), reverse=True
    )
    assert (("/ws*",), ("a.example.com",), "lib/stack.ts:25") == (target.paths, target.hosts, str(target.place))
    assert {
        "TargetGroup.deregistrationDelay": 10,
        "TargetGroup.stickinessCookieDuration": True,
        "TargetGroup.healthCheck.path": "/health",
        "TargetGroup.healthCheck.healthyHttpCodes": "200-299",
    } == {each.key: each.amount for each in target.settings if each.key.startswith("TargetGroup.") and "cookie" not in each.key}


def test_a_service() -> None:
    """What the target group sends to: copies, port, health check, and the directory of the asset; no value of a variable."""
    found = deployed(STACK)
    (process,) = found.processes
    host = next(hop for hop in found.hops if hop.platform == "aws-ecs-fargate")
    check = process.health_check

    assert ("app", "node a.js", 3, (2, 8), (3000,), 3000) == (
        process.root,
        process.command,
        process.replicas,
        process.replicas_range,
        process.ports,
        process.port_given,
    )
    assert ("PORT", "TOKEN") == process.environment
    assert ("/health", (200, 299), 33) == ((check.path, check.accepts, check.place.line) if check else None)
    assert {"Service.desiredCount": 3, "ContainerDefinition.stopTimeout": 60} == {
        each.key: each.amount for each in host.settings if each.key in ("Service.desiredCount", "ContainerDefinition.stopTimeout")
    }
    assert set(process.names) & {target.name for hop in found.hops for target in hop.targets}
    assert "hidden" not in repr(found)


PATTERN = """\
import * as patterns from 'aws-cdk-lib/aws-ecs-patterns';
import * as ecs from 'aws-cdk-lib/aws-ecs';
const web = new patterns.ApplicationLoadBalancedFargateService(this, 'Web', {
  desiredCount: 2,
  certificate,
  redirectHTTP: true,
  idleTimeout: Duration.minutes(10),
  taskImageOptions: {
    image: ecs.ContainerImage.fromAsset('app'),
    containerPort: 8080,
    environment: { TOKEN: secret },
  },
});
web.targetGroup.configureHealthCheck({ path: '/up' });
web.targetGroup.setAttribute('stickiness.enabled', 'true');
web.targetGroup.setAttribute('deregistration_delay.timeout_seconds', '30');
web.loadBalancer.setAttribute('idle_timeout.timeout_seconds', '300');
const scaling = web.service.autoScaleTaskCount({ maxCapacity: 4 });
"""


def test_a_balanced_service_of_the_patterns() -> None:
    """The balancer, its listeners, the target group and the task at once, and what their methods change later."""
    found = deployed(PATTERN)
    balancer = next(hop for hop in found.hops if hop.platform == "aws-alb")
    (process,) = found.processes
    idle = balancer.setting("LoadBalancer.idleTimeout")

    assert (300, 17) == ((int(str(idle.value)), idle.place.line) if idle else None)
    assert [("http", "https"), ("https", None)] == sorted((side.scheme, side.redirect_to) for side in balancer.listens)
    assert {"TargetGroup.stickinessCookieDuration": (True, 15), "TargetGroup.deregistrationDelay": (30, 16)} == {
        each.key: (each.amount, each.place.line) for each in balancer.targets[0].settings if each.key.count(".") == 1
    }
    assert ("app", 2, (1, 4), (8080,), ("TOKEN",)) == (
        process.root,
        process.replicas,
        process.replicas_range,
        process.ports,
        process.environment,
    )
    assert ("/up", 14) == ((check.path, check.place.line) if (check := process.health_check) else None)


PYTHON = """\
from aws_cdk import Duration, Stack, aws_ecs as ecs, aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_ecs_patterns as ecs_patterns


class Chat(Stack):
    def __init__(self, scope, id, **kwargs):
        super().__init__(scope, id, **kwargs)
        self.web = ecs_patterns.ApplicationLoadBalancedFargateService(
            self, "Web", desired_count=2, idle_timeout=Duration.minutes(5),
            task_image_options=ecs_patterns.ApplicationLoadBalancedTaskImageOptions(
                image=ecs.ContainerImage.from_asset("app"), container_port=3000, environment={"A": "hidden"}
            ),
        )
        self.web.target_group.configure_health_check(path="/up")
"""


def test_python() -> None:
    """The same in Python's spelling."""
    found = deployed(PYTHON, "chat/stack.py")
    balancer = next(hop for hop in found.hops if hop.platform == "aws-alb")
    (process,) = found.processes
    idle = balancer.setting("LoadBalancer.idleTimeout")

    assert (300, "chat/stack.py:9") == ((idle.amount, str(idle.place)) if idle else None)
    assert ("app", 2, (3000,), "/up") == (
        process.root,
        process.replicas,
        process.ports,
        process.health_check.path if process.health_check else None,
    )
    assert "hidden" not in repr(found)


CDN = (
    HEAD
    + """\
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
const lb = new elbv2.ApplicationLoadBalancer(this, 'LB', {});
const api = new origins.LoadBalancerV2Origin(lb);
new Distribution(this, 'Cdn', {
  domainNames: ['chat.example.com'],
  defaultBehavior: { origin: new origins.S3Origin(bucket) },
  additionalBehaviors: {
    '/ws/*': {
      origin: api,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER,
    },
    '/api/*': { origin: api },
  },
});
"""
)


def test_a_distribution() -> None:
    """Behaviours by their paths, what they hand on, and the balancer behind them."""
    found = deployed(CDN)
    hop = next(hop for hop in found.hops if hop.platform == "aws-cloudfront")
    balancer = next(hop for hop in found.hops if hop.platform == "aws-alb")
    by_path = {target.paths: target for target in hop.targets}
    socket, api = by_path[("/ws/*",)], by_path[("/api/*",)]

    assert (balancer.id, "https", 13) == (socket.name, socket.scheme, socket.place.line)
    assert (True, False) == tuple(
        target.passes is not None and target.passes.keeps("Sec-WebSocket-Key") for target in (socket, api)
    )
    assert ("chat.example.com",) == hop.listens[0].hosts


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("idleTimeout: props.idle", None),
        ("idleTimeout: Duration.seconds(props.idle)", None),
        ("idleTimeout: Number(process.env.IDLE)", None),
        ("idleTimeout: Duration.hours(1)", 3600),
        ("idleTimeout: undefined", "absent"),
        ("vpc", "absent"),
        ("// idleTimeout: Duration.seconds(5)", "absent"),
    ],
)
def test_what_is_computed_stays_open(text: str, amount: object) -> None:
    """A value that only a run tells has no amount; one that is not there is the default's."""
    hop = one(f"{HEAD}new elbv2.ApplicationLoadBalancer(this, 'LB', {{\n  {text}\n}});\n", "aws-alb")
    setting = hop.setting("LoadBalancer.idleTimeout")

    assert amount == (setting.amount if setting else "absent")


@pytest.mark.parametrize(
    ("version", "expected"),
    [("ApplicationProtocolVersion.HTTP2", "HTTP2"), ("ApplicationProtocolVersion.HTTP1", "HTTP1"), ("version", None)],
)
def test_the_protocol_version(version: str, expected: str | None) -> None:
    """It decides whether the balancer takes sockets."""
    text = (
        f"{HEAD}const lb = new elbv2.ApplicationLoadBalancer(this, 'LB', {{}});\nconst l = lb.addListener('L', {{ port: 80 }});\n"
        f"l.addTargets('T', {{ port: 80, protocolVersion: elbv2.{version}, targets: [] }});\n"
    )

    assert expected == dict(one(text, "aws-alb").conditions).get("protocol_version")


def test_variables_of_two_stacks() -> None:
    """One name for two balancers: each listener belongs to the one that was made last before it."""
    text = HEAD + "".join(
        f"class S{number} {{ constructor() {{\n  const lb = new elbv2.ApplicationLoadBalancer(this, 'LB{number}', {{}});\n"
        f"  lb.addListener('L', {{ port: {number} }});\n}} }}\n"
        for number in (80, 443)
    )

    assert {"ApplicationLoadBalancer LB80": [80], "ApplicationLoadBalancer LB443": [443]} == {
        hop.name: [side.port for side in hop.listens] for hop in deployed(text).hops
    }


@pytest.mark.parametrize(
    "text",
    [
        "class ApplicationLoadBalancer {}\nnew ApplicationLoadBalancer(this, 'x', {});\n",
        f"{HEAD}// new elbv2.ApplicationLoadBalancer(this, 'LB', {{}});\n",
        f"{HEAD}const text = \"new elbv2.ApplicationLoadBalancer(this, 'LB')\";\n",
        f"{HEAD}function f(lb: elbv2.ApplicationLoadBalancer) {{ return lb; }}\n",
    ],
)
def test_no_balancer_is_made(text: str) -> None:
    """Classes of one's own, comments, texts and types."""
    assert () == deployed(text).hops


@pytest.mark.parametrize("cut", range(0, len(STACK), 97))
def test_a_broken_program_never_raises(cut: int) -> None:
    """Whatever is cut off, what is left is read as far as it goes."""
    for text in (STACK[:cut], STACK[cut:], f"{HEAD}{STACK[cut:]}{{([", PYTHON[: cut // 2]):
        cdk.read(Tree.of({"a.ts": f"aws-cdk-lib LoadBalancer {text}", "a.py": f"aws_cdk LoadBalancer {text}"}, cdk.WORDS))

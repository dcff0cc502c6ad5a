"""Tests of CloudFormation and SAM templates."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.deployment import cloudformation
from advisor.deployment.cloudformation.template import Template
from advisor.deployment.parts import Part
from advisor.formats import yaml
from advisor.model import Hop
from advisor.tree import Tree

STACK = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Idle: {Type: Number}
  Count: {Type: Number, Default: 3}
  Token: {Type: String, NoEcho: true, Default: s3cr3t}
Conditions:
  HasCert: !Not [!Equals [!Ref Cert, ""]]
Resources:
  LB:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      SecurityGroups: [!Ref Sg]
      LoadBalancerAttributes:
        - {Key: idle_timeout.timeout_seconds, Value: "300"}
  Sg:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress:
        - {CidrIp: 0.0.0.0/0, IpProtocol: tcp, FromPort: 80, ToPort: 443}
  Http:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref LB
      Port: 80
      Protocol: HTTP
      DefaultActions:
        - {Type: redirect, RedirectConfig: {Protocol: HTTPS, Port: "443", StatusCode: HTTP_301}}
  Https:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref LB
      Port: 443
      Protocol: HTTPS
      Certificates: [{CertificateArn: arn}]
      DefaultActions:
        - {Type: forward, TargetGroupArn: !Ref Web}
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Https
      Priority: 1
      Conditions:
        - {Field: path-pattern, Values: ["/ws*"]}
      Actions:
        - {Type: forward, TargetGroupArn: !Ref Ws}
  Web:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {Port: 80, Protocol: HTTP, TargetType: ip}
  Ws:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      Port: 3000
      Protocol: HTTP
      TargetType: ip
      HealthCheckPath: /up
      Matcher: {HttpCode: 200-299}
      TargetGroupAttributes:
        - {Key: stickiness.enabled, Value: "true"}
        - {Key: stickiness.type, Value: lb_cookie}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: ws
          Image: !Sub "${AWS::AccountId}.dkr.ecr.eu-west-1.amazonaws.com/ws:latest"
          Command: [node, server.js]
          PortMappings: [{ContainerPort: 3000}]
          StopTimeout: 60
          Environment: [{Name: PORT, Value: "3000"}, {Name: SECRET, Value: !Ref Token}]
  Service:
    Type: AWS::ECS::Service
    Properties:
      DesiredCount: !Ref Count
      LaunchType: FARGATE
      TaskDefinition: !Ref Task
      LoadBalancers:
        - {ContainerName: ws, ContainerPort: 3000, TargetGroupArn: !Ref Ws}
  Scale:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      ResourceId: !Join ["/", [service, main, !GetAtt Service.Name]]
      MinCapacity: 2
      MaxCapacity: 8
"""
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"


def part_of(files: dict[str, str] | str) -> Part:
    """What is read from these files, or from one template."""
    return cloudformation.read(Tree.of({"stack.yaml": files} if isinstance(files, str) else files, cloudformation.WORDS))


def hop_of(files: dict[str, str] | str, platform: str = "aws-alb") -> Hop:
    """The one hop of that platform."""
    (found,) = [hop for hop in part_of(files).hops if hop.platform == platform]
    return found


def test_balancer() -> None:
    """A balancer with its sides, its rules in order and the template's own keys."""
    hop = hop_of(STACK)
    assert "cloudformation:stack.yaml:LB" == hop.id
    assert [(80, "https"), (443, None)] == [(side.port, side.redirect_to) for side in hop.listens]
    assert [("Ws", ("/ws*",), 3000), ("Web", (), 80)] == [(t.name.split(":")[-1], t.paths, t.port) for t in hop.targets]
    setting = hop.setting(f"{BALANCER}.idle_timeout.timeout_seconds")
    assert (300, "cloudformation", 14) == ((setting.amount, setting.format, setting.place.line) if setting else None)


@pytest.mark.parametrize(
    ("value", "written", "amount"),
    [
        ('"300"', "300", 300),
        ("!Ref Idle", "depends on parameter Idle", None),
        ("!Ref Count", "3", 3),
        ("{Ref: Count}", "3", 3),
        ('!Sub "${Count}"', "3", 3),
        ("!If [HasCert, 60, 60]", "60", 60),
        ("!If [HasCert, 60, !Ref AWS::NoValue]", "60", 60),
        ("!If [HasCert, 60, 90]", "depends on condition HasCert: 60 90", None),
        ("!FindInMap [A, B, c]", "depends on FindInMap A B c", None),
        ("!ImportValue x", "depends on ImportValue x", None),
    ],
)
def test_values(value: str, written: str, amount: object) -> None:
    """Parameters with a default and conditions that do not matter are put in; what stays open says on what it depends."""
    setting = hop_of(STACK.replace('Value: "300"', f"Value: {value}", 1)).setting(f"{BALANCER}.idle_timeout.timeout_seconds")
    assert (written, amount) == ((setting.value, setting.amount) if setting else None)


def test_service() -> None:
    """A service, its container, its scaling and the target group that leads to it."""
    part = part_of(STACK)
    (process,) = part.processes
    assert ("node server.js", 3, (2, 8), (3000,)) == (process.command, process.replicas, process.replicas_range, process.ports)
    assert ("/up", (200, 299)) == ((process.health_check.path, process.health_check.accepts) if process.health_check else None)
    host = hop_of(STACK, "aws-ecs-fargate")
    assert "cloudformation:stack.yaml:Ws" in host.names
    stop = host.setting("AWS::ECS::TaskDefinition.ContainerDefinitions.StopTimeout")
    assert 60 == (stop.amount if stop else None)


def test_keys_of_target_groups() -> None:
    """Keys of a target group are those of its properties and attributes."""
    keys = {each.key.split(".", 1)[1] for each in hop_of(STACK).targets[0].settings}
    assert {"TargetType", "HealthCheckPath", "Matcher.HttpCode", "stickiness.enabled", "stickiness.type"} == keys


def test_stickiness_is_off_unless_switched_on() -> None:
    """A kind of stickiness without the switch leaves it off."""
    text = STACK.replace('        - {Key: stickiness.enabled, Value: "true"}\n', "")
    found = [each.amount for each in hop_of(text).targets[0].settings if each.key.endswith("stickiness.enabled")]
    assert [False] == found


def test_service_called_like_a_directory() -> None:
    """An image that is called like a directory with a Dockerfile is built from it."""
    files = {"infra/stack.yaml": STACK, "services/ws/Dockerfile": "FROM node"}
    assert ["services/ws"] == [process.root for process in part_of(files).processes]


def test_no_secret_is_shown() -> None:
    """Neither a hidden parameter's default nor a variable's value stands in what is read."""
    assert "s3cr3t" not in repr(part_of(STACK))


def test_balancer_of_another_stack() -> None:
    """A rule for a listener that another stack exports shows a balancer whose idle timeout is not shown."""
    text = STACK.replace("ListenerArn: !Ref Https", "ListenerArn: !ImportValue shared-listener")
    hops = [hop for hop in part_of(text).hops if hop.platform == "aws-alb" and hop.certainty == "strong"]
    setting = hops[0].setting(f"{BALANCER}.idle_timeout.timeout_seconds")
    assert (1, None) == (len(hops), setting.amount if setting else 0)


def test_json() -> None:
    """A template in JSON gives the same."""
    template = {
        "Resources": {
            "LB": {"Type": BALANCER, "Properties": {"Type": "network"}},
            "L": {
                "Type": "AWS::ElasticLoadBalancingV2::Listener",
                "Properties": {"LoadBalancerArn": {"Ref": "LB"}, "Port": 443, "Protocol": "TLS"},
            },
        }
    }
    hop = hop_of({"stack.json": json.dumps(template)}, "aws-nlb")
    assert [("https", 443)] == [(side.scheme, side.port) for side in hop.listens]


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("{Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: WEBSOCKET}}", ("aws-api-gateway-websocket", "api")),
        ("{Type: AWS::Serverless::WebSocketApi, Properties: {}}", ("aws-api-gateway-websocket", "api")),
        ("{Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}", ("aws-api-gateway-http-rest", None)),
        ("{Type: AWS::Serverless::HttpApi}", ("aws-api-gateway-http-rest", None)),
        ("{Type: AWS::Serverless::Api}", ("aws-api-gateway-http-rest", None)),
        ("{Type: AWS::ApiGateway::RestApi}", ("aws-api-gateway-http-rest", None)),
        ("{Type: AWS::ElasticBeanstalk::Environment}", ("aws-elastic-beanstalk", None)),
    ],
)
def test_other_platforms(resource: str, expected: tuple[str, str | None]) -> None:
    """APIs are told apart by their protocol; one with a model of its own is served from its template's directory."""
    hops = part_of({"api/template.yaml": f"Resources:\n  Api: {resource}\n"}).hops
    assert [expected] == [(hop.platform, hop.serves) for hop in hops]


def test_serverless_framework() -> None:
    """Resources that a Serverless Framework file adds are read as well."""
    text = "service: x\nresources:\n  Resources:\n    LB:\n      Type: " + BALANCER + "\n"
    assert ["aws-alb"] == [hop.platform for hop in part_of({"serverless.yml": text}).hops]


def test_conditional_resource() -> None:
    """A resource with a condition may be missing from the stack."""
    text = STACK.replace("  LB:\n", "  LB:\n    Condition: HasCert\n")
    assert "weak" == hop_of(text).certainty


def test_broken_template_is_said() -> None:
    """A template that cannot be read is named with the reason."""
    part = part_of(STACK + "<<<<<<< HEAD\na: 1\n=======\nb: 1\n>>>>>>> x\n")
    assert ([], [("stack.yaml", True)]) == ([*part.hops], [(note.file, note.deployment) for note in part.not_read])


def test_templates_of_tests_are_not_deployed() -> None:
    """A template below a folder of tests is nobody's deployment."""
    assert () == part_of({"tests/stack.yaml": STACK}).hops


def test_place_of_a_resource() -> None:
    """A hop stands at its logical name."""
    assert 9 == hop_of(STACK).place.line


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(STACK)), st.text(max_size=12), st.sampled_from(["", "!Ref ", "!If [", "Fn::Sub: ", "{", "- "]))
def test_anything_is_read(place: int, noise: str, piece: str) -> None:
    """Disturbed templates never raise."""
    part_of(STACK[:place] + piece + noise + STACK[place:])


@pytest.mark.parametrize(
    "text", ["[]", "1", "Resources: 1", "Resources: {A: 1, B: {Type: 3}}", "Parameters: {A: 1}\nResources: []"]
)
def test_other_documents(text: str) -> None:
    """Documents of another form have no resources."""
    assert [] == [found for found in Template.of(yaml.parse(text, "x.yaml")).resources() if found.type != "3"]

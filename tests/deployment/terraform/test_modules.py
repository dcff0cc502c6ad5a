"""Tests of roots, local and registry modules, copies, and variables files."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.deployment.terraform.estate import tokens
from tests.deployment.terraform.trees import (
    BALANCER,
    GROUP,
    HTTP_REDIRECT,
    HTTPS,
    SERVICE,
    WHOLE,
    amount,
    hop_of,
    part_of,
    platforms,
)

LB_MODULE = {
    "modules/lb/main.tf": BALANCER.replace('name               = "chat"', "idle_timeout = var.idle")
    + GROUP
    + HTTPS
    + 'variable "idle" { default = 60 }\noutput "group" { value = aws_lb_target_group.app.arn }\n',
}
APP_MODULE = {
    "modules/app/main.tf": SERVICE.replace("aws_lb_target_group.app.arn", "var.group").replace(
        "desired_count   = 2", "desired_count = var.size"
    )
    + 'variable "group" {}\nvariable "size" { default = 1 }\n',
}
CALLS = """
module "lb" {
  source = "../../modules/lb"
  idle   = 900
}

module "app" {
  source = "../../modules/app"
  group  = module.lb.group
  size   = 4
}
"""


def test_arguments_and_outputs_cross_modules() -> None:
    """A module's variables are its caller's arguments, and an output leads to the resource behind it."""
    part = part_of({**LB_MODULE, **APP_MODULE, "envs/prod/main.tf": CALLS})
    balancer, host = part.hops
    assert 900 == amount(balancer, "aws_lb.idle_timeout")
    assert ["terraform:envs/prod:module.lb.aws_lb_target_group.app"] == [target.name for target in balancer.targets]
    assert "terraform:envs/prod:module.lb.aws_lb_target_group.app" in host.names
    assert 4 == part.processes[0].replicas
    assert "modules/lb/main.tf" == balancer.place.file


def test_each_environment_is_a_root() -> None:
    """Two roots that call the same module are two deployments, each with its environment."""
    files = {**LB_MODULE, **APP_MODULE, "envs/production/main.tf": CALLS, "envs/staging/main.tf": CALLS.replace("900", "30")}
    found = [(hop.environment, amount(hop, "aws_lb.idle_timeout")) for hop in part_of(files).hops if hop.platform == "aws-alb"]
    assert [("production", 900), ("staging", 30)] == found


def test_module_that_calls_itself_ends() -> None:
    """A module that calls itself is followed a bounded number of times."""
    files = {"main.tf": 'module "a" {\n  source = "./a"\n}\n', "a/main.tf": BALANCER + 'module "again" {\n  source = "../a"\n}\n'}
    assert 0 < len(part_of(files).hops) < 20


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("count = 1", [("aws-alb", "explicit")]),
        ("count = 0", []),
        ("count = var.on ? 1 : 0", [("aws-alb", "explicit")]),
        ("count = var.off ? 1 : 0", []),
        ("count = var.open ? 1 : 0", [("aws-alb", "weak")]),
        ("for_each = {}", []),
        ("for_each = { a = 1 }", [("aws-alb", "explicit")]),
        ("for_each = var.open", [("aws-alb", "strong")]),
    ],
)
def test_conditional_resource(line: str, expected: list[tuple[str, str]]) -> None:
    """A count that is decided decides; one that is not makes the hop a weak one."""
    text = BALANCER.replace('name               = "chat"', line) + (
        'variable "on" { default = true }\nvariable "off" { default = false }\nvariable "open" {}\n'
    )
    assert expected == [(hop.platform, hop.certainty) for hop in part_of(text).hops]


def test_copies_keep_their_own_values() -> None:
    """Each copy that for_each makes has its key in its name and its own values."""
    text = (
        BALANCER
        + HTTPS.replace(".app.arn", '.app["ws"].arn')
        + """
resource "aws_lb_target_group" "app" {
  for_each         = { ws = { port = 3000, version = "HTTP1" }, grpc = { port = 50051, version = "GRPC" } }
  port             = each.value.port
  protocol         = "HTTP"
  protocol_version = each.value.version
}
"""
    )
    assert [('terraform:.:aws_lb_target_group.app["ws"]', 3000, "http")] == [
        (target.name, target.port, target.scheme) for target in hop_of(text).targets
    ]


@pytest.mark.parametrize(
    ("file", "expected"), [("terraform.tfvars", 45), ("x.auto.tfvars", 45), ("prod.tfvars", None), ("other/terraform.tfvars", 60)]
)
def test_variables_files(file: str, expected: int | None) -> None:
    """What Terraform loads by itself holds; a file that is named at the command line leaves the variable open."""
    text = BALANCER.replace('name               = "chat"', "idle_timeout = var.idle") + 'variable "idle" { default = 60 }\n'
    assert expected == amount(hop_of({"main.tf": text, file: "idle = 45\n"}), "aws_lb.idle_timeout")


def test_no_value_of_a_variables_file_is_shown() -> None:
    """Texts of variables files and states stand nowhere in what is read."""
    text = WHOLE.replace('"chat"', "var.name").replace('"node", "server.js"', '"node", var.name') + 'variable "name" {}\n'
    files = {
        "main.tf": text,
        "terraform.tfvars": 'name = "s3cr3t-name"\n',
        "terraform.tfstate": '{"resources": [{"type": "aws_apigatewayv2_api", "name": "s3cr3t-state"}]}',
    }
    assert "s3cr3t" not in repr(part_of(files))
    assert ["aws-alb", "aws-ecs-fargate"] == platforms(files)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({".terraform.lock.hcl": 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.31.0"\n}\n'}, "5"),
        (
            {"v.tf": 'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws", version = "~> 6.2" }\n  }\n}\n'},
            "6",
        ),
        (
            {"v.tf": 'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws", version = ">= 4.0" }\n  }\n}\n'},
            None,
        ),
        ({}, None),
    ],
)
def test_provider_version(files: dict[str, str], expected: str | None) -> None:
    """The lock file, else a constraint with one major version, is a condition of facts."""
    assert expected == dict(hop_of({"main.tf": BALANCER, **files}).conditions).get("provider")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BALANCER + "<<<<<<< HEAD\na = 1\n=======\nb = 1\n>>>>>>> x\n", "merge conflict"),
        (BALANCER[:-20], "HCL"),
    ],
)
def test_broken_file_is_said(text: str, reason: str) -> None:
    """A file that cannot be read is named with the reason; the others are read."""
    part = part_of({"lb.tf": BALANCER, "broken.tf": text})
    assert [("broken.tf", True)] == [(note.file, note.deployment) for note in part.not_read]
    assert reason in part.not_read[0].reason
    assert ["aws-alb"] == [hop.platform for hop in part.hops]


def test_terraform_in_json_is_said() -> None:
    """Terraform in JSON is not read, and said so where it would show a hop."""
    part = part_of({"cdk.tf.json": '{"resource": {"aws_lb": {}}}', "other.tf.json": "{}"})
    assert ["cdk.tf.json"] == [note.file for note in part.not_read]


REGISTRY_9 = """
module "alb" {
  source       = "terraform-aws-modules/alb/aws"
  version      = "~> 9.0"
  idle_timeout = 400

  listeners = {
    http  = { port = 80, protocol = "HTTP", redirect = { port = "443", protocol = "HTTPS", status_code = "HTTP_301" } }
    https = {
      port            = 443
      protocol        = "HTTPS"
      certificate_arn = "arn"
      forward         = { target_group_key = "app" }
      rules = {
        ws = {
          priority   = 1
          actions    = [{ type = "forward", target_group_key = "ws" }]
          conditions = [{ path_pattern = { values = ["/ws"] } }]
        }
      }
    }
  }

  target_groups = {
    app = { protocol = "HTTP", port = 3000, target_type = "ip", health_check = { path = "/up" } }
    ws  = { protocol = "HTTP", port = 3001, target_type = "ip", stickiness = { type = "lb_cookie" } }
  }
}
"""
REGISTRY_8 = """
module "alb" {
  source        = "terraform-aws-modules/alb/aws"
  version       = "~> 8.0"
  idle_timeout  = 400
  target_groups = [{ backend_protocol = "HTTP", backend_port = 3000, target_type = "ip" }]
  http_tcp_listeners = [
    { port = 80, protocol = "HTTP", action_type = "redirect", redirect = { port = "443", protocol = "HTTPS" } }
  ]
  https_listeners    = [{ port = 443, certificate_arn = "arn", target_group_index = 0 }]
}
"""


def test_registry_balancer() -> None:
    """The registry's balancer of version 9 is taken apart: listeners, rules, target groups by key."""
    hop = hop_of(REGISTRY_9)
    assert (400, "explicit") == (amount(hop, "aws_lb.idle_timeout"), hop.certainty)
    assert [(80, "https"), (443, None)] == [(side.port, side.redirect_to) for side in hop.listens]
    assert [("ws", ("/ws",), 3001), ("app", (), 3000)] == [(t.name.split('"')[1], t.paths, t.port) for t in hop.targets]
    assert [("aws_lb_target_group.stickiness.enabled", True)] == [
        (each.key, each.amount) for each in hop.targets[0].settings if each.key.endswith("enabled")
    ]


def test_registry_balancer_of_old() -> None:
    """The registry's balancer up to version 8 holds lists, and names target groups by index."""
    hop = hop_of(REGISTRY_8)
    assert [(80, "https"), (443, None)] == [(side.port, side.redirect_to) for side in hop.listens]
    assert [("http", 3000)] == [(target.scheme, target.port) for target in hop.targets]


@pytest.mark.parametrize("arn", ['module.alb.target_groups["app"].arn', "module.alb.target_group_arns[0]"])
def test_service_behind_a_registry_balancer(arn: str) -> None:
    """A service finds the target group of a registry module by its output."""
    text = (REGISTRY_9 if "groups[" in arn else REGISTRY_8) + SERVICE.replace("aws_lb_target_group.app.arn", arn)
    targets = {target.name for target in hop_of(text).targets}
    assert targets & set(hop_of(text, "aws-ecs-fargate").names)


def test_registry_service() -> None:
    """The registry's service runs on Fargate and scales between one and ten copies unless told otherwise."""
    text = (
        REGISTRY_9
        + """
module "service" {
  source        = "terraform-aws-modules/ecs/aws//modules/service"
  desired_count = 2
  container_definitions = {
    web = { image = "x.dkr.ecr.y/web:1", port_mappings = [{ containerPort = 3000 }], command = ["node", "a.js"] }
  }
  load_balancer = {
    service = { target_group_arn = module.alb.target_groups["app"].arn, container_name = "web", container_port = 3000 }
  }
}
"""
    )
    (process,) = part_of(text).processes
    assert (2, (1, 10), "node a.js", (3000,)) == (process.replicas, process.replicas_range, process.command, process.ports)
    assert "aws-ecs-fargate" in platforms(text)


def test_balancer_of_an_unknown_module() -> None:
    """A module that is called after a load balancer is one of which little is shown."""
    hop = hop_of(
        'module "lb" {\n  source = "cloudposse/alb/aws"\n  idle_timeout = 30\n}\nresource "aws_lb_target_group" "x" {}\n'
    )
    assert ("weak", 30) == (hop.certainty, amount(hop, "aws_lb.idle_timeout"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aws_lb.main.arn", ("aws_lb", "main", "arn")),
        ('module.web["a"].out', ("module", "web", '["a"]', "out")),
        ("aws_lb.main[0].arn", ("aws_lb", "main", "[0]", "arn")),
        ("data.aws_lb.main[*].arn", ("data", "aws_lb", "main", "[*]", "arn")),
    ],
)
def test_tokens(text: str, expected: tuple[str, ...]) -> None:
    """An address is taken apart at its dots and indexes."""
    assert expected == tokens(text)


PIECES = [
    BALANCER,
    GROUP,
    HTTPS,
    HTTP_REDIRECT,
    SERVICE,
    REGISTRY_8,
    REGISTRY_9,
    *LB_MODULE.values(),
    CALLS.replace("../../", "./"),
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), st.integers(0, 3000), st.text(max_size=12))
def test_anything_is_read(pieces: list[str], cut: int, noise: str) -> None:
    """Cut off, doubled and disturbed files never raise."""
    text = "\n".join(pieces)
    place = cut % (len(text) + 1)
    part_of({"main.tf": text[:place] + noise + text[place:], **LB_MODULE, "b.tf": text[:place]})

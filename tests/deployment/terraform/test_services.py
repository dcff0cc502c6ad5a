"""Tests of ECS services, their containers, and groups of EC2 instances."""

from __future__ import annotations

import json

import pytest

from advisor.formats.document import Node
from advisor.model import Place
from tests.deployment.terraform.trees import (
    BALANCER,
    GROUP,
    HTTPS,
    SERVICE,
    WHOLE,
    amount,
    hop_of,
    part_of,
    platforms,
    process_of,
)


def test_service_behind_a_balancer() -> None:
    """The container that the balancer sends to is the process, its service the hop that runs it, both behind the target group."""
    process, host = process_of(WHOLE), hop_of(WHOLE, "aws-ecs-fargate")
    assert "terraform:.:aws_lb_target_group.app" in process.names
    assert "terraform:.:aws_lb_target_group.app" in host.names
    assert ((process.id,), host.id) == (host.processes, process.host)
    assert ("node server.js", 2, (3000,), 3000) == (process.command, process.replicas, process.ports, process.port_given)
    assert (True, ".") == (process.built, process.root)
    assert 90 == amount(host, "aws_ecs_task_definition.container_definitions.stopTimeout")


def test_names_of_variables_but_no_values() -> None:
    """Names of variables and secrets are kept, what they hold is not."""
    part = part_of(WHOLE)
    assert ("PORT", "TOKEN", "DATABASE_URL") == part.processes[0].environment
    assert "s3cr3t-value" not in repr(part)


def test_definitions_as_json_text() -> None:
    """Container definitions in a heredoc are JSON, with parts that Terraform puts in."""
    text = (
        WHOLE[: WHOLE.index("jsonencode")]
        + """<<EOF
[{"name": "web", "image": "${var.image}", "command": ["npm", "start"], "portMappings": [{"containerPort": ${var.port}}],
  "stopTimeout": 40}]
EOF
}
"""
    )
    process = process_of(text)
    assert ("npm start", (3000,)) == (process.command, process.ports)
    assert 40 == amount(hop_of(text, "aws-ecs-fargate"), "aws_ecs_task_definition.container_definitions.stopTimeout")


def test_definitions_in_a_template() -> None:
    """A template beside the module is read, and its places are its own."""
    files = {
        "infra/main.tf": WHOLE[: WHOLE.index("jsonencode")] + 'templatefile("${path.module}/web.json.tpl", { image = "x" })\n}\n',
        "infra/web.json.tpl": json.dumps([{"name": "web", "image": "${image}", "command": ["node", "a.js"]}]),
    }
    process = process_of(files)
    assert ("node a.js", "infra/web.json.tpl") == (process.command, process.command_place.file if process.command_place else None)


def test_template_outside_the_tree_is_not_followed() -> None:
    """A path that leaves the tree is not opened; the service is there without its containers."""
    text = WHOLE[: WHOLE.index("jsonencode")] + 'file("../../../etc/passwd")\n}\n'
    assert None is process_of(text).command


@pytest.mark.parametrize(
    ("line", "expected"),
    [("desired_count   = 2", 2), ("desired_count = var.open", None), ("", None), ('desired_count = "3"', 3)],
)
def test_replicas(line: str, expected: int | None) -> None:
    """The desired count is the number of copies, unknown where it is computed or left out."""
    process = process_of(WHOLE.replace("desired_count   = 2", line))
    assert expected == process.replicas
    assert ("desired" in line) == (process.replicas_place is not None)


@pytest.mark.parametrize(
    "identity",
    [
        '"service/${aws_ecs_cluster.main.name}/${aws_ecs_service.app.name}"',
        '"service/main/chat"',
        '"service/${var.cluster}/chat"',
    ],
)
def test_autoscaling(identity: str) -> None:
    """A scaling target that names the service gives its range."""
    text = (
        WHOLE
        + f'resource "aws_appautoscaling_target" "a" {{\n resource_id = {identity}\n min_capacity = 2\n max_capacity = 6\n}}\n'
    )
    assert (2, 6) == process_of(text).replicas_range


def test_autoscaling_of_another_service() -> None:
    """A scaling target that names another service leaves this one alone."""
    text = (
        WHOLE
        + 'resource "aws_appautoscaling_target" "a" {\n resource_id = "service/main/other"\n'
        + " min_capacity = 2\n max_capacity = 6\n}\n"
    )
    assert None is process_of(text).replicas_range


def test_container_called_like_a_directory() -> None:
    """A container that is called like the only directory with a Dockerfile of that name runs its code."""
    files = {"infra/main.tf": WHOLE, "services/web/Dockerfile": "FROM node", "services/api/Dockerfile": "FROM node"}
    assert ("services/web", True) == (process_of(files).root, process_of(files).built)


@pytest.mark.parametrize(
    ("image", "built"),
    [
        ('"${aws_ecr_repository.web.repository_url}:latest"', True),
        ("var.image", True),
        ('"123456789012.dkr.ecr.eu-west-1.amazonaws.com/chat:1"', True),
        ('"grafana/grafana:11"', False),
        ('"nginx:1.27"', False),
    ],
)
def test_whose_image(image: str, built: bool) -> None:
    """An image of one's own registry is built from this repository, a public one is not."""
    assert built == process_of(WHOLE.replace('"${aws_ecr_repository.web.repository_url}:latest"', image)).built


def test_service_that_nothing_reaches() -> None:
    """A worker with neither a balancer nor a port is on no path."""
    text = SERVICE.replace("portMappings = [{ containerPort = 3000 }]", "")
    text = text[: text.index("  load_balancer {")] + text[text.index("}\n\nresource") :]
    assert [] == platforms(text)


def test_group_of_instances() -> None:
    """Instances in a group are a process behind the target group, with the group's size and range."""
    text = (
        BALANCER
        + GROUP
        + HTTPS
        + """
resource "aws_autoscaling_group" "app" {
  min_size          = 2
  max_size          = 5
  desired_capacity  = 3
  target_group_arns = [aws_lb_target_group.app.arn]
}
"""
    )
    process = process_of(text)
    assert (3, (2, 5)) == (process.replicas, process.replicas_range)
    assert ("terraform:.:aws_autoscaling_group.app", "terraform:.:aws_lb_target_group.app") == process.names


def test_attached_instance() -> None:
    """One instance that is attached to the target group is one copy."""
    text = (
        BALANCER
        + GROUP
        + HTTPS
        + """
resource "aws_instance" "app" {
  ami = "ami-1"
}

resource "aws_lb_target_group_attachment" "app" {
  target_group_arn = aws_lb_target_group.app.arn
  target_id        = aws_instance.app.id
}
"""
    )
    assert (1, 3000) == (process_of(text).replicas, process_of(text).ports[0])


def test_secret_is_not_written() -> None:
    """A value from a variables file is used and not shown."""
    from advisor.deployment.terraform.attributes import setting, source_text, word

    body = Node({"a": Node("s3cr3t", Place("x.tf"), tag="secret")}, Place("x.tf"))
    assert (None, None) == (word(body, "a"), source_text(body.get("a")))
    assert "s3cr3t" not in repr(setting("k", Node("s3cr3t", Place("x.tf"), tag="secret")))


def test_service_behind_a_classic_balancer() -> None:
    """A classic balancer has no target groups: what is attached to it is found by the balancer itself."""
    text = (
        SERVICE.replace("target_group_arn = aws_lb_target_group.app.arn", "elb_name = aws_elb.main.name")
        + """
resource "aws_elb" "main" {
  idle_timeout = 400
  listener {
    lb_port           = 80
    lb_protocol       = "http"
    instance_port     = 80
    instance_protocol = "http"
  }
}
"""
    )
    balancer = hop_of(text, "aws-classic-elb")
    assert (400, "http") == (amount(balancer, "aws_elb.idle_timeout"), balancer.listens[0].scheme)
    assert balancer.targets[0].name in hop_of(text, "aws-ecs-fargate").names

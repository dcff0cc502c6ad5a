"""Small Terraform roots that the tests read, and what they look at."""

from __future__ import annotations

from advisor.deployment import terraform
from advisor.deployment.parts import Part
from advisor.model import Hop, Process, Value
from advisor.tree import Tree

BALANCER = """
resource "aws_lb" "main" {
  name               = "chat"
  load_balancer_type = "application"
  security_groups    = [aws_security_group.lb.id]
}
"""
GROUP = """
resource "aws_lb_target_group" "app" {
  port        = 3000
  protocol    = "HTTP"
  target_type = "ip"
}
"""
HTTPS = """
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.main.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = aws_acm_certificate.main.arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }
}
"""
HTTP_REDIRECT = """
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.main.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"
    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}
"""
SERVICE = """
resource "aws_ecs_service" "app" {
  name            = "chat"
  task_definition = aws_ecs_task_definition.app.arn
  desired_count   = 2
  launch_type     = "FARGATE"

  load_balancer {
    target_group_arn = aws_lb_target_group.app.arn
    container_name   = "web"
    container_port   = 3000
  }
}

resource "aws_ecs_task_definition" "app" {
  family = "chat"
  container_definitions = jsonencode([
    { name = "log", image = "fluent/fluent-bit:3" },
    {
      name         = "web"
      image        = "${aws_ecr_repository.web.repository_url}:latest"
      command      = ["node", "server.js"]
      stopTimeout  = 90
      portMappings = [{ containerPort = 3000 }]
      environment  = [{ name = "PORT", value = "3000" }, { name = "TOKEN", value = "s3cr3t-value" }]
      secrets      = [{ name = "DATABASE_URL", valueFrom = "arn:aws:ssm:x" }]
    }
  ])
}
"""
WHOLE = BALANCER + GROUP + HTTPS + HTTP_REDIRECT + SERVICE


def part_of(files: dict[str, str] | str) -> Part:
    """What is read from these files, or from one ``main.tf``."""
    given = {"main.tf": files} if isinstance(files, str) else files
    return terraform.read(Tree.of(given, terraform.WORDS))


def hop_of(files: dict[str, str] | str, platform: str = "aws-alb") -> Hop:
    """The one hop of that platform."""
    (found,) = [hop for hop in part_of(files).hops if hop.platform == platform]
    return found


def process_of(files: dict[str, str] | str) -> Process:
    """The one process."""
    (found,) = part_of(files).processes
    return found


def platforms(files: dict[str, str] | str) -> list[str]:
    """Platform ids of the hops, in order."""
    return [hop.platform for hop in part_of(files).hops]


def amount(hop: Hop, key: str) -> Value | str:
    """The amount of a setting; ``"absent"`` where it is not set."""
    found = hop.setting(key)
    return found.amount if found is not None else "absent"

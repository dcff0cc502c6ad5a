"""Tests of load balancers, listeners, rules and target groups."""

from __future__ import annotations

import pytest

from advisor.model import HealthCheck
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
    process_of,
)


def rule(name: str, priority: int, condition: str, group: str = "app") -> str:
    """A listener rule with one condition block."""
    return f"""
resource "aws_lb_listener_rule" "{name}" {{
  listener_arn = aws_lb_listener.https.arn
  priority     = {priority}
  action {{
    type             = "forward"
    target_group_arn = aws_lb_target_group.{group}.arn
  }}
  condition {{
    {condition}
  }}
}}
"""


def group(name: str, body: str = "") -> str:
    """A target group on port 3000."""
    return f'resource "aws_lb_target_group" "{name}" {{\n  port = 3000\n  protocol = "HTTP"\n  {body}\n}}\n'


def test_balancer_with_its_listeners() -> None:
    """A balancer is one hop with a side for each listener, one of which only sends clients to https."""
    hop = hop_of(WHOLE)
    assert "terraform:.:aws_lb.main" == hop.id
    assert [("http", 80, "https"), ("https", 443, None)] == [(side.scheme, side.port, side.redirect_to) for side in hop.listens]
    assert [("terraform:.:aws_lb_target_group.app", 3000, "http")] == [(t.name, t.port, t.scheme) for t in hop.targets]
    assert (("protocol_version", "HTTP1"), ("target_type", "ip"), ("target_optimizer", "false")) == hop.conditions


def test_plain_http_is_not_taken_for_a_redirect() -> None:
    """A listener that forwards on port 80 is an http side."""
    text = WHOLE.replace(HTTP_REDIRECT, "").replace("443", "80").replace('"HTTPS"', '"HTTP"')
    assert [("http", 80, None)] == [(side.scheme, side.port, side.redirect_to) for side in hop_of(text).listens]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("idle_timeout = 3600", 3600),
        ('idle_timeout = "300"', 300),
        ("", "absent"),
        ("idle_timeout = null", "absent"),
        ("idle_timeout = var.given", 120),
        ("idle_timeout = var.open", None),
        ("idle_timeout = local.idle", 240),
        ("idle_timeout = var.long ? 4000 : 60", 4000),
        ("# idle_timeout = 3600", "absent"),
        ("/* idle_timeout = 3600 */", "absent"),
    ],
)
def test_idle_timeout(body: str, expected: object) -> None:
    """The amount is in seconds, ``None`` where a variable without a default leaves it open, absent where nothing sets it."""
    text = WHOLE.replace('name               = "chat"', body) + (
        'variable "given" { default = 120 }\nvariable "open" {}\nvariable "long" { default = true }\nlocals { idle = 240 }\n'
    )
    assert expected == amount(hop_of(text), "aws_lb.idle_timeout")


def test_open_value_is_as_written() -> None:
    """A value that the files leave open is repeated as the file writes it."""
    text = WHOLE.replace('name               = "chat"', "idle_timeout = var.open") + 'variable "open" {}\n'
    setting = hop_of(text).setting("aws_lb.idle_timeout")
    assert setting is not None
    assert ("var.open", None, "terraform") == (setting.value, setting.amount, setting.format)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('load_balancer_type = "application"', ["aws-alb"]),
        ("", ["aws-alb"]),
        ('load_balancer_type = "network"', ["aws-nlb"]),
        ('load_balancer_type = "gateway"', []),
    ],
)
def test_kind_of_balancer(body: str, expected: list[str]) -> None:
    """An application balancer unless it says otherwise; gateway balancers carry no HTTP."""
    text = BALANCER.replace('load_balancer_type = "application"', body) + GROUP
    assert expected == platforms(text)


def test_older_names() -> None:
    """``aws_alb`` and its kin are the same resources under older names, and the settings' keys the newer ones."""
    text = WHOLE.replace("aws_lb", "aws_alb").replace('name               = "chat"', "idle_timeout = 90")
    hop = hop_of(text)
    assert 90 == amount(hop, "aws_lb.idle_timeout")
    assert ["terraform:.:aws_alb_target_group.app"] == [target.name for target in hop.targets]


@pytest.mark.parametrize(
    ("written", "scheme", "condition"),
    [("", "http", "HTTP1"), ("HTTP1", "http", "HTTP1"), ("HTTP2", "h2", "HTTP2"), ("GRPC", "grpc", "GRPC")],
)
def test_protocol_version(written: str, scheme: str, condition: str) -> None:
    """The target group's protocol version is the scheme towards the app and a condition of facts."""
    line = f'protocol_version = "{written}"' if written else ""
    hop = hop_of(WHOLE.replace('target_type = "ip"', line))
    assert [scheme] == [target.scheme for target in hop.targets]
    assert condition == dict(hop.conditions)["protocol_version"]


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("", "absent"),
        ('stickiness {\n  type = "lb_cookie"\n  enabled = true\n}', True),
        ('stickiness {\n  type = "lb_cookie"\n  enabled = false\n}', False),
        ('stickiness {\n  type = "lb_cookie"\n}', True),
    ],
)
def test_stickiness(block: str, expected: object) -> None:
    """A stickiness block is on unless it says otherwise, as in the provider's schema."""
    assert expected == amount(hop_of(WHOLE.replace('target_type = "ip"', block)), "aws_lb_target_group.stickiness.enabled")


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("", ("/", "http", (200, 200), "default")),
        ('health_check {\n  path = "/up"\n}', ("/up", "http", (200, 200), "configured")),
        ('health_check {\n  path = "/up"\n  matcher = "200-399"\n}', ("/up", "http", (200, 399), "configured")),
        ('health_check {\n  matcher = "200,426"\n}', ("/", "http", (200, 426), "configured")),
        ("health_check {\n  enabled = false\n}", None),
        ("health_check {\n  path = var.open\n}", (None, "http", (100, 599), "configured")),
    ],
)
def test_health_check(block: str, expected: tuple[object, ...] | None) -> None:
    """AWS's defaults stand where the block leaves something out; a computed path accepts anything."""
    check: HealthCheck | None = process_of(WHOLE.replace('target_type = "ip"', block)).health_check
    assert expected == ((check.path, check.kind, check.accepts, check.source) if check else None)


def test_rules_come_in_the_order_of_their_priority() -> None:
    """Path rules are targets before the default, by priority and not by place in the file."""
    text = WHOLE + group("ws") + group("api")
    text += rule("api", 20, 'path_pattern {\n values = ["/api/*"]\n }', "api")
    text += rule("ws", 10, 'path_pattern {\n values = ["/ws", "/ws/*"]\n }', "ws")
    assert [("ws", ("/ws", "/ws/*")), ("api", ("/api/*",)), ("app", ())] == [
        (target.name.rsplit(".", 1)[-1], target.paths) for target in hop_of(text).targets
    ]


def test_host_rules_keep_their_hosts() -> None:
    """A rule for a host name is a target with that host, so that it is not taken for the default."""
    text = WHOLE + group("ws") + rule("ws", 5, 'host_header {\n values = ["ws.example.com"]\n }', "ws")
    assert [("ws", ("ws.example.com",)), ("app", ())] == [
        (target.name.rsplit(".", 1)[-1], target.hosts) for target in hop_of(text).targets
    ]


@pytest.mark.parametrize(
    "condition",
    ['http_header {\n http_header_name = "X-A"\n values = ["b"]\n }', "path_pattern {\n values = var.open\n }"],
)
def test_rule_that_nobody_can_follow_does_not_hide_the_default(condition: str) -> None:
    """A rule on a header of one's own, and one with computed paths, come last."""
    text = WHOLE + group("other") + rule("other", 1, condition, "other")
    assert "app" == hop_of(text).targets[0].name.rsplit(".", 1)[-1]


def test_settings_that_differ_stay_with_their_target_group() -> None:
    """Of several target groups only what all set alike is the hop's; each target carries its own."""
    sticky = 'stickiness {\n type = "lb_cookie"\n }\n deregistration_delay = 30'
    text = WHOLE.replace('target_type = "ip"', "deregistration_delay = 30") + group("ws", sticky)
    hop = hop_of(text + rule("ws", 5, 'path_pattern {\n values = ["/ws"]\n }', "ws"))
    key = "aws_lb_target_group.stickiness.enabled"
    assert "absent" == amount(hop, key)
    assert 30 == amount(hop, "aws_lb_target_group.deregistration_delay")
    assert [True, False] == [any(each.key == key for each in target.settings) for target in hop.targets]


def test_weighted_forward() -> None:
    """The weighted form names its target groups in blocks of their own."""
    forward = "forward {\n target_group {\n arn = aws_lb_target_group.app.arn\n weight = 90\n }\n }"
    text = WHOLE.replace(
        "target_group_arn = aws_lb_target_group.app.arn\n  }\n}\n\nresource", forward + "\n  }\n}\n\nresource", 1
    )
    assert "forward {" in text
    assert ["terraform:.:aws_lb_target_group.app"] == [target.name for target in hop_of(text).targets]


SECURITY = (
    'resource "aws_security_group" "lb" {\n  ingress {\n    from_port = 443\n    to_port = 443\n    protocol = "tcp"\n  }\n}\n'
)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (SECURITY, [443]),
        (SECURITY.replace("443", "80", 1), [80, 443]),
        (SECURITY.replace("443", "8080"), [80, 443]),
        (SECURITY.replace("from_port = 443", "from_port = var.open"), [80, 443]),
        ("", [80, 443]),
    ],
)
def test_closed_listener(rules: str, expected: list[int]) -> None:
    """A listener that no ingress rule opens is not a public side; where that is not shown, all are."""
    assert expected == [side.port for side in hop_of(WHOLE + rules).listens]


def test_balancer_defined_elsewhere() -> None:
    """A rule for a listener of another state shows a balancer whose idle timeout is not shown."""
    text = (
        GROUP
        + SERVICE
        + rule("app", 5, 'path_pattern {\n values = ["/ws"]\n }').replace(
            "aws_lb_listener.https.arn", "data.aws_lb_listener.shared.arn"
        )
    )
    hop = hop_of(text)
    assert ("strong", None) == (hop.certainty, amount(hop, "aws_lb.idle_timeout"))
    assert [("/ws",)] == [target.paths for target in hop.targets]


def test_network_balancer_of_another_protocol() -> None:
    """A balancer for ssh carries no WebSocket; one for 443 may."""
    text = BALANCER.replace("application", "network") + HTTPS.replace("HTTPS", "TCP") + GROUP.replace('"HTTP"', '"TCP"')
    assert ["aws-nlb"] == platforms(text)
    assert [] == platforms(text.replace("443", "22"))


def test_places() -> None:
    """A hop stands at its resource, a setting at its value, a side at its listener."""
    part = part_of(
        {"infra/lb.tf": BALANCER.replace('name               = "chat"', "idle_timeout = 90"), "infra/x.tf": HTTPS + GROUP}
    )
    hop = part.hops[0]
    assert ("infra/lb.tf", 2) == (hop.place.file, hop.place.line)
    assert [("infra/lb.tf", 3)] == [
        (each.place.file, each.place.line) for each in hop.settings if each.key == "aws_lb.idle_timeout"
    ]
    assert ("infra/x.tf", 2) == (hop.listens[0].place.file, hop.listens[0].place.line)


@pytest.mark.parametrize(
    ("header", "expected"), [("Upgrade", ["ws", "app"]), ("connection", ["ws", "app"]), ("X-Canary", ["app", "ws"])]
)
def test_rule_on_a_header_that_every_handshake_has(header: str, expected: list[str]) -> None:
    """A rule for ``Upgrade: websocket`` takes handshakes before the default does."""
    condition = f'http_header {{\n http_header_name = "{header}"\n values = ["websocket"]\n }}'
    text = WHOLE + group("ws") + rule("ws", 1, condition, "ws")
    assert expected == [target.name.rsplit(".", 1)[-1] for target in hop_of(text).targets]


def test_rule_on_upgrade_and_path() -> None:
    """With both conditions the path is what tells."""
    conditions = 'http_header {\n http_header_name = "Upgrade"\n values = ["websocket"]\n }\n }\n condition {\n'
    conditions += 'path_pattern {\n values = ["/ws"]\n }'
    text = WHOLE + group("ws") + rule("ws", 1, conditions, "ws")
    assert [("ws", ("/ws",)), ("app", ())] == [(t.name.rsplit(".", 1)[-1], t.paths) for t in hop_of(text).targets]

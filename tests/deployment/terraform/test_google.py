"""Tests of Google's load balancers and of Cloud Run, as Terraform defines them."""

from __future__ import annotations

import pytest

from advisor.model import Hop
from tests.deployment.terraform.trees import amount, hop_of, part_of, platforms

LOCK = ".terraform.lock.hcl"
EDGE = """
resource "google_compute_url_map" "web" {
  default_service = google_compute_backend_service.web.id
}
resource "google_compute_target_https_proxy" "web" {
  url_map          = google_compute_url_map.web.id
  ssl_certificates = [google_compute_managed_ssl_certificate.web.id]
}
resource "google_compute_managed_ssl_certificate" "web" {
  managed {
    domains = ["chat.example.com."]
  }
}
resource "google_compute_global_forwarding_rule" "web" {
  target     = google_compute_target_https_proxy.web.id
  port_range = "443"
}
"""
SERVERLESS = """
resource "google_compute_backend_service" "web" {
  load_balancing_scheme = "EXTERNAL_MANAGED"
  backend {
    group = google_compute_region_network_endpoint_group.web.id
  }
}
resource "google_compute_region_network_endpoint_group" "web" {
  network_endpoint_type = "SERVERLESS"
  cloud_run {
    service = google_cloud_run_v2_service.web.name
  }
}
"""
MACHINES = """
resource "google_compute_backend_service" "web" {
  protocol      = "HTTP"
  timeout_sec   = 3600
  health_checks = [google_compute_health_check.web.id]
  backend {
    group = google_compute_region_instance_group_manager.web.instance_group
  }
}
resource "google_compute_health_check" "web" {
  http_health_check {
    request_path = "/up"
  }
}
resource "google_compute_region_instance_group_manager" "web" {
  target_size = 3
  named_port {
    name = "http"
    port = 3000
  }
}
"""
RUN = """
resource "google_cloud_run_v2_service" "web" {
  name = "chat"
  template {
    timeout          = "3600s"
    session_affinity = true
    scaling {
      max_instance_count = 5
    }
    containers {
      image = "europe-docker.pkg.dev/shop/web/chat:1"
      args  = ["node", "server.js"]
      env {
        name  = "TOKEN"
        value = "s3cr3t-value"
      }
      ports {
        container_port = 3000
      }
    }
  }
}
"""


def given(hop: Hop, number: int = 0) -> dict[str, str]:
    """The conditions of a target."""
    return dict(hop.targets[number].conditions)


def test_balancer_in_front_of_cloud_run() -> None:
    """The URL map leads over a serverless endpoint group to the service, by https, with the host of the certificate."""
    part = part_of(EDGE + SERVERLESS + RUN)
    hop = next(each for each in part.hops if each.platform == "gcp-https-load-balancer")
    run = next(each for each in part.hops if each.platform == "gcp-cloud-run")

    assert [(run.id, "https")] == [(target.name, target.scheme) for target in hop.targets]
    assert {"mode": "global", "backend": "serverless"} == given(hop)
    assert [("https", 443, ("chat.example.com",))] == [(side.scheme, side.port, side.hosts) for side in hop.listens]
    assert ("main.tf", 2) == (hop.place.file, hop.place.line)


@pytest.mark.parametrize(
    ("scheme", "lock", "expected"),
    [
        ('load_balancing_scheme = "EXTERNAL"', "", "classic"),
        ('load_balancing_scheme = "EXTERNAL_MANAGED"', "", "global"),
        ("", "7.4.0", "classic"),
        ("", "8.1.0", "global"),
        ("", "", None),
        ("load_balancing_scheme = var.scheme", "7.4.0", None),
    ],
)
def test_mode(scheme: str, lock: str, expected: str | None) -> None:
    """By the scheme; left out, by the major version of the provider; else open."""
    text = EDGE + MACHINES.replace('protocol      = "HTTP"', scheme)
    files = {"main.tf": text}
    if lock:
        files[LOCK] = f'provider "registry.terraform.io/hashicorp/google" {{\n  version = "{lock}"\n}}\n'

    assert expected == given(hop_of(files, "gcp-https-load-balancer")).get("mode")


def test_machines_behind_a_balancer() -> None:
    """A managed group is a process with its size, port and health check, and the timeout belongs to the way to it."""
    part = part_of(EDGE + MACHINES)
    (process,) = part.processes
    target = part.hops[0].targets[0]

    assert (3, (3000,)) == (process.replicas, process.ports)
    assert process.health_check is not None
    assert ("/up", (200, 200)) == (process.health_check.path, process.health_check.accepts)
    assert target.name in process.names
    assert [("google_compute_backend_service.timeout_sec", 3600, 21)] == [
        (each.key, each.amount, each.place.line) for each in target.settings if each.key.endswith("timeout_sec")
    ]


def test_rules_of_hosts_and_paths() -> None:
    """Path rules are targets of their own, with the hosts of their matcher, and the default comes last."""
    rules = """
  host_rule {
    hosts        = ["ws.example.com"]
    path_matcher = "ws"
  }
  path_matcher {
    name            = "ws"
    default_service = google_compute_backend_service.web.id
    path_rule {
      paths   = ["/ws", "/ws/*"]
      service = google_compute_backend_service.sockets.id
    }
  }
"""
    other = MACHINES.split('resource "google_compute_health_check"')[0].replace('"web"', '"sockets"')
    text = EDGE.replace('resource "google_compute_url_map" "web" {\n', f'resource "google_compute_url_map" "web" {{{rules}')
    hop = hop_of(text + MACHINES + other, "gcp-https-load-balancer")

    assert [(("/ws", "/ws/*"), ("ws.example.com",)), ((), ("ws.example.com",)), ((), ())] == [
        (target.paths, target.hosts) for target in hop.targets
    ]


def test_a_map_that_only_redirects_is_a_side() -> None:
    """The usual second URL map for port 80 is no hop of its own."""
    text = """
resource "google_compute_url_map" "plain" {
  default_url_redirect {
    https_redirect = true
    strip_query    = false
  }
}
resource "google_compute_target_http_proxy" "plain" {
  url_map = google_compute_url_map.plain.id
}
"""
    hop = hop_of(EDGE + MACHINES + text, "gcp-https-load-balancer")

    assert [("https", None), ("http", "https")] == [(side.scheme, side.redirect_to) for side in hop.listens]


def test_internal_services_of_other_balancers() -> None:
    """A regional service without a managed scheme passes packets."""
    assert [] == platforms('resource "google_compute_region_backend_service" "db" {\n  protocol = "TCP"\n}\n')


def test_cloud_run_service() -> None:
    """What it runs, how it scales, and never the value of a variable."""
    part = part_of(RUN)
    (hop,), (process,) = part.hops, part.processes

    template = "google_cloud_run_v2_service.template"
    assert (3600, True) == (amount(hop, f"{template}.timeout"), amount(hop, f"{template}.session_affinity"))
    assert ("node server.js", (3000,), 3000, "PORT") == (
        process.command,
        process.ports,
        process.port_given,
        process.port_variable,
    )
    assert ((0, 5), ("TOKEN",)) == (process.replicas_range, process.environment)
    assert "s3cr3t" not in repr(part)
    assert process.replicas_place is not None
    assert 8 == process.replicas_place.line


def test_cloud_run_over_http2() -> None:
    """A port called h2c makes the whole way HTTP/2, which carries no upgrade."""
    hop = hop_of(RUN.replace("container_port = 3000", 'container_port = 3000\n name = "h2c"'), "gcp-cloud-run")

    assert [("h2", 19)] == [(target.scheme, target.place.line) for target in hop.targets]


def test_older_cloud_run_annotations() -> None:
    """The first kind of resource has them in the template's metadata."""
    text = """
resource "google_cloud_run_service" "web" {
  name = "chat"
  template {
    metadata {
      annotations = {
        "autoscaling.knative.dev/minScale"   = "1"
        "autoscaling.knative.dev/maxScale"   = "4"
        "run.googleapis.com/sessionAffinity" = "true"
      }
    }
    spec {
      timeout_seconds = 900
    }
  }
}
"""
    part = part_of(text)
    key = "google_cloud_run_service.template.metadata.annotations.run.googleapis.com/sessionAffinity"

    assert (True, 900) == (
        amount(part.hops[0], key),
        amount(part.hops[0], "google_cloud_run_service.template.spec.timeout_seconds"),
    )
    assert (1, 4) == part.processes[0].replicas_range

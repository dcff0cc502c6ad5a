"""Tests of Cloudflare, CloudFront, API Gateway, DNS names and hosts that run an app themselves."""

from __future__ import annotations

import pytest

from tests.deployment.terraform.trees import HTTP_REDIRECT, HTTPS, WHOLE, amount, hop_of, part_of, platforms

RECORD = """
data "cloudflare_zone" "main" {
  name = "example.com"
}

resource "cloudflare_record" "app" {
  zone_id = data.cloudflare_zone.main.id
  name    = "app"
  type    = "CNAME"
  value   = aws_lb.main.dns_name
  proxied = true
}
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("proxied = true", "explicit"),
        ("proxied = false", None),
        ("", None),
        ("proxied = var.on", "explicit"),
        ("proxied = var.off", None),
        ("proxied = var.open", "weak"),
        ("# proxied = true", None),
    ],
)
def test_proxied(line: str, expected: str | None) -> None:
    """A proxied record is a hop in front of what it points at; one that is not is none."""
    text = (
        WHOLE
        + RECORD.replace("proxied = true", line)
        + ('variable "on" { default = true }\nvariable "off" { default = false }\nvariable "open" {}\n')
    )
    assert expected == next((hop.certainty for hop in part_of(text).hops if hop.platform == "cloudflare"), None)


def test_record_in_front_of_a_balancer() -> None:
    """The record's host name is a side, the balancer the target, reached over TLS where it has a TLS listener."""
    hop = hop_of(WHOLE + RECORD, "cloudflare")
    assert [("https", 443, ("app.example.com",)), ("http", 80, ("app.example.com",))] == [
        (side.scheme, side.port, side.hosts) for side in hop.listens
    ]
    assert [("terraform:.:aws_lb.main", "https")] == [(target.name, target.scheme) for target in hop.targets]
    assert "app.example.com" in hop_of(WHOLE + RECORD).names


@pytest.mark.parametrize("resource", ["cloudflare_record", "cloudflare_dns_record"])
@pytest.mark.parametrize("attribute", ["value", "content"])
def test_spellings_of_records(resource: str, attribute: str) -> None:
    """Both providers' spellings of a record are read, under one key."""
    text = WHOLE + RECORD.replace("cloudflare_record", resource).replace("value  ", attribute)
    assert True is amount(hop_of(text, "cloudflare"), "cloudflare_record.proxied")


SETTINGS = {
    "single": 'resource "cloudflare_zone_setting" "x" {\n  setting_id = "%s"\n  value = "%s"\n}\n',
    "override": 'resource "cloudflare_zone_settings_override" "x" {\n  settings {\n    %s = "%s"\n  }\n}\n',
}


@pytest.mark.parametrize("form", sorted(SETTINGS))
@pytest.mark.parametrize(("name", "value"), [("websockets", "off"), ("websockets", "on"), ("ssl", "strict")])
def test_zone_settings(form: str, name: str, value: str) -> None:
    """The zone's switches stand under one key, whichever resource sets them."""
    hop = hop_of(WHOLE + RECORD + SETTINGS[form] % (name, value), "cloudflare")
    assert value == amount(hop, f"cloudflare_zone_setting.{name}")


def test_settings_that_people_rely_on() -> None:
    """The read timeout of a zone and smart routing are settings, whether or not they act on sockets."""
    text = WHOLE + RECORD + SETTINGS["single"] % ("proxy_read_timeout", "900")
    hop = hop_of(text + 'resource "cloudflare_argo" "x" {\n  smart_routing = "on"\n}\n', "cloudflare")
    assert (900, "on") == (
        amount(hop, "cloudflare_zone_setting.proxy_read_timeout"),
        amount(hop, "cloudflare_argo.smart_routing"),
    )


def test_always_https() -> None:
    """With Always Use HTTPS the plain side only sends clients to the secure one."""
    hop = hop_of(WHOLE + RECORD + SETTINGS["single"] % ("always_use_https", "on"), "cloudflare")
    assert [None, "https"] == [side.redirect_to for side in hop.listens]


@pytest.mark.parametrize(("mode", "scheme"), [("flexible", "http"), ("full", "https"), ("strict", "https"), ("off", "http")])
def test_scheme_to_the_origin(mode: str, scheme: str) -> None:
    """Cloudflare's encryption mode says how it speaks to the origin."""
    hop = hop_of(WHOLE + RECORD + SETTINGS["single"] % ("ssl", mode), "cloudflare")
    assert [scheme] == [target.scheme for target in hop.targets]


def test_records_of_one_origin_are_one_hop() -> None:
    """Two names for one balancer are one hop with both names."""
    second = RECORD[RECORD.index("resource") :].replace('"app"', '"www"')
    hop = hop_of(WHOLE + RECORD + second, "cloudflare")
    assert ("app.example.com", "www.example.com") == hop.listens[0].hosts


@pytest.mark.parametrize(
    "value",
    ["aws_s3_bucket.site.website_endpoint", '"site.s3-website-eu-west-1.amazonaws.com"', '"me.github.io"', "var.elsewhere"],
)
def test_records_of_other_sites(value: str) -> None:
    """A record for files or for something not shown is no hop beside one that leads to the balancer."""
    other = RECORD[RECORD.index("resource") :].replace('"app"', '"docs"').replace("aws_lb.main.dns_name", value)
    text = WHOLE + RECORD + other + 'resource "aws_s3_bucket" "site" {}\n'
    assert ["cloudflare_record.app"] == [hop.id.split(":")[-1] for hop in part_of(text).hops if hop.platform == "cloudflare"]


def test_record_for_an_address() -> None:
    """A record for an address has it as its target."""
    hop = hop_of(RECORD.replace("aws_lb.main.dns_name", '"203.0.113.7"').replace("CNAME", "A"), "cloudflare")
    assert ["203.0.113.7"] == [target.name for target in hop.targets]


@pytest.mark.parametrize("kind", ["MX", "TXT", "NS"])
def test_records_that_are_no_addresses(kind: str) -> None:
    """Other record types are never proxied."""
    assert () == part_of(RECORD.replace("CNAME", kind)).hops


def test_tunnel() -> None:
    """A tunnel's ingress rules are targets with their host names; the catch-all is none."""
    text = """
resource "cloudflare_zero_trust_tunnel_cloudflared_config" "main" {
  tunnel_id = cloudflare_zero_trust_tunnel_cloudflared.main.id
  config {
    ingress_rule {
      hostname = "app.example.com"
      service  = "http://web:3000"
    }
    ingress_rule {
      service = "http_status:404"
    }
  }
}
resource "cloudflare_zero_trust_tunnel_cloudflared" "main" {}
"""
    hop = hop_of(text, "cloudflare-tunnel")
    assert [("web", 3000, ("app.example.com",))] == [(target.name, target.port, target.hosts) for target in hop.targets]


def test_name_of_route_53() -> None:
    """An alias record gives the balancer its host name."""
    record = """
resource "aws_route53_record" "app" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "chat"
  type    = "A"
  alias {
    name    = aws_lb.main.dns_name
    zone_id = aws_lb.main.zone_id
  }
}

resource "aws_route53_zone" "main" {
  name = "example.org"
}
"""
    assert "chat.example.org" in hop_of(WHOLE + record).names


DISTRIBUTION = """
resource "aws_cloudfront_distribution" "cdn" {
  aliases = ["chat.example.com"]
  origin {
    domain_name = aws_lb.main.dns_name
    origin_id   = "lb"
    custom_origin_config {
      origin_protocol_policy = "https-only"
    }
  }
  origin {
    domain_name = aws_s3_bucket.site.bucket_regional_domain_name
    origin_id   = "site"
  }
  ordered_cache_behavior {
    path_pattern           = "/ws*"
    target_origin_id       = "lb"
    viewer_protocol_policy = "redirect-to-https"
  }
  default_cache_behavior {
    target_origin_id       = "site"
    viewer_protocol_policy = "redirect-to-https"
  }
}
resource "aws_s3_bucket" "site" {}
"""


def test_distribution() -> None:
    """A distribution sends its behaviours' paths to their origins, and plain requests to https."""
    hop = hop_of(WHOLE + DISTRIBUTION, "aws-cloudfront")
    assert [("terraform:.:aws_lb.main", ("/ws*",), "https"), ("terraform:.:aws_s3_bucket.site", (), "http")] == [
        (target.name, target.paths, target.scheme) for target in hop.targets
    ]
    assert [(443, None), (80, "https")] == [(side.port, side.redirect_to) for side in hop.listens]


def test_distribution_of_files() -> None:
    """A distribution in front of buckets alone carries no socket."""
    assert [] == platforms(DISTRIBUTION.replace("aws_lb.main.dns_name", "aws_s3_bucket.other.bucket_regional_domain_name"))


@pytest.mark.parametrize(
    ("protocol", "expected"), [("WEBSOCKET", "aws-api-gateway-websocket"), ("HTTP", "aws-api-gateway-http-rest")]
)
def test_gateways(protocol: str, expected: str) -> None:
    """API Gateway's kinds are told apart by the protocol type."""
    assert [expected] == platforms(f'resource "aws_apigatewayv2_api" "a" {{\n  name = "a"\n  protocol_type = "{protocol}"\n}}\n')


def test_gateway_of_functions_sends_to_no_server() -> None:
    """An HTTP API whose integrations are functions is not taken to stand in front of a lone server."""
    text = """
resource "aws_apigatewayv2_api" "a" {
  protocol_type = "HTTP"
}
resource "aws_apigatewayv2_integration" "a" {
  api_id          = aws_apigatewayv2_api.a.id
  integration_uri = aws_lambda_function.f.invoke_arn
}
resource "aws_lambda_function" "f" {}
"""
    assert ("terraform:.:aws_lambda_function.f",) == hop_of(text, "aws-api-gateway-http-rest").processes


def test_gateway_in_front_of_a_balancer() -> None:
    """A private integration leads to the balancer of the listener that it names."""
    text = (
        WHOLE
        + """
resource "aws_apigatewayv2_api" "a" {
  protocol_type = "HTTP"
}
resource "aws_apigatewayv2_integration" "a" {
  api_id          = aws_apigatewayv2_api.a.id
  integration_uri = aws_lb_listener.https.arn
}
"""
    )
    assert ["terraform:.:aws_lb.main"] == [target.name for target in hop_of(text, "aws-api-gateway-http-rest").targets]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('resource "heroku_app" "a" { name = "chat" }', ("heroku", "chat.herokuapp.com")),
        ('resource "fly_app" "a" { name = "chat" }', ("fly-io", "chat.fly.dev")),
        ('resource "google_cloud_run_v2_service" "a" { name = "chat" }', ("gcp-cloud-run", "cloud-run:chat")),
        ('resource "azurerm_linux_web_app" "a" { name = "chat" }', ("azure-app-service", "chat.azurewebsites.net")),
        ('resource "vercel_project" "a" { root_directory = "web" }', ("vercel", None)),
    ],
)
def test_hosts(text: str, expected: tuple[str, str | None]) -> None:
    """Hosts are recognised by their resource, with the name under which they are reached."""
    hop = part_of(text + "\n").hops[0]
    assert expected == (hop.platform, next((name for name in hop.names if not name.startswith("terraform:")), None))


def test_cloud_run() -> None:
    """A Cloud Run service runs a container on a port of its own, between a least and a most number."""
    text = """
resource "google_cloud_run_v2_service" "chat" {
  name = "chat"
  template {
    timeout = "3600s"
    scaling {
      min_instance_count = 1
      max_instance_count = 4
    }
    containers {
      image = "europe-docker.pkg.dev/p/r/chat:1"
      ports {
        container_port = 8080
      }
    }
  }
}
"""
    (process,) = part_of(text).processes
    assert ((8080,), (1, 4), True) == (process.ports, process.replicas_range, process.built)
    assert 3600 == amount(hop_of(text, "gcp-cloud-run"), "google_cloud_run_v2_service.template.timeout")


def test_beanstalk_options_without_variables() -> None:
    """Options of the balancer are settings; what the environment's variables hold is not shown."""
    text = """
resource "aws_elastic_beanstalk_environment" "a" {
  setting {
    namespace = "aws:elbv2:loadbalancer"
    name      = "IdleTimeout"
    value     = "300"
  }
  setting {
    namespace = "aws:elasticbeanstalk:application:environment"
    name      = "TOKEN"
    value     = "s3cr3t"
  }
}
"""
    part = part_of(text)
    assert 300 == amount(part.hops[0], "aws_elastic_beanstalk_environment.aws:elbv2:loadbalancer.IdleTimeout")
    assert "s3cr3t" not in repr(part)


def test_tests_of_infrastructure_are_not_deployed() -> None:
    """A root below a folder of tests is nobody's deployment, one below examples is an example."""
    assert [] == platforms({"tests/main.tf": WHOLE})
    assert {"example"} == {hop.scope for hop in part_of({"examples/full/main.tf": WHOLE}).hops}


def test_chosen_files() -> None:
    """The files that define hops are named with what they define."""
    part = part_of({"infra/lb.tf": WHOLE, "infra/outputs.tf": 'output "x" { value = 1 }\n'})
    assert [("infra/lb.tf", "Terraform in infra/ defines aws_lb.main, aws_ecs_service.app")] == [
        (file.file, file.why) for file in part.files
    ]


def test_tree_without_terraform() -> None:
    """Other files, and Terraform of other things, give nothing."""
    assert [] == platforms({"main.tf": 'resource "aws_s3_bucket" "a" {}\n', "README.md": HTTPS + HTTP_REDIRECT})

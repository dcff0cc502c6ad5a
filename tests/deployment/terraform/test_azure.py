"""Tests of Azure's edges, balancers and hosts, as Terraform defines them."""

from __future__ import annotations

import pytest

from tests.deployment.terraform.trees import amount, hop_of, part_of, platforms

APP = """
resource "azurerm_linux_web_app" "web" {
  name            = "chat"
  service_plan_id = azurerm_service_plan.web.id
  https_only      = true
  site_config {
    always_on         = false
    app_command_line  = "node server.js"
    health_check_path = "/up"
  }
  app_settings = {
    TOKEN = "s3cr3t-value"
  }
}
resource "azurerm_service_plan" "web" {
  os_type      = "Linux"
  sku_name     = "P1v3"
  worker_count = 2
}
"""
DOOR = """
resource "azurerm_cdn_frontdoor_profile" "edge" {
  sku_name = "Premium_AzureFrontDoor"
}
resource "azurerm_cdn_frontdoor_endpoint" "edge" {
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.edge.id
}
resource "azurerm_cdn_frontdoor_origin_group" "web" {
  session_affinity_enabled = false
}
resource "azurerm_cdn_frontdoor_origin" "web" {
  cdn_frontdoor_origin_group_id = azurerm_cdn_frontdoor_origin_group.web.id
  host_name                     = azurerm_linux_web_app.web.default_hostname
}
resource "azurerm_cdn_frontdoor_route" "pages" {
  cdn_frontdoor_endpoint_id     = azurerm_cdn_frontdoor_endpoint.edge.id
  cdn_frontdoor_origin_group_id = azurerm_cdn_frontdoor_origin_group.web.id
  patterns_to_match             = ["/*"]
  cache {
    query_string_caching_behavior = "IgnoreQueryString"
  }
}
resource "azurerm_cdn_frontdoor_route" "sockets" {
  cdn_frontdoor_endpoint_id     = azurerm_cdn_frontdoor_endpoint.edge.id
  cdn_frontdoor_origin_group_id = azurerm_cdn_frontdoor_origin_group.web.id
  patterns_to_match             = ["/ws/*"]
  forwarding_protocol           = "HttpOnly"
}
"""
GATEWAY = """
resource "azurerm_application_gateway" "edge" {
  frontend_ip_configuration {
    name                 = "public"
    public_ip_address_id = azurerm_public_ip.edge.id
  }
  frontend_port {
    name = "https"
    port = 443
  }
  frontend_port {
    name = "http"
    port = 80
  }
  backend_address_pool {
    name  = "web"
    fqdns = [azurerm_linux_web_app.web.default_hostname]
  }
  backend_http_settings {
    name                  = "web"
    port                  = 443
    protocol              = "Https"
    cookie_based_affinity = "Enabled"
    request_timeout       = 60
  }
  backend_http_settings {
    name            = "slow"
    port            = 443
    protocol        = "Https"
    request_timeout = 3600
    connection_draining {
      enabled           = true
      drain_timeout_sec = 90
    }
  }
  http_listener {
    name               = "secure"
    frontend_port_name = "https"
    protocol           = "Https"
    host_name          = "Chat.example.com"
  }
  http_listener {
    name               = "plain"
    frontend_port_name = "http"
    protocol           = "Http"
  }
  redirect_configuration {
    name                 = "up"
    target_listener_name = "secure"
  }
  url_path_map {
    name                               = "paths"
    default_backend_address_pool_name  = "web"
    default_backend_http_settings_name = "web"
    path_rule {
      name                       = "ws"
      paths                      = ["/ws/*"]
      backend_address_pool_name  = "web"
      backend_http_settings_name = "slow"
    }
  }
  request_routing_rule {
    name                        = "plain"
    rule_type                   = "Basic"
    http_listener_name          = "plain"
    redirect_configuration_name = "up"
  }
  request_routing_rule {
    name               = "all"
    rule_type          = "PathBasedRouting"
    http_listener_name = "secure"
    url_path_map_name  = "paths"
  }
}
resource "azurerm_public_ip" "edge" {}
"""


def test_app_service() -> None:
    """A host with what it runs, and never the value of a setting."""
    part = part_of(APP)
    (hop,), (process,) = part.hops, part.processes

    assert (("os", "linux"),) == hop.conditions
    assert [("https", None), ("http", "https")] == [(side.scheme, side.redirect_to) for side in hop.listens]
    assert (False, 7) == (amount(hop, "azurerm_linux_web_app.site_config.always_on"), hop.settings[0].place.line)
    assert ("node server.js", 2, ("TOKEN",)) == (process.command, process.replicas, process.environment)
    assert process.health_check is not None
    assert ("/up", 9) == (process.health_check.path, process.health_check.place.line)
    assert "s3cr3t" not in repr(part)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ('kind = "Linux"\n  reserved = true', (("os", "linux"),)),
        ("", (("os", "windows"),)),
        ("reserved = var.linux", ()),
    ],
)
def test_system_of_the_older_resource(plan: str, expected: tuple[tuple[str, str], ...]) -> None:
    """Its plan decides."""
    text = f"""
resource "azurerm_app_service" "web" {{
  app_service_plan_id = azurerm_app_service_plan.web.id
}}
resource "azurerm_app_service_plan" "web" {{
  {plan}
}}
"""
    assert expected == hop_of(text, "azure-app-service").conditions


def test_front_door() -> None:
    """The narrower route comes first, each with whether it caches, and both lead to the app."""
    part = part_of(DOOR + APP)
    hop = next(each for each in part.hops if each.platform == "azure-front-door")
    app = next(each for each in part.hops if each.platform == "azure-app-service")

    assert (("tier", "premium"),) == hop.conditions
    assert [
        (app.id, ("/ws/*",), "http", (("caching", "false"),)),
        (app.id, (), "https", (("caching", "true"),)),
    ] == [(target.name, target.paths, target.scheme, target.conditions) for target in hop.targets]
    keys = {each.key: (each.amount, each.place.line) for each in hop.targets[1].settings}
    assert {
        "azurerm_cdn_frontdoor_route.cache": (True, 19),
        "azurerm_cdn_frontdoor_origin_group.session_affinity_enabled": (False, 9),
    } == keys


def test_front_door_leads_to_the_one_host_beside_it() -> None:
    """Where no origin is shown."""
    text = DOOR.replace("azurerm_linux_web_app.web.default_hostname", "var.host") + APP
    hop = hop_of(text, "azure-front-door")

    assert {"terraform:.:azurerm_linux_web_app.web"} == {target.name for target in hop.targets}


def test_classic_front_door() -> None:
    """The old tier is told apart."""
    text = 'resource "azurerm_frontdoor" "old" {\n  backend_pool {\n    backend {\n      address = "Chat.example.com"\n}\n}\n}\n'
    hop = hop_of(text, "azure-front-door")

    assert ((("tier", "classic"),), ["chat.example.com"]) == (hop.conditions, [target.name for target in hop.targets])


def test_application_gateway() -> None:
    """Listeners, the redirect, and the backend settings of each path."""
    hop = hop_of(GATEWAY + APP, "azure-application-gateway")
    app = "terraform:.:azurerm_linux_web_app.web"

    assert [("https", 443, ("chat.example.com",), None), ("http", 80, (), "https")] == [
        (side.scheme, side.port, side.hosts, side.redirect_to) for side in hop.listens
    ]
    assert [(app, ("/ws/*",), 443, "https"), (app, (), 443, "https")] == [
        (target.name, target.paths, target.port, target.scheme) for target in hop.targets
    ]
    assert [
        ("azurerm_application_gateway.backend_http_settings.request_timeout", 3600, 30),
        ("azurerm_application_gateway.backend_http_settings.connection_draining.enabled", True, 32),
        ("azurerm_application_gateway.backend_http_settings.connection_draining.drain_timeout_sec", 90, 33),
    ] == [(each.key, each.amount, each.place.line) for each in hop.targets[0].settings]
    assert "terraform:.:azurerm_public_ip.edge" in hop.names


@pytest.mark.parametrize(
    ("port", "expected"), [("443", ["azure-load-balancer"]), ("5432", []), ("var.port", ["azure-load-balancer"])]
)
def test_load_balancer(port: str, expected: list[str]) -> None:
    """A rule for a port of another protocol makes no hop of it; minutes become seconds."""
    text = f"""
resource "azurerm_lb" "edge" {{}}
resource "azurerm_lb_rule" "web" {{
  loadbalancer_id         = azurerm_lb.edge.id
  frontend_port           = {port}
  backend_port            = 3000
  idle_timeout_in_minutes = 30
}}
"""
    assert expected == platforms(text)
    for hop in part_of(text).hops:
        assert [("azurerm_lb_rule.idle_timeout_in_minutes", 1800)] == [(e.key, e.amount) for e in hop.targets[0].settings]


def test_interfaces_of_one_instance() -> None:
    """With an API of type websocket, the others are not taken for a way of sockets."""
    text = """
resource "azurerm_api_management" "edge" {
  sku_name = "Consumption_0"
}
resource "azurerm_api_management_api" "rest" {
  api_management_name = azurerm_api_management.edge.name
  service_url         = "https://rest.example.com"
}
resource "azurerm_api_management_api" "ws" {
  api_management_name = azurerm_api_management.edge.name
  api_type            = "websocket"
  path                = "live"
  service_url         = "wss://ws.example.com/live"
}
"""
    hop = hop_of(text, "azure-api-management")

    assert (("tier", "consumption"),) == hop.conditions
    assert [("ws.example.com", "https")] == [(target.name, target.scheme) for target in hop.targets]
    assert "websocket" == amount(hop, "azurerm_api_management_api.api_type")


def test_container_app_over_http2() -> None:
    """The transport http2 carries no upgrade; placeholders are no image of somebody else's."""
    text = """
resource "azurerm_container_app" "web" {
  ingress {
    target_port = 3000
    transport   = "http2"
  }
  template {
    min_replicas = 1
    max_replicas = 6
    container {
      name  = "web"
      image = "mcr.microsoft.com/azuredocs/containerapps-helloworld:latest"
    }
  }
}
"""
    part = part_of(text)
    (hop,), (process,) = part.hops, part.processes

    assert [("h2", 5)] == [(target.scheme, target.place.line) for target in hop.targets]
    assert ((1, 6), True, None, (3000,)) == (process.replicas_range, process.built, process.image, process.ports)


def test_service_of_the_developer_cli() -> None:
    """The tag names the service, whose directory is what runs."""
    text = 'resource "azurerm_linux_web_app" "web" {\n  tags = { "azd-service-name" = "api" }\n}\n'
    files = {"infra/main.tf": text, "azure.yaml": "services:\n  api:\n    project: ./src/api\n    host: appservice\n"}

    assert ["src/api"] == [process.root for process in part_of(files).processes]

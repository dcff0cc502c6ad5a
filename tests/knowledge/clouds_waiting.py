"""Keys of the three clouds' files that profiles know and that no reader hands out yet: ``waits(format, key)``."""

from __future__ import annotations

FORMATS = frozenset({"apphosting.yaml", "app.yaml", "applicationHost.config", "bicep", "web.config"})
"""Formats of which no reader hands out settings."""
RESOURCES = frozenset(
    {
        "aws_appsync_api",
        "aws_bedrockagentcore_agent_runtime",
        "aws_globalaccelerator_endpoint_group",
        "aws_globalaccelerator_listener",
        "aws_lightsail_container_service",
        "aws_lightsail_container_service_deployment_version",
        "aws_lightsail_lb_https_redirection_policy",
        "aws_lightsail_lb_stickiness_policy",
        "aws_vpclattice_listener",
        "aws_vpclattice_service",
        "azurerm_api_management_api",
        "azurerm_application_gateway",
        "azurerm_cdn_frontdoor_origin_group",
        "azurerm_cdn_frontdoor_profile",
        "azurerm_cdn_frontdoor_route",
        "azurerm_lb_rule",
        "azurerm_signalr_service",
        "azurerm_web_pubsub",
        "azurerm_web_pubsub_hub",
        "google_app_engine_flexible_app_version",
        "google_cloudfunctions2_function",
        "google_compute_backend_service",
        "google_compute_health_check",
        "google_compute_region_backend_service",
        "AWS::AppSync::Api",
        "AWS::GlobalAccelerator::Listener",
        "AWS::Lightsail::Container",
        "AWS::VpcLattice::Listener",
        "AWS::VpcLattice::Service",
    }
)
"""Types of resource, of Terraform and CloudFormation, whose settings no reader hands out."""
KEYS = frozenset(
    {
        ("terraform", "google_cloud_run_v2_service.iap_enabled"),
        ("kubernetes", "alb.ingress.kubernetes.io/load-balancer-attributes.idle_timeout.timeout_seconds"),
        ("kubernetes", "alb.ingress.kubernetes.io/target-group-attributes.deregistration_delay.timeout_seconds"),
        ("kubernetes", "alb.ingress.kubernetes.io/target-group-attributes.stickiness.enabled"),
        ("kubernetes", "application-networking.k8s.aws/idle-timeout-seconds"),
        ("kubernetes", "service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout"),
    }
)
"""Single keys: of resources that are read otherwise, parts of an annotation's value, and annotations of other objects."""


def waits(format: str, key: str) -> bool:
    """Whether the key waits for a reader."""
    is_resource = format in ("terraform", "cloudformation") and key.partition(".")[0] in RESOURCES
    return format in FORMATS or is_resource or (format, key) in KEYS

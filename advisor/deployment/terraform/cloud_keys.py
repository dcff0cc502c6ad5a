"""The attributes of Google's and Azure's resources that are handed out as settings, with the kind of their amounts."""

from __future__ import annotations

from typing import Literal

Kind = Literal["number", "minutes", "flag", "word", "duration", "block"]
"""``minutes``: a number of minutes, handed out in seconds. ``block``: that it is there is what counts."""

_BACKEND: dict[str, Kind] = {
    "protocol": "word",
    "timeout_sec": "number",
    "load_balancing_scheme": "word",
    "session_affinity": "word",
    "connection_draining_timeout_sec": "number",
    "connection_tracking_policy.idle_timeout_sec": "number",
}
_CHECK: dict[str, Kind] = {"http_health_check.request_path": "word", "https_health_check.request_path": "word"}
_SITE: dict[str, Kind] = {
    "site_config.websockets_enabled": "flag",
    "site_config.always_on": "flag",
    "site_config.http2_enabled": "flag",
    "site_config.health_check_path": "word",
    "site_config.app_command_line": "word",
    "client_affinity_enabled": "flag",
    "https_only": "flag",
}
_PLAN: dict[str, Kind] = {"sku_name": "word", "os_type": "word", "worker_count": "number"}

CLOUDS: dict[str, dict[str, Kind]] = {
    "google_cloud_run_v2_service": {
        "template.timeout": "duration",
        "template.session_affinity": "flag",
        "template.max_instance_request_concurrency": "number",
        "template.scaling.min_instance_count": "number",
        "template.scaling.max_instance_count": "number",
        "template.containers.resources.cpu_idle": "flag",
        "template.containers.ports.name": "word",
        "ingress": "word",
        "iap_enabled": "flag",
    },
    "google_cloud_run_service": {
        "template.spec.timeout_seconds": "number",
        "template.spec.container_concurrency": "number",
        "template.spec.containers.ports.name": "word",
    },
    "google_app_engine_flexible_app_version": {"network.session_affinity": "flag", "manual_scaling.instances": "number"},
    "google_compute_backend_service": _BACKEND,
    "google_compute_region_backend_service": _BACKEND,
    "google_compute_target_https_proxy": {"http_keep_alive_timeout_sec": "number"},
    "google_compute_health_check": _CHECK,
    "google_compute_region_health_check": _CHECK,
    "azurerm_linux_web_app": _SITE,
    "azurerm_windows_web_app": _SITE,
    "azurerm_app_service": _SITE,
    "azurerm_service_plan": _PLAN,
    "azurerm_container_app": {
        "ingress.transport": "word",
        "ingress.target_port": "number",
        "ingress.allow_insecure_connections": "flag",
        "ingress.sticky_sessions.affinity": "word",
        "template.min_replicas": "number",
        "template.max_replicas": "number",
        "template.termination_grace_period_seconds": "number",
        "revision_mode": "word",
    },
    "azurerm_cdn_frontdoor_profile": {"sku_name": "word", "response_timeout_seconds": "number"},
    "azurerm_cdn_frontdoor_route": {
        "cache": "block",
        "https_redirect_enabled": "flag",
        "forwarding_protocol": "word",
    },
    "azurerm_cdn_frontdoor_origin_group": {"session_affinity_enabled": "flag", "health_probe.path": "word"},
    "azurerm_application_gateway": {
        "backend_http_settings.request_timeout": "number",
        "backend_http_settings.cookie_based_affinity": "word",
        "backend_http_settings.connection_draining.enabled": "flag",
        "backend_http_settings.connection_draining.drain_timeout_sec": "number",
    },
    "azurerm_lb_rule": {"idle_timeout_in_minutes": "minutes", "load_distribution": "word", "enable_tcp_reset": "flag"},
    "azurerm_api_management": {"sku_name": "word"},
    "azurerm_api_management_api": {"api_type": "word", "service_url": "word", "subscription_required": "flag"},
}
"""Resource type -> attribute path -> kind of its amount."""

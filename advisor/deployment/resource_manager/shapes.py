"""Azure's resource types -> the shape in which the Azure readers take resources, and the template's own keys of settings.

The readers know the names of Terraform's provider; a shape says where each of them stands in a template, so that Bicep, JSON
templates and Terraform are read by the same code. Settings get keys as ``<type>.<property path>``, without ``properties``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from advisor.formats.document import Node

_LAST = re.compile(r"'([^'/$]{1,120})'\s*\)?\s*\]?\s*$|/([\w.-]{1,120})'\s*\)?\s*\]?\s*$")
_MOST_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Blocks:
    """A list of the template that stands for nested blocks. Names that end in ``@`` take what a resource id ends in."""

    path: str
    names: dict[str, str] = field(default_factory=dict)
    inner: dict[str, Blocks] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a kind's attributes stand in a resource of some type."""

    kind: str
    attributes: dict[str, str] = field(default_factory=dict)
    """Attribute path -> path in the resource."""
    blocks: dict[str, Blocks] = field(default_factory=dict)
    """Path of nested blocks -> the list that they are."""
    kind_of: Callable[[Node], str] | None = None
    """The kind, where the resource decides it."""
    more: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Kind of resources that stand inside this one -> path of the block list that they are, attribute that names this one."""

    def body(self, resource: Node) -> Node:
        """The resource's body as the readers take it."""
        members: dict[str, Node] = {}
        for name, path in self.attributes.items():
            found = _found(resource, path)
            if found is not None:
                _put(members, name, found)
        for name, listed in self.blocks.items():
            nodes = list(_listed(resource, listed))
            if nodes:
                _put(members, name, Node([*nodes], resource.place))
        return Node(members, resource.place)

    def key(self, attribute: str) -> str:
        """The path of an attribute in the template, without ``properties``."""
        path = self.attributes.get(attribute) or self._nested(attribute) or attribute
        return path.removesuffix("@").replace("properties.", "").removeprefix("properties.")

    def _nested(self, attribute: str) -> str:
        for name, listed in self.blocks.items():
            if attribute.startswith(f"{name}."):
                rest = attribute.removeprefix(f"{name}.")
                first, _, last = rest.partition(".")
                inner = listed.inner.get(first)
                own = (
                    f"{inner.path}.{inner.names.get(last, last)}" if inner is not None and last else listed.names.get(rest, rest)
                )
                return f"{listed.path}.{own}"
        return ""


def _found(node: Node, path: str) -> Node | None:
    found = node.get(*path.removesuffix("@").split("."))
    if found is None or not path.endswith("@"):
        return found
    match = _LAST.search(found.value) if isinstance(found.value, str) else None
    return Node(match[1] or match[2], found.place, found.key_place) if match is not None else found


def _listed(node: Node, listed: Blocks) -> Iterator[Node]:
    found = node.get(*listed.path.split("."))
    for each in found.each() if found is not None else ():
        if isinstance(each.value, dict):
            members = {name: inner for name, path in listed.names.items() if (inner := _found(each, path)) is not None}
            for name, below in listed.inner.items():
                nodes = list(_listed(each, below))
                if nodes:
                    members[name] = Node([*nodes], each.place)
            yield Node({**members}, each.place)


def _put(members: dict[str, Node], path: str, node: Node, depth: int = 0) -> None:
    first, _, rest = path.partition(".")
    if not rest or depth > _MOST_DEPTH:
        members[first] = node
        return
    block = members.setdefault(first, Node([Node({}, node.place)], node.place))
    inner = block.value[0].value if isinstance(block.value, list) and block.value else None
    if isinstance(inner, dict):
        _put(inner, rest, node, depth + 1)


def _site(resource: Node) -> str:
    """The kind of an app: a function, or a web app on Linux or Windows, or one whose system its plan decides."""
    kind = resource.get("kind")
    text = (kind.text() if kind is not None else None) or ""
    system = resource.get("properties", "siteConfig", "linuxFxVersion")
    if "functionapp" in text.lower() or (kind is not None and "functionapp" in str(kind.value).lower()):
        return "azurerm_linux_function_app"
    if "linux" in text.lower() or (system is not None and system.value not in (None, "")):
        return "azurerm_linux_web_app"
    if resource.get("properties", "siteConfig", "windowsFxVersion") is not None or "windows" in text.lower():
        return "azurerm_windows_web_app"
    return "azurerm_app_service"


_SITE = "properties.siteConfig"
_INGRESS = "properties.configuration.ingress"
_GATEWAY: dict[str, Blocks] = {
    "frontend_ip_configuration": Blocks(
        "properties.frontendIPConfigurations", {"public_ip_address_id": "properties.publicIPAddress.id"}
    ),
    "frontend_port": Blocks("properties.frontendPorts", {"name": "name", "port": "properties.port"}),
    "backend_address_pool": Blocks("properties.backendAddressPools", {"name": "name", "fqdns": "properties.backendAddresses"}),
    "backend_http_settings": Blocks(
        "properties.backendHttpSettingsCollection",
        {
            "name": "name",
            "port": "properties.port",
            "protocol": "properties.protocol",
            "request_timeout": "properties.requestTimeout",
            "cookie_based_affinity": "properties.cookieBasedAffinity",
        },
        {
            "connection_draining": Blocks(
                "properties.connectionDraining", {"enabled": "enabled", "drain_timeout_sec": "drainTimeoutInSec"}
            )
        },
    ),
    "http_listener": Blocks(
        "properties.httpListeners",
        {
            "name": "name",
            "protocol": "properties.protocol",
            "host_name": "properties.hostName",
            "host_names": "properties.hostNames",
            "frontend_port_name": "properties.frontendPort.id@",
        },
    ),
    "request_routing_rule": Blocks(
        "properties.requestRoutingRules",
        {
            "name": "name",
            "priority": "properties.priority",
            "rule_type": "properties.ruleType",
            "http_listener_name": "properties.httpListener.id@",
            "backend_address_pool_name": "properties.backendAddressPool.id@",
            "backend_http_settings_name": "properties.backendHttpSettings.id@",
            "redirect_configuration_name": "properties.redirectConfiguration.id@",
            "url_path_map_name": "properties.urlPathMap.id@",
        },
    ),
    "redirect_configuration": Blocks(
        "properties.redirectConfigurations",
        {"name": "name", "target_listener_name": "properties.targetListener.id@", "target_url": "properties.targetUrl"},
    ),
    "url_path_map": Blocks(
        "properties.urlPathMaps",
        {
            "name": "name",
            "default_backend_address_pool_name": "properties.defaultBackendAddressPool.id@",
            "default_backend_http_settings_name": "properties.defaultBackendHttpSettings.id@",
        },
        {
            "path_rule": Blocks(
                "properties.pathRules",
                {
                    "paths": "properties.paths",
                    "backend_address_pool_name": "properties.backendAddressPool.id@",
                    "backend_http_settings_name": "properties.backendHttpSettings.id@",
                },
            )
        },
    ),
}

_BACKENDS = Blocks("properties.backends", {"address": "address"})

SHAPES: dict[str, Shape] = {
    "Microsoft.Web/sites": Shape(
        "azurerm_app_service",
        {
            "name": "name",
            "tags": "tags",
            "service_plan_id": "properties.serverFarmId",
            "client_affinity_enabled": "properties.clientAffinityEnabled",
            "https_only": "properties.httpsOnly",
            "site_config.websockets_enabled": f"{_SITE}.webSocketsEnabled",
            "site_config.always_on": f"{_SITE}.alwaysOn",
            "site_config.http2_enabled": f"{_SITE}.http20Enabled",
            "site_config.health_check_path": f"{_SITE}.healthCheckPath",
            "site_config.app_command_line": f"{_SITE}.appCommandLine",
            "site_config.worker_count": f"{_SITE}.numberOfWorkers",
            "site_config.linux_fx_version": f"{_SITE}.linuxFxVersion",
        },
        kind_of=_site,
    ),
    "Microsoft.Web/serverfarms": Shape(
        "azurerm_service_plan",
        {
            "name": "name",
            "kind": "kind",
            "reserved": "properties.reserved",
            "sku_name": "sku.name",
            "worker_count": "sku.capacity",
        },
    ),
    "Microsoft.Insights/autoscalesettings": Shape(
        "azurerm_monitor_autoscale_setting",
        {"target_resource_id": "properties.targetResourceUri"},
        {
            "profile": Blocks(
                "properties.profiles", {}, {"capacity": Blocks("capacity", {"minimum": "minimum", "maximum": "maximum"})}
            )
        },
    ),
    "Microsoft.App/containerApps": Shape(
        "azurerm_container_app",
        {
            "name": "name",
            "tags": "tags",
            "revision_mode": "properties.configuration.activeRevisionsMode",
            "ingress.transport": f"{_INGRESS}.transport",
            "ingress.target_port": f"{_INGRESS}.targetPort",
            "ingress.external_enabled": f"{_INGRESS}.external",
            "ingress.allow_insecure_connections": f"{_INGRESS}.allowInsecure",
            "ingress.sticky_sessions.affinity": f"{_INGRESS}.stickySessions.affinity",
            "template.min_replicas": "properties.template.scale.minReplicas",
            "template.max_replicas": "properties.template.scale.maxReplicas",
            "template.termination_grace_period_seconds": "properties.template.terminationGracePeriodSeconds",
        },
        {
            "template.container": Blocks(
                "properties.template.containers",
                {"name": "name", "image": "image", "command": "command", "args": "args"},
                {"env": Blocks("env", {"name": "name"})},
            )
        },
    ),
    "Microsoft.Cdn/profiles": Shape(
        "azurerm_cdn_frontdoor_profile",
        {
            "name": "name",
            "sku_name": "sku.name",
            "response_timeout_seconds": "properties.originResponseTimeoutSeconds",
        },
    ),
    "Microsoft.Cdn/profiles/afdEndpoints": Shape(
        "azurerm_cdn_frontdoor_endpoint", {"name": "name", "cdn_frontdoor_profile_id": "parent"}
    ),
    "Microsoft.Cdn/profiles/afdEndpoints/routes": Shape(
        "azurerm_cdn_frontdoor_route",
        {
            "name": "name",
            "cdn_frontdoor_endpoint_id": "parent",
            "cdn_frontdoor_origin_group_id": "properties.originGroup.id",
            "cdn_frontdoor_custom_domain_ids": "properties.customDomains",
            "patterns_to_match": "properties.patternsToMatch",
            "forwarding_protocol": "properties.forwardingProtocol",
            "https_redirect_enabled": "properties.httpsRedirect",
            "cache": "properties.cacheConfiguration",
        },
    ),
    "Microsoft.Cdn/profiles/originGroups": Shape(
        "azurerm_cdn_frontdoor_origin_group",
        {
            "name": "name",
            "session_affinity_enabled": "properties.sessionAffinityState",
            "health_probe.path": "properties.healthProbeSettings.probePath",
        },
    ),
    "Microsoft.Cdn/profiles/originGroups/origins": Shape(
        "azurerm_cdn_frontdoor_origin", {"cdn_frontdoor_origin_group_id": "parent", "host_name": "properties.hostName"}
    ),
    "Microsoft.Cdn/profiles/customDomains": Shape("azurerm_cdn_frontdoor_custom_domain", {"host_name": "properties.hostName"}),
    "Microsoft.Network/frontDoors": Shape(
        "azurerm_frontdoor",
        {},
        {
            "backend_pool": Blocks(
                "properties.backendPools", {}, {"backend": Blocks("properties.backends", {"address": "address"})}
            )
        },
    ),
    "Microsoft.Network/applicationGateways": Shape("azurerm_application_gateway", {"name": "name"}, _GATEWAY),
    "Microsoft.Network/loadBalancers": Shape(
        "azurerm_lb",
        {"name": "name"},
        {
            "frontend_ip_configuration": _GATEWAY["frontend_ip_configuration"],
            "rule": Blocks(
                "properties.loadBalancingRules",
                {
                    "name": "name",
                    "protocol": "properties.protocol",
                    "frontend_port": "properties.frontendPort",
                    "backend_port": "properties.backendPort",
                    "idle_timeout_in_minutes": "properties.idleTimeoutInMinutes",
                    "load_distribution": "properties.loadDistribution",
                    "enable_tcp_reset": "properties.enableTcpReset",
                },
            ),
        },
        more={"azurerm_lb_rule": ("rule", "loadbalancer_id")},
    ),
    "Microsoft.ApiManagement/service": Shape("azurerm_api_management", {"name": "name", "sku_name": "sku.name"}),
    "Microsoft.ApiManagement/service/apis": Shape(
        "azurerm_api_management_api",
        {
            "api_management_name": "parent",
            "api_type": "properties.apiType",
            "service_url": "properties.serviceUrl",
            "subscription_required": "properties.subscriptionRequired",
            "path": "properties.path",
        },
    ),
    "Microsoft.Storage/storageAccounts": Shape("azurerm_storage_account", {"name": "name"}),
    "Microsoft.Web/staticSites": Shape("azurerm_static_web_app", {"name": "name", "tags": "tags"}),
    "Microsoft.SignalRService/signalR": Shape(
        "azurerm_signalr_service", {"name": "name", "sku.name": "sku.name", "sku.capacity": "sku.capacity"}
    ),
    "Microsoft.SignalRService/webPubSub": Shape("azurerm_web_pubsub", {"sku": "sku.name", "capacity": "sku.capacity"}),
}
"""Resource type -> its shape; other types are carried by their name alone."""

_BY_LOWER = {type_.lower(): type_ for type_ in SHAPES}


def spelled(type_: str) -> str:
    """A type in the spelling of this table; types are the same in any case."""
    return _BY_LOWER.get(type_.lower(), type_)

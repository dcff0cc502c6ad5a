"""Tests of Bicep files and of JSON templates for Azure."""

from __future__ import annotations

import json

import pytest

from advisor.deployment import resource_manager
from advisor.deployment.parts import Part
from advisor.model import Hop
from advisor.tree import Tree
from tests.deployment.reading import read

PLAN = """\
resource plan 'Microsoft.Web/serverfarms@2023-01-01' = {
  name: 'plan'
  sku: { name: 'B1', capacity: 3 }
  properties: { reserved: false }
}
"""
SITE = """\
param planId string
param affinity bool = true
param tags object = {}
@secure()
param key string
param serviceName string = 'api'
resource web 'Microsoft.Web/sites@2023-01-01' = {
  name: 'Chat-App'
  kind: 'app'
  tags: union(tags, { 'azd-service-name': serviceName })
  properties: {
    serverFarmId: planId
    clientAffinityEnabled: affinity
    siteConfig: {
      webSocketsEnabled: false
      appSettings: [{ name: 'KEY', value: key }]
    }
  }
}
resource config 'Microsoft.Web/sites/config@2023-01-01' = {
  parent: web
  name: 'web'
  properties: {
    alwaysOn: true
  }
}
output host string = web.properties.defaultHostName
"""
MAIN = """\
param environmentName string
module plan 'plan.bicep' = { name: 'plan' }
module api 'app/api.bicep' = {
  name: 'api'
  params: {
    planId: plan.outputs.id
    affinity: false
    tags: { 'azd-env-name': environmentName }
    key: 's3cr3t-value'
  }
}
"""
FILES = {
    "infra/main.bicep": MAIN,
    "infra/plan.bicep": PLAN + "output id string = plan.id\n",
    "infra/app/api.bicep": SITE,
    "azure.yaml": "services:\n  api:\n    project: ./src/api\n    host: appservice\n",
}


def part_of(files: dict[str, str]) -> Part:
    """What is read from these files."""
    return resource_manager.read(Tree.of(files, resource_manager.WORDS))


def hop_of(files: dict[str, str] | str, platform: str) -> Hop:
    """The one hop of that platform."""
    given = {"main.bicep": files} if isinstance(files, str) else files
    (found,) = [hop for hop in part_of(given).hops if hop.platform == platform]
    return found


def settings(hop: Hop) -> dict[str, tuple[object, str, int]]:
    """Key -> amount, file and line of every setting."""
    return {each.key: (each.amount, each.place.file, each.place.line) for each in hop.settings}


def test_site_in_a_module() -> None:
    """Arguments are put in, the config resource belongs to the site, and its plan says that it runs on Windows."""
    hop = hop_of(FILES, "azure-app-service")

    assert (("os", "windows"),) == hop.conditions
    assert {
        "Microsoft.Web/sites.clientAffinityEnabled": (False, "infra/app/api.bicep", 13),
        "Microsoft.Web/sites.siteConfig.webSocketsEnabled": (False, "infra/app/api.bicep", 15),
        "Microsoft.Web/sites.siteConfig.alwaysOn": (True, "infra/app/api.bicep", 24),
    } == {key: value for key, value in settings(hop).items() if key.startswith("Microsoft.Web/sites.")}
    assert {"bicep"} == {each.format for each in hop.settings}
    assert "chat-app.azurewebsites.net" in hop.names
    assert ("infra/app/api.bicep", 7) == (hop.place.file, hop.place.line)


def test_site_of_the_developer_cli() -> None:
    """What runs is the directory that azure.yaml names for the service of the tag, as often as the plan says."""
    (process,) = part_of(FILES).processes

    assert ("src/api", 3) == (process.root, process.replicas)


def test_no_secret_is_told() -> None:
    """Neither the argument of a secure parameter nor an app setting."""
    assert "s3cr3t" not in repr(read(FILES))


def test_azure_yaml_adds_no_second_hop() -> None:
    """It is evidence of what the infrastructure's own files show."""
    assert ["azure-app-service"] == [hop.platform for hop in read(FILES).hops]


def test_azure_yaml_alone() -> None:
    """Without infrastructure it tells the host and the directory."""
    (hop,) = read({"azure.yaml": FILES["azure.yaml"]}).hops

    assert ("azure-app-service", "src/api", 2) == (hop.platform, hop.serves, hop.place.line)


@pytest.mark.parametrize(
    ("kind", "site", "expected"),
    [
        ("app,linux", "", (("os", "linux"),)),
        ("app", "linuxFxVersion: 'NODE|22-lts'", (("os", "linux"),)),
        ("app", "windowsFxVersion: 'DOCKER|x'", (("os", "windows"),)),
        ("app", "", ()),
    ],
)
def test_system(kind: str, site: str, expected: tuple[tuple[str, str], ...]) -> None:
    """By the kind, or by what the site runs; without either and without its plan it stays open."""
    text = f"""
resource web 'Microsoft.Web/sites@2023-01-01' = {{
  name: 'web'
  kind: '{kind}'
  properties: {{
    siteConfig: {{
      {site}
    }}
  }}
}}
"""
    assert expected == hop_of(text, "azure-app-service").conditions


@pytest.mark.parametrize(("condition", "expected"), [("true", ["explicit"]), ("false", []), ("wanted", ["weak"])])
def test_condition(condition: str, expected: list[str]) -> None:
    """A resource that is left out is not there; one that hangs on something open is unsure."""
    text = f"param wanted bool\nresource web 'Microsoft.Web/sites@2023-01-01' = if ({condition}) {{\n  kind: 'app'\n}}\n"

    assert expected == [hop.certainty for hop in part_of({"main.bicep": text}).hops]


def test_function_app() -> None:
    """An app of that kind takes no socket."""
    text = "resource f 'Microsoft.Web/sites@2023-01-01' = {\n  name: 'f'\n  kind: 'functionapp,linux'\n}\n"

    assert ["azure-functions"] == [hop.platform for hop in part_of({"main.bicep": text}).hops]


CONTAINER = """\
resource app 'Microsoft.App/containerApps@2024-03-01' = {
  name: 'chat'
  properties: {
    configuration: {
      ingress: {
        external: true
        targetPort: 3000
        transport: 'auto'
        stickySessions: { affinity: 'sticky' }
      }
    }
    template: {
      terminationGracePeriodSeconds: 120
      containers: [
        { name: 'web', image: 'shop.azurecr.io/web:1', command: ['node'], args: ['server.js'], env: [{ name: 'A', value: 'b' }] }
      ]
      scale: { minReplicas: 1, maxReplicas: 4 }
    }
  }
}
"""


def test_container_app() -> None:
    """Ingress, scale and container; insecure requests are sent to https unless it says otherwise."""
    part = part_of({"main.bicep": CONTAINER})
    (hop,), (process,) = part.hops, part.processes

    assert {
        "Microsoft.App/containerApps.configuration.ingress.transport": ("auto", "main.bicep", 8),
        "Microsoft.App/containerApps.configuration.ingress.targetPort": (3000, "main.bicep", 7),
        "Microsoft.App/containerApps.configuration.ingress.stickySessions.affinity": ("sticky", "main.bicep", 9),
        "Microsoft.App/containerApps.template.scale.minReplicas": (1, "main.bicep", 17),
        "Microsoft.App/containerApps.template.scale.maxReplicas": (4, "main.bicep", 17),
        "Microsoft.App/containerApps.template.terminationGracePeriodSeconds": (120, "main.bicep", 13),
    } == settings(hop)
    assert ("node server.js", (1, 4), ("A",)) == (process.command, process.replicas_range, process.environment)
    assert ["https", "http"] == [side.scheme for side in hop.listens]


def test_verified_module() -> None:
    """A call of the registry is read by its parameters."""
    text = """
module app 'br/public:avm/res/app/container-app:0.11.0' = {
  name: 'app'
  params: {
    name: 'chat'
    ingressTargetPort: 8080
    stickySessionsAffinity: 'sticky'
    scaleSettings: { minReplicas: 2, maxReplicas: 3 }
    containers: [{ name: 'web', image: 'shop.azurecr.io/web:1' }]
  }
}
"""
    part = part_of({"main.bicep": text})

    assert ["azure-container-apps"] == [hop.platform for hop in part.hops]
    assert ((2, 3), (8080,)) == (part.processes[0].replicas_range, part.processes[0].ports)


GATEWAY = """\
resource gateway 'Microsoft.Network/applicationGateways@2023-09-01' = {
  name: 'edge'
  properties: {
    frontendPorts: [{ name: 'p', properties: { port: 443 } }]
    backendAddressPools: [
      { name: 'pool', properties: { backendAddresses: [{ fqdn: app.properties.configuration.ingress.fqdn }] } }
    ]
    backendHttpSettingsCollection: [
      {
        name: 'settings'
        properties: {
          port: 443
          protocol: 'Https'
          requestTimeout: 90
          connectionDraining: { enabled: true, drainTimeoutInSec: 60 }
        }
      }
    ]
    httpListeners: [
      {
        name: 'secure'
        properties: {
          protocol: 'Https'
          frontendPort: { id: resourceId('Microsoft.Network/applicationGateways/frontendPorts', 'edge', 'p') }
        }
      }
    ]
    requestRoutingRules: [
      {
        name: 'all'
        properties: {
          ruleType: 'Basic'
          httpListener: { id: resourceId('Microsoft.Network/applicationGateways/httpListeners', 'edge', 'secure') }
          backendAddressPool: { id: resourceId('Microsoft.Network/applicationGateways/backendAddressPools', 'edge', 'pool') }
          backendHttpSettings: { id: '${gatewayId}/backendHttpSettingsCollection/settings' }
        }
      }
    ]
  }
}
"""


def test_application_gateway() -> None:
    """Names that resource ids end in join listener, pool and settings; the pool leads to the app by its host name."""
    part = part_of({"main.bicep": CONTAINER + GATEWAY})
    gateway, app = part.hops
    (target,) = gateway.targets
    inner = "Microsoft.Network/applicationGateways.backendHttpSettingsCollection"

    assert (app.id, 443, "https") == (target.name, target.port, target.scheme)
    assert [(f"{inner}.requestTimeout", 90, 34), (f"{inner}.connectionDraining.drainTimeoutInSec", 60, 35)] == [
        (each.key, each.amount, each.place.line) for each in target.settings if each.amount is not True
    ]
    assert [("https", 443)] == [(side.scheme, side.port) for side in gateway.listens]


def test_load_balancer() -> None:
    """Its rules stand inside it, and their minutes are handed out in seconds."""
    text = """
resource lb 'Microsoft.Network/loadBalancers@2023-09-01' = {
  name: 'edge'
  properties: {
    loadBalancingRules: [
      {
        name: 'https'
        properties: { protocol: 'Tcp', frontendPort: 443, backendPort: 8443, idleTimeoutInMinutes: 15 }
      }
    ]
  }
}
"""
    hop = hop_of(text, "azure-load-balancer")

    assert [("tcp", 443)] == [(side.scheme, side.port) for side in hop.listens]
    assert [("Microsoft.Network/loadBalancers.loadBalancingRules.idleTimeoutInMinutes", 900, 8)] == [
        (each.key, each.amount, each.place.line) for each in hop.targets[0].settings
    ]


def test_front_door() -> None:
    """Nested and separate children are one profile; the route that caches says so."""
    text = """
resource profile 'Microsoft.Cdn/profiles@2023-05-01' = {
  name: 'edge'
  sku: { name: 'Standard_AzureFrontDoor' }
  resource endpoint 'afdEndpoints' = {
    name: 'chat'
    resource route 'routes' = {
      name: 'all'
      properties: {
        originGroup: { id: origins.id }
        patternsToMatch: ['/*']
        httpsRedirect: 'Enabled'
        cacheConfiguration: { queryStringCachingBehavior: 'UseQueryString' }
      }
    }
  }
}
resource origins 'Microsoft.Cdn/profiles/originGroups@2023-05-01' = {
  parent: profile
  name: 'origins'
  properties: { sessionAffinityState: 'Disabled' }
}
resource origin 'Microsoft.Cdn/profiles/originGroups/origins@2023-05-01' = {
  parent: origins
  name: 'chat'
  properties: { hostName: app.properties.configuration.ingress.fqdn }
}
"""
    door, app = part_of({"main.bicep": text + CONTAINER}).hops

    assert (("tier", "standard"),) == door.conditions
    assert [(app.id, (("caching", "true"),))] == [(target.name, target.conditions) for target in door.targets]
    assert {
        "Microsoft.Cdn/profiles/afdEndpoints/routes.httpsRedirect",
        "Microsoft.Cdn/profiles/afdEndpoints/routes.cacheConfiguration",
        "Microsoft.Cdn/profiles/originGroups.sessionAffinityState",
    } == {each.key for each in door.targets[0].settings}


TEMPLATE = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "parameters": {
        "siteName": {"type": "string", "defaultValue": "chat"},
        "webSockets": {"type": "bool", "defaultValue": False},
        "key": {"type": "secureString", "defaultValue": "s3cr3t-value"},
    },
    "variables": {"planName": "[concat(parameters('siteName'), '-plan')]"},
    "resources": [
        {
            "type": "Microsoft.Web/serverfarms",
            "name": "[variables('planName')]",
            "kind": "app",
            "sku": {"name": "S1", "capacity": 2},
        },
        {
            "type": "Microsoft.Web/sites",
            "name": "[parameters('siteName')]",
            "kind": "app",
            "properties": {
                "serverFarmId": "[resourceId('Microsoft.Web/serverfarms', variables('planName'))]",
                "siteConfig": {"webSocketsEnabled": "[parameters('webSockets')]", "key": "[parameters('key')]"},
            },
            "resources": [{"type": "config", "name": "web", "properties": {"alwaysOn": False}}],
        },
    ],
}


def test_json_template() -> None:
    """The same from JSON: parameters put in, the plan found by its resource id, the config below the site taken into it."""
    files = {"azuredeploy.json": json.dumps(TEMPLATE, indent=1)}
    hop = hop_of(files, "azure-app-service")
    found = settings(hop)

    assert (("os", "windows"),) == hop.conditions
    assert (False, False) == tuple(found[f"Microsoft.Web/sites.siteConfig.{key}"][0] for key in ("webSocketsEnabled", "alwaysOn"))
    line = 1 + files["azuredeploy.json"].splitlines().index('     "webSocketsEnabled": "[parameters(\'webSockets\')]",')
    assert line == found["Microsoft.Web/sites.siteConfig.webSocketsEnabled"][2]
    assert [2] == [process.replicas for process in part_of(files).processes]
    assert "s3cr3t" not in repr(part_of(files))


def test_compiled_template_is_not_read_twice() -> None:
    """JSON beside a Bicep file of the same name was compiled from it."""
    files = {"main.bicep": CONTAINER, "main.json": json.dumps(TEMPLATE)}

    assert ["azure-container-apps"] == [hop.platform for hop in part_of(files).hops]


def test_broken_files_are_told() -> None:
    """With the line at which they break."""
    files = {"main.bicep": "resource web 'Microsoft.Web/sites@2023-01-01' = {\n  name: 'x\n}\n", "azuredeploy.json": "{"}
    files["azuredeploy.json"] = '{"$schema": "deploymentTemplate.json#", "resources": [{"type": "Microsoft.Web/sites"'

    assert [("main.bicep", 2), ("azuredeploy.json", 1)] == [(each.file, each.line) for each in part_of(files).not_read]


def test_a_module_that_calls_itself() -> None:
    """It is not followed into itself."""
    text = CONTAINER + "module again 'main.bicep' = { name: 'again' }\n"

    assert 1 == len(part_of({"main.bicep": text}).hops)

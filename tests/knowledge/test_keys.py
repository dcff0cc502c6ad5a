"""Every key by which a profile says that a file sets something is one that a reader really hands out."""

from __future__ import annotations

import re
from functools import cache

import pytest

from advisor.deployment import beanstalk, cloud_run, compose, fly, heroku, hosts, kubernetes, managed_hosts, vercel, web_config
from advisor.deployment.cdk import constructs, pulumi
from advisor.deployment.cloudformation.shapes import SHAPES
from advisor.deployment.resource_manager.estate import own_key
from advisor.deployment.terraform import cloud_hosts, cloudflare, services
from advisor.deployment.terraform.attributes import SETTINGS
from advisor.deployment.workflows.flags import KEYS as FLAGS
from advisor.knowledge import load
from advisor.proxies.apache_httpd.settings import KEYS as APACHE
from advisor.proxies.caddy.upstreams import KEYS as CADDY
from advisor.proxies.envoy import forwarding as envoy_settings
from advisor.proxies.haproxy import settings as haproxy_settings
from advisor.proxies.lighttpd import forwarding as lighttpd_settings
from advisor.proxies.nginx import grammar
from advisor.proxies.squid.forwarding import KEYS as SQUID
from advisor.proxies.traefik.trace import KEYS as TRAEFIK
from advisor.proxies.varnish.trace import KEYS as VARNISH
from advisor.recognition import reads
from advisor.tree import Tree
from tests.deployment.kubernetes.samples import EVERY

FLY = """
kill_signal = "SIGTERM"
kill_timeout = 30
[deploy]
strategy = "rolling"
[http_service]
internal_port = 8080
force_https = true
auto_stop_machines = "stop"
[http_service.concurrency]
hard_limit = 25
[http_service.http_options]
idle_timeout = 600
[[http_service.http_options.replay_cache]]
type = "cookie"
[[http_service.checks]]
path = "/"
[[services]]
internal_port = 8080
auto_stop_machines = "stop"
[services.concurrency]
hard_limit = 25
[[services.ports]]
port = 443
handlers = ["tls", "http"]
force_https = true
[services.ports.http_options]
idle_timeout = 600
[[services.ports.http_options.replay_cache]]
type = "cookie"
[[services.http_checks]]
path = "/"
[[services.tcp_checks]]
interval = "15s"
"""
APP_ENGINE = """
runtime: nodejs
env: flex
manual_scaling: {instances: 2}
network: {session_affinity: true}
"""
IIS = """<configuration><system.webServer>
<webSocket enabled="true"/><proxy enabled="true" timeout="00:02:00"/>
</system.webServer></configuration>"""
CLOUD_RUN = """
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: chat}
spec:
  template:
    metadata: {annotations: {run.googleapis.com/sessionAffinity: "true"}}
    spec: {timeoutSeconds: 600, containerConcurrency: 80}
"""
VERCEL = '{"fluid": true, "functions": {"api/*.ts": {"maxDuration": 60, "runtime": "nodejs22.x"}}}'
APP = '{"formation": {"web": {"quantity": 2}}}'
RAILWAY_JSON = (
    '{"deploy": {"drainingSeconds": "10", "numReplicas": 2, "sleepApplication": true, "healthcheckPath": "/up", '
    '"startCommand": "node server.js"}}'
)
RAILWAY_TOML = """
[deploy]
drainingSeconds = 10
numReplicas = 2
sleepApplication = true
healthcheckPath = "/up"
startCommand = "node server.js"
"""
RENDER = """
services:
  - {type: web, name: web, runtime: node, numInstances: 2, maxShutdownDelaySeconds: 60, healthCheckPath: /up}
"""
APP_SPEC = """
services:
  - name: web
    instance_count: 2
    http_port: 3000
    termination: {grace_period_seconds: 60, drain_seconds: 30}
"""
KAMAL = """
service: web
image: me/web
servers: [203.0.113.10]
proxy:
  ssl: true
  ssl_redirect: false
  app_port: 3000
  response_timeout: 30
  forward_headers: true
  healthcheck: {path: /up}
"""
SIGIL = "server { location / { proxy_read_timeout 60s; proxy_set_header Upgrade $http_upgrade; } }"
REPLIT = """
[deployment]
deploymentTarget = "vm"
[[ports]]
localPort = 3000
"""
UPSUN = """
applications:
  web: {web: {commands: {start: node a.js}, locations: {/: {request_buffering: {enabled: false}}}}}
routes:
  "https://{default}/": {type: upstream, upstream: "web:http", cache: {enabled: false}, sticky: true}
"""
PLATFORM_APP = "name: web\nweb: {commands: {start: node a.js}, locations: {/: {request_buffering: {enabled: false}}}}\n"
PLATFORM_ROUTES = '"https://{default}/": {type: upstream, upstream: "web:http", cache: {enabled: false}, sticky: true}\n'
PLATFORM_SH = {".platform.app.yaml": PLATFORM_APP, ".platform/routes.yaml": PLATFORM_ROUTES}


@cache
def _kubernetes() -> frozenset[str]:
    """Every key that some object of the samples sets at a hop, or at one of its targets."""
    trees = [Tree.of({f"k8s/{name}": text for name, text in files.items()}, kubernetes.WORDS) for files in EVERY]
    hops = [hop for tree in trees for hop in kubernetes.read(tree).hops]
    settings = [each for hop in hops for each in (*hop.settings, *(one for target in hop.targets for one in target.settings))]
    return frozenset(each.key for each in settings if each.format == "kubernetes")


def handed_out(format: str, key: str) -> bool:
    """Whether a reader knows the key: by its table, or by what it makes of a file that sets it."""
    if format == "terraform":
        resource, _, attribute = key.partition(".")
        zone = resource == "cloudflare_zone_setting" and attribute in cloudflare._SWITCHES
        annotation = attribute.removeprefix("template.metadata.annotations.") in cloud_hosts._ANNOTATIONS
        return attribute in SETTINGS.get(resource, {}) or zone or annotation or key == services._STOP_TIMEOUT
    if format == "cloudformation":
        return any(
            key == shape.key(type_, attribute)
            for type_, shape in SHAPES.items()
            for attribute in (*SETTINGS.get(shape.kind, {}), *shape.keys)
        )
    if format == "bicep":
        return key in {own_key(f"{kind}.{attribute}") for kind, attributes in SETTINGS.items() for attribute in attributes}
    if format in ("cdk", "pulumi"):
        return key in (constructs if format == "cdk" else pulumi).KEYS.values()
    if format == "nginx":
        return key.removeprefix("upstream.") in grammar.table()
    if format == "apache":
        return key in APACHE
    if format == "caddyfile":
        return key in CADDY
    if format == "lighttpd":
        return key in lighttpd_settings.KEYS
    if format == "haproxy":
        return key in haproxy_settings.KEYS
    if format == "squid":
        return key in SQUID
    if format == "varnishd":
        return key in VARNISH
    if format == "traefik":
        return key in TRAEFIK
    if format == "envoy":
        return key in {*envoy_settings.KEYS, *envoy_settings.TCP_KEYS, envoy_settings.DRAIN}
    if format in ("gcloud", "az", "heroku"):
        return any(key in keys for keys in FLAGS.values())
    if format == "ebextensions":
        return key.rpartition(":")[0] in beanstalk._KEPT
    if format == "kubernetes":
        return key in _kubernetes()
    readers = {
        "fly.toml": (fly, {"fly.toml": FLY}),
        "vercel.json": (vercel, {"vercel.json": VERCEL, "api/ws.ts": ""}),
        "app.json": (heroku, {"app.json": APP, "Procfile": "web: node server.js"}),
        "railway.json": (managed_hosts, {"railway.json": RAILWAY_JSON}),
        "railway.toml": (managed_hosts, {"railway.toml": RAILWAY_TOML}),
        "render.yaml": (managed_hosts, {"render.yaml": RENDER}),
        "compose": (compose, {"compose.yaml": "services: {web: {image: nginx, ports: ['80:80']}}"}),
        "web.config": (web_config, {"web.config": IIS}),
        "applicationHost.config": (web_config, {"applicationHost.config": IIS}),
        "service.yaml": (cloud_run, {"service.yaml": CLOUD_RUN}),
        "app.yaml": (managed_hosts, {"app.yaml": APP_ENGINE}),
        ".do/app.yaml": (hosts, {".do/app.yaml": APP_SPEC}),
        "config/deploy.yml": (hosts, {"config/deploy.yml": KAMAL}),
        "nginx.conf.sigil": (hosts, {"nginx.conf.sigil": SIGIL}),
        ".replit": (hosts, {".replit": REPLIT}),
        "scalingo.json": (hosts, {"scalingo.json": APP.replace("quantity", "amount")}),
        ".upsun/config.yaml": (hosts, {".upsun/config.yaml": UPSUN}),
        ".platform.app.yaml": (hosts, PLATFORM_SH),
        ".platform/routes.yaml": (hosts, PLATFORM_SH),
    }
    if format not in readers:
        return False
    reader, files = readers[format]
    hops = reader.read(Tree.of(files, getattr(reader, "WORDS", ()))).hops
    of_targets = (setting for hop in hops for target in hop.targets for setting in target.settings)
    every = (*(setting for hop in hops for setting in hop.settings), *of_targets)
    return any((format, key) == (setting.format, setting.key) for setting in every)


@pytest.mark.parametrize("platform", load().platforms())
def test_every_key_is_one_that_a_reader_hands_out(platform: str) -> None:
    """Else a setting in the user's file would be passed over, and the default told in its place; or it is said to wait."""
    waiting = {(key.format, key.key) for key in load().platform(platform).settings() if key.waits}
    unread = {
        (key.format, key.key)
        for key in load().platform(platform).settings()
        if not handed_out(key.format, key.key) and not reads(platform, key, load())
    }

    assert unread == waiting


def test_a_key_that_no_reader_knows_is_found() -> None:
    """So that the test above can fail."""
    unknown = [("terraform", "aws_lb.idle_time"), ("nginx", "proxy_wait"), ("fly.toml", "kill_time"), ("ebextensions", "aws:x:Y")]
    unknown += [("cloudformation", "AWS::ECS::Service.Wait"), ("render.yaml", "services.wait")]

    assert [False] * 6 == [handed_out(*each) for each in unknown]


def test_keys_have_no_placeholders() -> None:
    """A key is compared as it stands."""
    written = {key.key for platform in load().platforms() for key in load().platform(platform).settings()}

    assert set() == {key for key in written if re.search(r"[<>*{}\[\]]", key)}

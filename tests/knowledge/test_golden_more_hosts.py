"""Questions on gateways, smaller hosts, tunnels and proxies of development whose answers must not change by accident."""

from __future__ import annotations

from datetime import date

import pytest

from advisor.knowledge import Special, load
from tests.knowledge.test_golden import TODAY, Golden

PLANS = {"the plan is free": 150, "the plan is a paid one": 400}

GOLDEN = [
    # Kubernetes
    Golden("cilium-gateway", "websocket_support", "native"),
    Golden("cilium-gateway", "idle_timeout", 300),
    Golden("contour", "websocket_support", "with_configuration"),
    Golden("contour", "websocket_support", "with_configuration", version="1.25.3", given={"api": "gateway"}),
    Golden("contour", "websocket_support", "native", version="1.26.0", given={"api": "gateway"}),
    Golden("contour", "handshake_timeout", Special.NONE, version="1.33.5"),
    Golden("contour", "handshake_timeout", 15, version="1.33.6"),
    Golden("emissary", "websocket_support", "with_configuration"),
    Golden("emissary", "handshake_timeout", Special.NONE, version="3.10.0"),
    Golden("emissary", "handshake_timeout", 3, version="4.1.0"),
    Golden("envoy-gateway", "websocket_support", "native"),
    Golden("envoy-gateway", "websocket_support", "unsupported", given={"backend": "h2c"}),
    Golden("envoy-gateway", "idle_timeout", 300),
    Golden("envoy-gateway", "idle_timeout", 3600, given={"request_timeout": "set"}),
    Golden("gateway-api", "idle_timeout", Special.UNKNOWN),
    Golden("haproxy-ingress", "idle_timeout", 3600),
    Golden("haproxy-ingress", "redirect_behaviour", "to_https"),
    Golden("istio", "idle_timeout", Special.NONE),
    Golden("istio", "idle_timeout", 3600, given={"protocol": "tcp"}),
    Golden("istio", "websocket_support", "unsupported", given={"h2_upgrade": "upgrade"}),
    Golden("kubernetes-service", "deploy_grace", 30),
    Golden("kubernetes-service", "idle_timeout", 86400),
    Golden("kubernetes-service", "idle_timeout", 900, given={"mode": "ipvs"}),
    Golden("linkerd", "websocket_support", "native"),
    Golden("linkerd", "max_connection_duration", Special.UNKNOWN),
    Golden("nginx-gateway-fabric", "idle_timeout", 60),
    Golden("nginx-gateway-fabric", "websocket_support", "unsupported", given={"backend": "h2c"}),
    Golden("nginx-ingress-f5", "websocket_support", "with_configuration"),
    Golden("nginx-ingress-f5", "websocket_support", "native", given={"resource": "virtualserver"}),
    Golden("nginx-ingress-f5", "max_concurrent_connections", 512),
    # gateways and meshes beside Kubernetes
    Golden("docker-swarm-ingress", "idle_timeout", 900),
    Golden("kong", "idle_timeout", 60),
    Golden("pomerium", "websocket_support", "with_configuration"),
    Golden("pomerium", "host_header", "replaced"),
    # a cache in front
    Golden("squid", "websocket_support", "unsupported", version="4.17"),
    Golden("squid", "websocket_support", "with_configuration", version="5.0"),
    Golden("squid", "websocket_support", "with_configuration", version="7.6"),
    Golden("squid", "upgrade_headers", "dropped"),
    Golden("squid", "idle_timeout", 900),
    Golden("squid", "max_connection_duration", Special.NONE),
    Golden("squid", "reload_behaviour", "keeps"),
    Golden("squid", "upstream_http_version", "1.1"),
    Golden("squid", "forwarded_headers", ("X-Forwarded-For",)),
    # hosts
    Golden("clever-cloud", "idle_timeout", 180),
    Golden("clever-cloud", "listen_port", 8080),
    Golden("coolify", "deploy_grace", 30),
    Golden("deno-deploy", "deploy_signal", "SIGINT"),
    Golden("deno-deploy", "deploy_grace", 5),
    Golden("dokku", "idle_timeout", 60),
    Golden("dokku", "deploy_grace", 30, version="0.37.9"),
    Golden("dokku", "deploy_grace", 90, version="0.38.0"),
    Golden("github-pages", "websocket_support", "unsupported"),
    Golden("koyeb", "max_connection_duration", 43200),
    Golden("koyeb", "scale_to_zero", "kept_awake"),
    Golden("northflank", "websocket_support", Special.UNKNOWN),
    Golden("northflank", "idle_timeout", Special.UNPUBLISHED),
    Golden("partykit", "websocket_support", "own_protocol"),
    Golden("platform-sh", "websocket_support", "with_configuration"),
    Golden("platform-sh", "deploy_mode", "cut"),
    Golden("replit", "websocket_support", "unsupported", given={"deployment": "static"}),
    Golden("replit", "scale_to_zero", "sleeps"),
    Golden("replit", "scale_to_zero", "never_sleeps", given={"deployment": "vm"}),
    Golden("scalingo", "idle_timeout", 60),
    Golden("scalingo", "handshake_timeout", 30),
    Golden("supabase-edge-functions", "max_connection_duration", PLANS),
    Golden("supabase-edge-functions", "max_connection_duration", 150, given={"plan": "free"}),
    Golden("supabase-edge-functions", "handshake_auth", "always"),
    Golden("zeabur", "websocket_support", Special.UNKNOWN),
    Golden("zeabur", "listen_port", "$PORT"),
    # tunnels
    Golden("ngrok", "idle_timeout", 300),
    Golden("tailscale-funnel", "idle_timeout", Special.NONE),
    Golden("tailscale-funnel", "allowed_ports", (443, 8443, 10000)),
    Golden("cloudflare-tunnel", "allowed_ports", (443, 80)),
    Golden("kamal-proxy", "listen_port", 80),
    Golden("kamal-proxy", "deploy_mode", "cut"),
    # in the app itself, and in development
    Golden("create-react-app-proxy", "websocket_support", "with_configuration"),
    Golden("http-proxy-middleware", "websocket_support", "with_configuration"),
    Golden("http-proxy-middleware", "idle_timeout", Special.NONE),
    Golden("nextjs-rewrites", "websocket_support", "with_configuration"),
    Golden("nextjs-rewrites", "websocket_support", "unsupported", given={"target": "route"}),
    Golden("nextjs-rewrites", "handshake_timeout", Special.NONE),
    Golden("vite-dev-proxy", "websocket_support", "with_configuration"),
    Golden("webpack-dev-server", "websocket_support", "with_configuration"),
    Golden("yarp", "idle_timeout", 100),
    Golden("yarp", "max_connection_duration", Special.NONE),
    Golden("yarp", "upstream_http_version", "1.1", version="1.1"),
    Golden("yarp", "upstream_http_version", "2", version="2.3"),
]


@pytest.mark.parametrize("golden", GOLDEN, ids=str)
def test_answers_what_it_answered_when_it_was_confirmed(golden: Golden) -> None:
    """The value, or each branch's value, and for special values which of them."""
    known = load().fact(
        golden.platform, golden.dimension, at=date.fromisoformat(golden.at), version=golden.version, **golden.given
    )

    if isinstance(golden.answer, dict):
        assert golden.answer == {condition: statement.value for condition, statement in known.branches}
    else:
        assert known.statement is not None, known
        assert (type(golden.answer), golden.answer) == (type(known.statement.value), known.statement.value)


@pytest.mark.parametrize(
    ("platform", "resets"),
    [("scalingo", "from_upstream"), ("ngrok", "from_upstream"), ("kong", "any"), ("yarp", "any"), ("contour", "any")],
)
def test_knows_whose_bytes_count(platform: str, resets: str) -> None:
    """At Scalingo and ngrok only what the app sends keeps a socket open."""
    statement = load().fact(platform, "idle_timeout", at=date.fromisoformat(TODAY)).statement

    assert statement is not None
    assert resets == statement.reset_by


@pytest.mark.parametrize(
    ("version", "path"),
    [("5.2.4", "which broke sockets"), ("5.2.5", "is left to hot reload"), ("6.0.0", "is left to hot reload")],
)
def test_knows_what_becomes_of_a_socket_at_the_path_of_hot_reload(version: str, path: str) -> None:
    """webpack-dev-server left it to both handlers until 5.2.5."""
    statement = load().fact("webpack-dev-server", "how_to_enable", at=date.fromisoformat(TODAY), version=version).statement

    assert statement is not None
    assert path in statement.note


@pytest.mark.parametrize(
    ("platform", "kind"),
    [
        ("vite-dev-proxy", "development_proxy"),
        ("webpack-dev-server", "development_proxy"),
        ("create-react-app-proxy", "development_proxy"),
        ("http-proxy-middleware", "app_proxy"),
        ("nextjs-rewrites", "app_proxy"),
        ("yarp", "app_proxy"),
    ],
)
def test_says_which_proxies_are_of_development_or_in_the_app(platform: str, kind: str) -> None:
    """They are no hops of a deployment of their own."""
    assert kind == load().platform(platform).kind


@pytest.mark.parametrize(
    ("platform", "key"),
    [
        ("haproxy-ingress", "haproxy.org/timeout-tunnel"),
        ("haproxy-ingress", "haproxy.org/cookie-persistence"),
        ("nginx-ingress-f5", "nginx.ingress.kubernetes.io/proxy-read-timeout"),
    ],
)
def test_knows_annotations_that_do_nothing_on_an_ingress(platform: str, key: str) -> None:
    """They belong to another controller, or to the Service or the ConfigMap."""
    assert key in {each.key for each in load().platform(platform).no_effect}

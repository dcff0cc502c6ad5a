"""Questions about the three clouds' hosts, balancers and gateways, whose answers must not change by accident."""

from __future__ import annotations

from datetime import date

import pytest

from advisor.knowledge import Special, load
from tests.knowledge.test_golden import TODAY, Golden

CLASSIC, GLOBAL = {"mode": "classic"}, {"mode": "global"}
GXLB = {"gateway_class": "gke-l7-gxlb"}

GOLDEN = [
    # AWS
    Golden("aws-amplify-hosting", "websocket_support", "unsupported"),
    Golden("aws-appsync", "websocket_support", "own_protocol"),
    Golden("aws-appsync", "max_connection_duration", Special.UNKNOWN),
    Golden("aws-appsync", "max_message_size", 245760),
    Golden("aws-bedrock-agentcore-runtime", "listen_port", 8080),
    Golden("aws-bedrock-agentcore-runtime", "max_connection_duration", 28800),
    Golden("aws-eks", "idle_timeout", 60),
    Golden("aws-eks", "idle_timeout", 350, given={"object": "service"}),
    Golden("aws-eks", "websocket_support", "unsupported", given={"protocol_version": "GRPC"}),
    Golden("aws-eks", "websocket_support", "native", at="2025-11-19", given={"target_optimizer": "true"}),
    Golden("aws-eks", "websocket_support", "unsupported", at="2025-11-20", given={"target_optimizer": "true"}),
    Golden("aws-global-accelerator", "idle_timeout", 340),
    Golden("aws-iot-core", "websocket_support", "own_protocol"),
    Golden("aws-iot-core", "max_message_size", 131072),
    Golden("aws-lambda-microvms", "websocket_support", "unsupported", at="2026-06-21"),
    Golden("aws-lambda-microvms", "websocket_support", "native", at="2026-06-22"),
    Golden("aws-lambda-microvms", "max_connection_duration", 28800),
    Golden("aws-lightsail-containers", "websocket_support", Special.UNKNOWN, given={"service": "container"}),
    Golden("aws-lightsail-containers", "websocket_support", "native", given={"service": "load_balancer"}),
    Golden("aws-verified-access", "websocket_support", Special.UNKNOWN),
    Golden("aws-verified-access", "idle_timeout", 60),
    Golden("aws-vpc-lattice", "idle_timeout", 60, at="2026-06-28"),
    Golden("aws-vpc-lattice", "max_connection_duration", 600),
    Golden("aws-vpc-lattice", "websocket_support", "with_configuration", given={"listener": "tls_passthrough"}),
    # Azure
    Golden("azure-aks", "idle_timeout", 60, given={"ingress": "nginx"}),
    Golden("azure-aks", "idle_timeout", 240, given={"ingress": "service"}),
    Golden("azure-aks", "idle_timeout", Special.UNKNOWN, given={"ingress": "istio"}),
    Golden("azure-api-management", "websocket_support", "with_configuration"),
    Golden("azure-api-management", "websocket_support", "unsupported", given={"tier": "consumption"}),
    Golden("azure-app-gateway-for-containers", "websocket_support", "native", given={"api": "gateway"}),
    Golden("azure-app-gateway-for-containers", "websocket_support", "unsupported", given={"api": "ingress"}),
    Golden("azure-app-gateway-for-containers", "idle_timeout", 300),
    Golden("azure-application-gateway", "idle_timeout", 30),
    Golden("azure-application-gateway", "max_concurrent_connections", 13500),
    Golden("azure-application-gateway", "max_concurrent_connections", 30000, given={"scheme": "ws"}),
    Golden("azure-front-door", "websocket_support", "unsupported", at="2024-11-10"),
    Golden("azure-front-door", "websocket_support", "beta", at="2024-11-11"),
    Golden("azure-front-door", "websocket_support", "native", at="2025-03-31"),
    Golden("azure-front-door", "websocket_support", "unsupported", given={"tier": "classic"}),
    Golden("azure-front-door", "websocket_support", "unsupported", given={"caching": "true"}),
    Golden("azure-front-door", "idle_timeout", 300),
    Golden("azure-front-door", "max_connection_duration", 14400),
    Golden("azure-functions", "websocket_support", "unsupported"),
    Golden("azure-load-balancer", "idle_timeout", 240),
    Golden("azure-signalr-service", "max_concurrent_connections", 20, given={"plan": "free"}),
    Golden("azure-signalr-service", "max_concurrent_connections", 1000, given={"plan": "premium"}),
    Golden("azure-signalr-service", "idle_timeout", 30, given={"mode": "serverless"}),
    Golden("azure-static-web-apps", "websocket_support", "unsupported"),
    Golden("azure-web-pubsub", "websocket_support", "own_protocol"),
    # Google
    Golden("gcp-api-gateway", "websocket_support", Special.UNKNOWN),
    Golden("gcp-app-engine-flex", "max_connection_duration", 3600),
    Golden("gcp-app-engine-standard", "websocket_support", "unsupported"),
    Golden("gcp-cloud-functions", "websocket_support", Special.UNKNOWN),
    Golden("gcp-https-load-balancer", "max_connection_duration", 30, given=CLASSIC),
    Golden("gcp-https-load-balancer", "idle_timeout", Special.NONE, given=CLASSIC),
    Golden("gcp-https-load-balancer", "max_connection_duration", 86400, given=GLOBAL),
    Golden("gcp-https-load-balancer", "idle_timeout", 30, given=GLOBAL),
    Golden("gcp-https-load-balancer", "max_connection_duration", Special.UNKNOWN, given={"mode": "regional"}),
    Golden("gcp-https-load-balancer", "max_connection_duration", 3600, given=GLOBAL | {"backend": "serverless"}),
    Golden("gcp-iap", "handshake_auth", "always"),
    Golden("gcp-network-load-balancer", "idle_timeout", 60, given={"mode": "external_passthrough"}),
    Golden("gcp-network-load-balancer", "idle_timeout", 600, given={"mode": "internal_passthrough"}),
    Golden("gcp-network-load-balancer", "idle_timeout", 30, given={"mode": "proxy"}),
    Golden("firebase-app-hosting", "websocket_support", Special.UNKNOWN),
    Golden("firebase-hosting", "websocket_support", "unsupported"),
    Golden("gke-gateway", "max_connection_duration", 30, given=GXLB),
    Golden("gke-gateway", "max_connection_duration", 86400, given={"gateway_class": "gke-l7-global-external-managed"}),
    Golden("gke-gateway", "idle_timeout", Special.NONE, given=GXLB),
    Golden("gke-ingress", "max_connection_duration", 30),
    Golden("gke-ingress", "idle_timeout", Special.NONE),
    Golden("gke-ingress", "idle_timeout", 30, given={"ingress_class": "gce-internal"}),
    Golden("iis-arr", "websocket_support", "unsupported", version="2.5"),
    Golden("iis-arr", "websocket_support", "with_configuration", version="3.0"),
]


@pytest.mark.parametrize("golden", GOLDEN, ids=str)
def test_answers_what_it_answered_when_it_was_confirmed(golden: Golden) -> None:
    """The value, and for special values which of them."""
    known = load().fact(
        golden.platform, golden.dimension, at=date.fromisoformat(golden.at), version=golden.version, **golden.given
    )

    assert known.statement is not None, known
    assert (type(golden.answer), golden.answer) == (type(known.statement.value), known.statement.value)


@pytest.mark.parametrize(
    ("platform", "dimension", "condition", "values"),
    [
        ("gcp-https-load-balancer", "max_connection_duration", "mode", {30, 86400, Special.UNKNOWN}),
        ("azure-aks", "idle_timeout", "ingress", {60, 240, Special.UNKNOWN}),
        ("azure-app-gateway-for-containers", "websocket_support", "api", {"native", "unsupported"}),
    ],
)
def test_says_what_the_answer_hangs_on(platform: str, dimension: str, condition: str, values: set[object]) -> None:
    """Nothing given: every value with its condition, and none of them taken for the answer."""
    known = load().fact(platform, dimension, at=date.fromisoformat(TODAY))

    assert ("several", condition) == (known.kind, known.condition)
    assert values <= {statement.value for _, statement in known.branches}


@pytest.mark.parametrize(
    ("platform", "at", "most"), [("aws-vpc-lattice", "2026-06-28", None), ("aws-vpc-lattice", "2026-06-29", 600)]
)
def test_knows_since_when_the_idle_time_can_be_raised(platform: str, at: str, most: float | None) -> None:
    """Lattice's minute is fixed before, and up to ten since."""
    statement = load().fact(platform, "idle_timeout", at=date.fromisoformat(at)).statement

    assert statement is not None
    assert most == statement.max

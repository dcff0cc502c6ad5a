"""Questions with dates whose answers must not change by accident: an edit that flips one is seen here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest

from advisor.knowledge import Special, load

TODAY = "2026-11-25"


@dataclass(frozen=True)
class Golden:
    """A question and its answer: one value, or each value with its condition."""

    platform: str
    dimension: str
    answer: object
    at: str = TODAY
    version: str | None = None
    given: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        with_version = f"@{self.version}" if self.version else ""
        return f"{self.platform}{with_version} {self.dimension} {self.at} {','.join(self.given.values())}"


SEVERAL_HTTP = {"version 1.29.7 or later": "1.1", "a version before 1.29.7": "1.0"}
FLUID = {"Fluid compute is off": "unsupported", "Fluid compute is on": "beta"}

GOLDEN = [
    # platforms with a model of their own, and managed services
    Golden("aws-api-gateway-websocket", "websocket_support", "own_protocol"),
    Golden("aws-api-gateway-websocket", "idle_timeout", 600),
    Golden("aws-api-gateway-websocket", "max_connection_duration", 7200),
    Golden("aws-api-gateway-http-rest", "websocket_support", "unsupported"),
    Golden("aws-lambda-function-url", "websocket_support", "unsupported"),
    Golden("cloudflare-workers", "websocket_support", "own_protocol"),
    Golden("cloudflare-workers", "websocket_support", "native", given={"model": "container"}),
    Golden("cloudflare-workers", "websocket_support", "own_protocol", at="2026-04-12", given={"model": "container"}),
    Golden("ably", "max_message_size", 65536, given={"plan": "free"}),
    Golden("ably", "max_message_size", 262144, given={"plan": "pro"}),
    Golden("supabase-realtime", "max_concurrent_connections", 200, given={"plan": "free"}),
    Golden("supabase-realtime", "max_concurrent_connections", 10000, given={"plan": "team"}),
    Golden("pusher-channels", "max_message_size", 10240),
    Golden("pubnub", "max_message_size", 32768),
    Golden("laravel-reverb", "max_message_size", 10000),
    Golden("centrifugo", "http2_extended_connect", "unsupported", version="6.4"),
    Golden("centrifugo", "http2_extended_connect", "beta", version="6.5.0"),
    # nginx: HTTP version to the app
    Golden("nginx", "upstream_http_version", "1.0", version="1.28"),
    Golden("nginx", "upstream_http_version", "1.0", version="1.22.1-9+deb12u11"),
    Golden("nginx", "upstream_http_version", "1.0", version="1.29.6"),
    Golden("nginx", "upstream_http_version", "1.1", version="1.29.7"),
    Golden("nginx", "upstream_http_version", "1.1", version="1.30"),
    Golden("nginx", "upstream_http_version", "1.1", version="1.31.4"),
    Golden("nginx", "upstream_http_version", SEVERAL_HTTP),
    Golden("nginx", "upstream_http_version", SEVERAL_HTTP, version="1"),
    Golden("nginx", "upstream_http_version", SEVERAL_HTTP, version="1.29"),
    Golden("nginx", "upstream_http_version", "1.0", at="2026-03-23"),
    Golden("nginx", "upstream_http_version", SEVERAL_HTTP, at="2026-03-24"),
    Golden("nginx", "upstream_http_version", "1.1", version="latest"),
    Golden("nginx", "upstream_http_version", "1.1", version="alpine", at="2026-03-24"),
    Golden("nginx", "upstream_http_version", "1.0", version="mainline-alpine", at="2026-03-23"),
    Golden("nginx", "upstream_http_version", "1.0", version="stable", at="2026-04-13"),
    Golden("nginx", "upstream_http_version", "1.1", version="stable-alpine", at="2026-04-14"),
    Golden("nginx", "upstream_http_version", "as_received", given={"module": "stream"}),
    # nginx: the rest
    Golden("nginx", "websocket_support", "with_configuration"),
    Golden("nginx", "websocket_support", "unsupported", version="1.2.9"),
    Golden("nginx", "websocket_support", "native", given={"module": "stream"}),
    Golden("nginx", "upgrade_headers", "dropped", version="1.28"),
    Golden("nginx", "upgrade_headers", "dropped", version="1.30"),
    Golden("nginx", "idle_timeout", 60),
    Golden("nginx", "idle_timeout", 600, given={"module": "stream"}),
    Golden("nginx", "max_connection_duration", Special.NONE),
    Golden("nginx", "max_concurrent_connections", 256),
    Golden("nginx", "session_affinity", "none"),
    Golden("nginx", "reload_behaviour", "keeps"),
    Golden("nginx", "http2_extended_connect", "unsupported"),
    Golden("nginx", "host_header", "replaced"),
    # Vercel
    Golden("vercel", "websocket_support", "unsupported", at="2026-06-21"),
    Golden("vercel", "websocket_support", "unsupported", at="2026-06-21", given={"fluid": "true"}),
    Golden("vercel", "websocket_support", FLUID, at="2026-06-23"),
    Golden("vercel", "websocket_support", "beta", at="2026-06-22", given={"fluid": "true"}),
    Golden("vercel", "websocket_support", "beta", given={"fluid": "true", "runtime": "python"}),
    Golden("vercel", "websocket_support", "unsupported", given={"fluid": "false"}),
    Golden("vercel", "websocket_support", "unsupported", given={"fluid": "true", "runtime": "edge"}),
    Golden("vercel", "websocket_support", "unsupported", given={"fluid": "true", "output": "static"}),
    Golden("vercel", "max_connection_duration", 300),
    Golden("vercel", "max_connection_duration", 300, given={"plan": "hobby"}),
    Golden("vercel", "deploy_grace", 0.5),
    Golden("vercel", "deploy_grace", 30, given={"runtime": "container"}),
    Golden("vercel", "deploy_mode", "until_lifetime"),
    Golden("vercel", "idle_timeout", Special.NONE),
    Golden("vercel", "redirect_behaviour", "to_https"),
    Golden("vercel", "listen_port", "any"),
    # Heroku
    Golden("heroku", "websocket_support", "native"),
    Golden("heroku", "handshake_timeout", 30),
    Golden("heroku", "idle_timeout", 55),
    Golden("heroku", "idle_timeout", Special.UNPUBLISHED, given={"generation": "fir"}),
    Golden("heroku", "max_connection_duration", Special.NONE),
    Golden("heroku", "deploy_signal", "SIGTERM"),
    Golden("heroku", "deploy_grace", 30),
    Golden("heroku", "listen_port", "$PORT"),
    Golden("heroku", "tls_termination", "edge"),
    Golden("heroku", "scale_to_zero", "sleeps", given={"dyno": "eco"}),
    Golden("heroku", "allowed_ports", (80, 443)),
    # AWS load balancer
    Golden("aws-alb", "websocket_support", "native"),
    Golden("aws-alb", "websocket_support", "unsupported", given={"protocol_version": "HTTP2"}),
    Golden("aws-alb", "websocket_support", "unsupported", given={"protocol_version": "GRPC"}),
    Golden("aws-alb", "websocket_support", "unsupported", given={"target_type": "lambda"}),
    Golden("aws-alb", "websocket_support", "native", at="2025-11-19", given={"target_optimizer": "true"}),
    Golden("aws-alb", "websocket_support", "unsupported", at="2025-11-20", given={"target_optimizer": "true"}),
    Golden("aws-alb", "idle_timeout", 60),
    Golden("aws-alb", "drain_delay", 300),
    Golden("aws-alb", "health_check", "http"),
    Golden("aws-alb", "session_affinity", "none"),
    # Cloudflare
    Golden("cloudflare", "websocket_support", "native"),
    Golden("cloudflare", "idle_timeout", 100),
    Golden("cloudflare", "idle_timeout", 100, given={"plan": "enterprise"}),
    Golden("cloudflare", "handshake_timeout", 100, at="2025-09-30"),
    Golden("cloudflare", "handshake_timeout", 120, at="2025-10-01"),
    Golden("cloudflare", "max_message_size", Special.UNPUBLISHED),
    Golden("cloudflare", "tls_termination", "edge"),
    # Fly.io
    Golden("fly-io", "websocket_support", "native"),
    Golden("fly-io", "idle_timeout", 60, at="2023-08-31"),
    Golden("fly-io", "idle_timeout", Special.NONE, at="2023-09-01"),
    Golden("fly-io", "idle_timeout", Special.NONE),
    Golden("fly-io", "deploy_signal", "SIGINT"),
    Golden("fly-io", "deploy_grace", 5),
    Golden("fly-io", "listen_port", 8080),
    Golden("fly-io", "scale_to_zero", "never_sleeps"),
    Golden("fly-io", "scale_to_zero", "sleeps", given={"auto_stop": "suspend"}),
    Golden("fly-io", "tls_termination", "edge"),
    Golden("fly-io", "tls_termination", "none", given={"handler": "tcp"}),
    Golden("fly-io", "upstream_http_version", "as_received", given={"handler": "tls"}),
    # others
    Golden("netlify", "websocket_support", "unsupported"),
    Golden("netlify", "websocket_support", "beta", given={"server": "true"}),
    Golden("cloudflare-workers", "websocket_support", "own_protocol"),
    Golden("cloudflare-workers", "max_message_size", 1048576, at="2025-10-30"),
    Golden("cloudflare-workers", "max_message_size", 33554432, at="2025-10-31"),
    Golden("aws-elastic-beanstalk", "websocket_support", "unsupported", given={"load_balancer": "classic"}),
    Golden("traefik", "idle_timeout", Special.NONE, version="3.7.1"),
    Golden("traefik", "idle_timeout", 60, version="3.7.1", given={"provider": "kubernetesIngressNGINX"}),
    Golden("caddy", "reload_behaviour", "cuts", version="2.11.4"),
    Golden("haproxy", "http2_extended_connect", "supported", version="2.8.25"),
    Golden("vps", "deploy_grace", 10),
    Golden("render", "deploy_grace", 30),
    Golden("railway", "session_affinity", "none"),
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


def test_knows_the_least_and_most_that_can_be_set() -> None:
    """The load balancer's idle timeout lies between 1 and 4,000 s, Fly's grace ends at 300 s."""
    knowledge, today = load(), date.fromisoformat(TODAY)
    known = [
        knowledge.fact("aws-alb", "idle_timeout", at=today),
        knowledge.fact("fly-io", "deploy_grace", at=today),
        knowledge.fact("vercel", "max_connection_duration", at=today, plan="hobby"),
        knowledge.fact("vercel", "max_connection_duration", at=today, plan="pro"),
    ]
    bounds = [(each.statement.min, each.statement.max) for each in known if each.statement]

    assert [(1, 4000), (None, 300), (None, 300), (None, 1800)] == bounds


@pytest.mark.parametrize(("version", "connection"), [("1.28.3", "close"), ("1.29.7", "not_sent"), ("1.30", "not_sent")])
def test_knows_nginx_default_connection_header(version: str, connection: str) -> None:
    """``close`` before 1.29.7, none since."""
    statement = load().fact("nginx", "upgrade_headers", at=date.fromisoformat(TODAY), version=version).statement

    assert statement is not None
    assert connection == statement.details["connection"]


@pytest.mark.parametrize(("version", "cookie"), [("1.28", False), ("1.29.6", True), ("1.30", True)])
def test_knows_since_when_nginx_is_sticky_by_cookie(version: str, cookie: bool) -> None:
    """``sticky`` came to the open source program with 1.29.6."""
    statement = load().fact("nginx", "session_affinity", at=date.fromisoformat(TODAY), version=version).statement

    assert statement is not None
    assert cookie is ("cookie" in statement.can_be)


def test_knows_where_the_app_has_to_listen() -> None:
    """Heroku tells the port in PORT and reaches every address."""
    statement = load().fact("heroku", "listen_port", at=date.fromisoformat(TODAY)).statement

    assert statement is not None
    assert {"variable": "PORT", "bind": "0.0.0.0"} == dict(statement.details)


@pytest.mark.parametrize(
    ("tag", "at", "release"),
    [
        ("latest", "2026-11-25", "1.31.4"),
        ("latest", "2026-03-24", "1.29.7"),
        ("alpine", "2026-03-23", "1.29.6"),
        ("stable", "2026-04-13", "1.28.3"),
        ("stable-alpine", "2026-04-14", "1.30.0"),
        ("1.28", "2026-11-25", "1.28.3"),
        ("1", "2026-11-25", "1.31.4"),
        ("latest", "2001-01-01", None),
        ("0.9", "2026-11-25", None),
    ],
)
def test_knows_which_release_a_moving_tag_means(tag: str, at: str, release: str | None) -> None:
    """By the days on which releases came out."""
    assert release == load().platform("nginx").current(tag, date.fromisoformat(at))


def test_says_what_only_a_dashboard_shows() -> None:
    """Cloudflare's switch is on where no file sets it; Vercel's depends on the project's age."""
    shown = {
        switch.id: (switch.when_absent, switch.dashboard is not None)
        for platform in ("cloudflare", "vercel")
        for switch in load().platform(platform).switches
    }

    assert {"websockets": ("on", True), "fluid-compute": ("depends", True)} == shown


@pytest.mark.parametrize("platform", ["nginx", "vercel", "heroku", "aws-alb", "cloudflare", "fly-io"])
def test_is_complete_for_the_first_six(platform: str) -> None:
    """Each speaks of at least 25 dimensions, has symptoms, and says what it is recognised by."""
    profile = load().platform(platform)

    assert len(profile.facts) >= 25
    assert profile.symptoms
    assert profile.recognised_by


def test_there_are_enough_golden_questions() -> None:
    """At least sixty about the first six platforms."""
    first = {"nginx", "vercel", "heroku", "aws-alb", "cloudflare", "fly-io"}

    assert len([golden for golden in GOLDEN if golden.platform in first]) >= 60

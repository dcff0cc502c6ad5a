"""The table of Envoy configurations: what the real program did, and what ``trace`` says it does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from advisor.model import Answer, Depends, Forward, Invalid, handshake
from advisor.proxies import envoy
from advisor.proxies.envoy.messages import version as known
from tests.proxies.envoy_cases import CASES
from tests.proxies.envoy_cases import envoy as bootstrap
from tests.proxies.envoy_faults import CASES as FAULTS
from tests.proxies.envoy_messages import DATA, content
from tests.proxies.envoy_program import Bench, programs
from tests.proxies.recorder import Recorder
from tests.proxies.table import Table

TABLE = Table(
    "envoy",
    envoy,
    "envoy.yaml",
    {case.name: case for case in (*CASES, *FAULTS)},
    ("route.idle_timeout", "stream_idle_timeout"),
    "/etc/envoy",
    {},
    Bench,
)
SHARED = "[{name: app, weight: 1}, {name: other, weight: 1}]"
REQUEST = handshake("wss", "app.example.com", "/ws/chat", "token=1")


@pytest.mark.parametrize("path", TABLE.stored(), ids=lambda path: path.stem)
@pytest.mark.parametrize("name", TABLE.cases)
def test_trace_says_what_was_measured(path: Path, name: str) -> None:
    """For every case ``trace`` gives what the program of that version did, header by header."""
    TABLE.check(path, name)


def test_the_programs_still_do_what_is_stored(recorder: Recorder, certificate: tuple[str, str]) -> None:
    """Measured again on every envoy of this machine, each case comes out as stored."""
    TABLE.check_again(programs(), recorder, certificate)


def answered(text: str) -> Answer | Depends | Forward | Invalid:
    config = envoy.load("envoy.yaml", {"envoy.yaml": TABLE.filled(text)}.get, lambda pattern: [])
    assert isinstance(envoy.servers(config), tuple)
    assert isinstance(envoy.routes(config), tuple)
    return envoy.trace(config, REQUEST, None)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("dynamic_resources: {ads_config: {}, lds_config: {ads: {}}}", "management server"),
        ("static_resources: {{ resources }", "template braces"),
        (bootstrap("{match: {prefix: /}, route: {cluster_header: x-to}}"), "header names"),
        (bootstrap(f"{{match: {{prefix: /}}, route: {{weighted_clusters: {{clusters: {SHARED}}}}}}}"), "weights"),
    ],
    ids=["xds", "template", "cluster by header", "weights"],
)  # fmt: skip
def test_what_no_file_shows_is_said(text: str, on: str) -> None:
    """The answer depends on it, with the reason."""
    outcome = answered(text)

    assert isinstance(outcome, Depends)
    assert on in outcome.on


TLS_CONTEXT = bootstrap().replace("name: plain", "tls_context: {}")
NEW = bootstrap().replace("stat_prefix: web", "stat_prefix: web\n          of_next_year: {}")


@pytest.mark.parametrize(
    ("text", "version", "given", "expected"),
    [
        (TLS_CONTEXT, "1.14.3", {}, Forward),
        (TLS_CONTEXT, "1.18", {}, Invalid),
        (TLS_CONTEXT, None, {}, Depends),
        (NEW, "1.41.0", {}, Forward),
        (NEW, "1.40.0", {}, Invalid),
        (NEW, None, {}, Invalid),
        (NEW, "1.40.0", {"--allow-unknown-static-fields": ""}, Forward),
        (bootstrap().replace("127.0.0.1, port_value: @PORT@", "127.0.0.1, port_value: ENVOY_PORT"), None, {}, Forward),
    ],
    ids=["old", "too new", "either", "newer than what is known", "unknown", "unknown anywhere", "allowed", "filled in later"],
)
def test_a_name_that_another_version_knows(text: str, version: str | None, given: dict[str, str], expected: type) -> None:
    """Before 1.18 a name may be one of version 2, and later ones may bring new names; an option lets Envoy pass over them."""
    config = envoy.load("envoy.yaml", {"envoy.yaml": TABLE.filled(text)}.get, lambda pattern: [])

    assert isinstance(envoy.trace(config, REQUEST, version, environment=given), expected)


@pytest.mark.skipif(not programs(), reason="no envoy here")
def test_the_known_messages_are_those_of_the_program() -> None:
    """What is kept of Envoy's own descriptors is what its binary carries."""
    pytest.importorskip("google.protobuf")
    program = next((program for program in programs() if program.version == known()), None)
    if program is None:
        pytest.skip(f"no envoy {known()} here")

    assert json.loads(DATA.read_text()) == content(program)


WORDS = some.sampled_from(
    "static_resources listeners filter_chains filters typed_config route_config virtual_hosts domains routes match prefix route "
    "cluster safe_regex regex (a+)+$ * / /ws {} [] app 1s true null @type HttpConnectionManager upgrade_configs websocket".split()
)
NODES = some.recursive(
    WORDS | some.none() | some.integers(),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(WORDS, inner, max_size=5),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(NODES, NODES, NODES)
def test_hostile_files_get_an_answer(top: object, routes: object, manager: object) -> None:
    """Whatever stands in a file, an outcome comes back and nothing is raised."""
    table = {"virtual_hosts": [{"domains": ["*"], "routes": routes}]}
    typed = {"upgrade_configs": manager, "http_filters": manager, "route_config": table}
    chain = {"filters": [{"name": "http_connection_manager", "typed_config": typed}]}
    whole = {"static_resources": {"listeners": [{"filter_chains": [chain]}]}}
    for document in (top, whole, {"static_resources": top}):
        assert isinstance(answered(json.dumps(document)), Answer | Depends | Forward | Invalid)

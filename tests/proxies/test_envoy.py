"""The table of Envoy configurations: what the real program did, and what ``trace`` says it does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from advisor.model import Answer, Depends, Forward, Invalid, handshake
from advisor.proxies import envoy
from tests.proxies.envoy_cases import CASES
from tests.proxies.envoy_cases import envoy as bootstrap
from tests.proxies.envoy_program import Bench, programs
from tests.proxies.recorder import Recorder
from tests.proxies.table import Table

TABLE = Table(
    "envoy",
    envoy,
    "envoy.yaml",
    {case.name: case for case in CASES},
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
        ("a: [", "not valid YAML"),
        (bootstrap("{match: {prefix: /}, route: {cluster_header: x-to}}"), "header names"),
        (bootstrap(f"{{match: {{prefix: /}}, route: {{weighted_clusters: {{clusters: {SHARED}}}}}}}"), "weights"),
    ],
    ids=["xds", "broken", "cluster by header", "weights"],
)  # fmt: skip
def test_what_no_file_shows_is_said(text: str, on: str) -> None:
    """The answer depends on it, with the reason."""
    outcome = answered(text)

    assert isinstance(outcome, Depends)
    assert on in outcome.on


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
    import json

    table = {"virtual_hosts": [{"domains": ["*"], "routes": routes}]}
    typed = {"upgrade_configs": manager, "http_filters": manager, "route_config": table}
    chain = {"filters": [{"name": "http_connection_manager", "typed_config": typed}]}
    whole = {"static_resources": {"listeners": [{"filter_chains": [chain]}]}}
    for document in (top, whole, {"static_resources": top}):
        assert isinstance(answered(json.dumps(document)), Answer | Depends | Forward | Invalid)

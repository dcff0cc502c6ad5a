"""The table of Traefik configurations: what the real program did, and what ``trace`` says it does."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from advisor.model import Answer, Depends, Forward, Invalid, handshake
from advisor.proxies import traefik
from advisor.proxies.traefik.options import version
from tests.proxies.recorder import Recorder
from tests.proxies.table import Table
from tests.proxies.traefik_cases import CASES
from tests.proxies.traefik_faults import CASES as FAULTS
from tests.proxies.traefik_options import DATA, static_options
from tests.proxies.traefik_program import Bench, programs

TABLE = Table("traefik", traefik, "traefik.yml", {case.name: case for case in (*CASES, *FAULTS)}, (), "/etc/traefik", {}, Bench)


@pytest.mark.parametrize("path", TABLE.stored(), ids=lambda path: path.stem)
@pytest.mark.parametrize("name", TABLE.cases)
def test_trace_says_what_was_measured(path: Path, name: str) -> None:
    """For every case ``trace`` gives what the program of that version did, header by header."""
    TABLE.check(path, name)


def test_the_programs_still_do_what_is_stored(recorder: Recorder, certificate: tuple[str, str]) -> None:
    """Measured again on every traefik of this machine, each case comes out as stored."""
    TABLE.check_again(programs(), recorder, certificate)


@pytest.mark.skipif(not programs(), reason="no traefik here")
def test_the_known_options_are_those_of_the_program() -> None:
    """What is kept of the static options is what the binary lists."""
    program = next((program for program in programs() if program.version == version()), None)
    if program is None:
        pytest.skip(f"no traefik {version()} here")
    listed = subprocess.run([program.path, "--help"], capture_output=True, text=True, check=True).stdout

    assert json.loads(DATA.read_text())["3"]["static"] == static_options(listed)


PILOTED = (
    "entryPoints: {web: {address: ':80'}}\nexperimental: {%s: true}\nhttp: {routers: {r: {rule: 'Path(`/ws`)', service: s}}}\n"
)


@pytest.mark.parametrize(
    ("option", "given", "expected"),
    [
        ("http3", "2.11.2", Answer),
        ("http3", "3.5", Invalid),
        ("http3", None, Depends),
        ("of_next_year", "3.5", Invalid),
        ("of_next_year", None, Invalid),
        ("of_next_year", "3.99", Answer),
    ],
)
def test_an_option_that_another_version_knows(option: str, given: str | None, expected: type) -> None:
    """Version 2 had others than version 3, and newer ones may have more."""
    config = traefik.load("traefik.yml", {"traefik.yml": PILOTED % option}.get, lambda pattern: [])

    assert isinstance(traefik.trace(config, handshake("ws", "a.example", "/ws"), given), expected)


LABELS = """services:
  proxy:
    image: traefik:%s
    command: ["--providers.docker", "--entryPoints.web.address=:80"]
  app:
    build: .
    labels:
      - "traefik.http.routers.app.rule=%s"
      - "traefik.http.services.app.loadBalancer.server.port=3000"
      - "traefik.http.services.app.loadBalancer.sticky.cookie.name=s"
"""


def answered(text: str, version: str | None = "3.5", host: str = "app.example.com") -> Answer | Depends | Forward | Invalid:
    config = traefik.load("compose.yaml", {"compose.yaml": text}.get, lambda pattern: [])
    assert isinstance(traefik.servers(config), tuple)
    assert isinstance(traefik.routes(config), tuple)
    return traefik.trace(config, handshake("ws", host, "/ws", "a=1"), version)


def test_labels_lead_to_their_service() -> None:
    """The router of a container leads to its port, with the cookie that its labels ask for."""
    outcome = answered(LABELS % ("v3.5", "Host(`app.example.com`)"))

    assert isinstance(outcome, Forward)
    assert ("app:3000", "cookie") == (str(outcome.address), outcome.affinity)


def test_a_rule_of_version_2_is_broken_in_version_3() -> None:
    """Where the version is not known, both branches are told."""
    text = LABELS % ("latest", "Host(`a.example.com`, `app.example.com`)")

    assert [Forward, Answer, Depends] == [type(answered(text, version)) for version in ("2.11", "3.5", None)]


def test_routers_that_no_file_shows_are_said() -> None:
    """A provider such as Kubernetes may bring the router that takes the request."""
    outcome = answered("entryPoints: {web: {address: ':80'}}\nproviders: {kubernetesCRD: {}}\n")

    assert isinstance(outcome, Depends)
    assert "kubernetesCRD" in outcome.on


RULES = some.lists(
    some.sampled_from("Host PathPrefix HeaderRegexp ( ) && || ! , `a` `/` `(a+)+$` Query Path \\ ` {x:y}".split()), max_size=12
)
NODES = some.recursive(
    RULES.map("".join) | some.none() | some.integers(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(
        "rule service middlewares chain loadBalancer servers url weighted services name tls priority stripPrefix prefixes".split()
    ), inner, max_size=5),
    max_leaves=15,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(NODES, NODES, NODES)
def test_hostile_files_get_an_answer(routers: object, middlewares: object, services: object) -> None:
    """Whatever stands in a file, an outcome comes back and nothing is raised."""
    http = {"routers": {"r": routers}, "middlewares": {"m": middlewares}, "services": {"s": services}}
    for document in ({"http": http, "entryPoints": {"web": services}}, {"services": {"a": services}}, {"http": routers}):
        assert isinstance(answered(json.dumps(document)), Answer | Depends | Forward | Invalid)


def test_compose_gives_the_static_file_and_the_labels() -> None:
    """The hop of a Traefik service carries what is mounted into it, and the compose file for the labels."""
    from advisor.deployment import compose
    from advisor.tree import Tree

    mount = "image: traefik:v3.5\n    volumes: ['./traefik.yml:/etc/traefik/traefik.yml']"
    files = {
        "compose.yaml": LABELS.replace("image: traefik:%s", mount) % "PathPrefix(`/`)",
        "traefik.yml": "entryPoints: {web: {}}\n",
    }
    hop = next(hop for hop in compose.read(Tree.of(files, ())).hops if hop.platform == "traefik")

    assert ("traefik.yml", "compose.yaml") == hop.config.files


def test_a_variable_in_a_rule_is_what_the_client_asks_for() -> None:
    """A host that something fills in before Traefik starts refuses nobody."""
    assert isinstance(answered(LABELS % ("v3.5", "Host(`${DOMAIN}`)")), Forward)

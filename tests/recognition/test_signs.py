"""Signs of profiles: what they ask of a document, and the hop that a sign makes of a little repository."""

from __future__ import annotations

import pytest

from advisor import advise
from advisor.formats import yaml
from advisor.knowledge import load
from advisor.model import Hop
from advisor.options import load_options
from advisor.recognition import Sign
from advisor.tree import Tree
from tests.test_platforms import SAMPLES, sample

DOCUMENT = """
services:
  web: {host: appservice}
  jobs: {host: function}
spec:
  type: LoadBalancer
  listeners: [{port: 443, hosts: [a.example.com]}]
metadata:
  annotations: {konghq.com/plugins: limit}
empty:
"""


@pytest.mark.parametrize(
    ("wanted", "expected"),
    {
        "a key that is there": ("spec > type", True),
        "a key without a value is there as well": ("empty", True),
        "a value, ignoring case": ("spec > type = loadbalancer", True),
        "one of several values": ("spec > type = NodePort|LoadBalancer", True),
        "another value": ("spec > type = NodePort", False),
        "any key on the way": ("services > * > host = function", True),
        "through a list": ("spec > listeners > port = 443", True),
        "a list at the end": ("spec > listeners > hosts = *.example.com", True),
        "a glob for the key": ("metadata > annotations > konghq.com/*", True),
        "a key that is not there": ("spec > class", False),
        "a mapping has no value": ("spec = x", False),
    }.values(),
)
def test_what_a_sign_asks_of_a_document(wanted: str, expected: bool) -> None:
    """Paths of keys, with globs and alternatives."""
    sign = Sign("kong", "file", "kong.yml", "explicit", has=(wanted,))

    assert expected == sign.holds(yaml.parse(DOCUMENT, "kong.yml"))


def test_a_sign_asks_for_all_that_it_has() -> None:
    """One that is missing is enough."""
    sign = Sign("kong", "file", "kong.yml", "explicit", has=("spec > type", "spec > class"))

    assert not sign.holds(yaml.parse(DOCUMENT, "kong.yml"))


def hops(files: dict[str, str]) -> dict[str, Hop]:
    options = load_options(SAMPLES / "nginx", {})
    return {hop.platform: hop for hop in advise.advise(Tree.of(files, advise.words()), options).hops}


def test_a_hop_carries_the_settings_beside_its_sign() -> None:
    """Keys of the profile's ``set_by`` are read from the same Terraform directory, with their places."""
    hop = hops(sample("gcp-https-load-balancer"))["gcp-https-load-balancer"]
    setting = hop.setting("google_compute_backend_service.timeout_sec")

    assert setting is not None
    assert (3600, "infra/main.tf", 5) == (setting.amount, setting.place.file, setting.place.line)


def test_a_setting_of_a_file_is_read_by_its_key() -> None:
    """A dotted key of the profile is a path in the file."""
    setting = hops(sample("firebase-app-hosting"))["firebase-app-hosting"].setting("runConfig.concurrency")

    assert setting is not None
    assert (80, "apphosting.yaml") == (setting.amount, setting.place.file)


def test_a_sign_gives_conditions() -> None:
    """The kind of load balancer that the resource makes decides which facts hold."""
    hop = hops(sample("gcp-network-load-balancer"))["gcp-network-load-balancer"]

    assert (("mode", "external_passthrough"),) == hop.conditions


def test_a_reader_goes_first() -> None:
    """Where a reader yields the platform, no sign adds a second hop."""
    files = {**sample("azure-app-service"), "azure.yaml": "services: {web: {project: ., host: appservice}}\n"}
    options = load_options(SAMPLES / "nginx", {})

    assert 1 == sum(hop.platform == "azure-app-service" for hop in advise.advise(Tree.of(files, advise.words()), options).hops)


def test_a_front_of_the_same_infrastructure_leads_to_what_stands_behind() -> None:
    """A CDN and the one host beside it are one way, and not two."""
    app = sample("azure-app-service")
    front = sample("azure-front-door")["infra/main.tf"]
    files = {**app, "infra/edge.tf": front}
    report = advise.advise(Tree.of(files, advise.words()), load_options(SAMPLES / "nginx", {}))

    assert [["azure-front-door", "azure-app-service"]] == [[hop.platform for hop in path.hops] for path in report.paths]


def test_a_static_host_runs_no_server() -> None:
    """Pages that show a project's documentation say nothing of where its server runs."""
    files = {**sample("github-pages"), **{path: text for path, text in sample("nginx").items() if path != "nginx.conf"}}
    report = advise.advise(Tree.of(files, advise.words()), load_options(SAMPLES / "nginx", {}))

    assert [()] == [path.hops for path in report.paths]


def test_a_file_that_does_not_parse_is_told() -> None:
    """It could have shown a hop."""
    files = {**sample("firebase-app-hosting"), "apphosting.yaml": "runConfig: [\n"}
    report = advise.advise(Tree.of(files, advise.words()), load_options(SAMPLES / "nginx", {}))

    assert ["apphosting.yaml"] == [each.file for each in report.not_read]


def test_two_values_of_one_key_leave_it_open() -> None:
    """Neither backend's affinity is taken for that of the way."""
    files = sample("gcp-network-load-balancer")
    service = 'resource "google_compute_region_backend_service" "%s" {\n  protocol = "TCP"\n  session_affinity = "%s"\n}\n'
    other = service % ("one", "NONE") + service % ("two", "CLIENT_IP")
    hop = hops({**files, "infra/other.tf": other})["gcp-network-load-balancer"]
    setting = hop.setting("google_compute_region_backend_service.session_affinity")

    assert setting is not None
    assert (None, {"NONE", "CLIENT_IP"}) == (setting.amount, set(setting.value.split(" or ")))


def test_every_condition_that_a_sign_gives_is_one_of_its_profile() -> None:
    """With one of the options that the profile knows."""
    for platform, entries in load().recognised_by().items():
        known = load().platform(platform).conditions
        for entry in entries:
            for key, value in entry.get("given", {}).items():
                assert value in known[key].options, (platform, key, value)

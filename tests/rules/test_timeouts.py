"""The remedy for a short timeout names the key that acts under the conditions of this hop, and writes it where it belongs."""

from __future__ import annotations

import pytest

from advisor import advise
from advisor.model import Finding
from advisor.options import load_options
from advisor.tree import Tree
from tests.test_platforms import SAMPLES, sample


def too_short(files: dict[str, str]) -> Finding:
    """The finding about an idle timeout without a heartbeat."""
    report = advise.advise(Tree.of(files, advise.words()), load_options(SAMPLES / "nginx", {}))
    return next(finding for finding in report.findings if finding.rule == "WS201")


def changed(platform: str, *pairs: tuple[str, str]) -> dict[str, str]:
    """A sample with words of its Terraform put for others."""
    files = sample(platform)
    text = files["infra/main.tf"]
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return {**files, "infra/main.tf": text}


def test_a_key_of_another_mode_is_no_remedy() -> None:
    """What passes packets through has an idle time that no key changes; the key of the internal mode would do nothing."""
    finding = too_short(sample("gcp-network-load-balancer"))

    assert "No file sets the timeout" in (finding.remedy or "")


def test_the_key_of_this_mode_is_the_remedy() -> None:
    """The same balancer inside a network has one, in a block of its own."""
    pairs = [('load_balancing_scheme = "EXTERNAL"', 'load_balancing_scheme = "INTERNAL"')]
    finding = too_short(changed("gcp-network-load-balancer", *pairs))

    assert "raise idle_timeout_sec" in (finding.remedy or "")
    assert "  connection_tracking_policy {\n    idle_timeout_sec = 3600\n  }" in finding.snippet


def test_a_key_of_another_resource_is_written_there() -> None:
    """The hop is seen by its URL map, and the timeout belongs to its backend service."""
    finding = too_short(changed("gcp-https-load-balancer", ("  timeout_sec           = 3600\n", "")))

    assert "in the google_compute_backend_service in infra/main.tf\n" in finding.snippet
    assert 'resource "google_compute_backend_service" "..." {' in finding.snippet


@pytest.mark.parametrize("given", ["", "idle_timeout_in_minutes        = 4"])
def test_a_key_in_minutes_is_written_in_minutes(given: str) -> None:
    """Whether it is absent or too small."""
    finding = too_short(changed("azure-load-balancer", ("idle_timeout_in_minutes        = 30", given)))

    assert "raise idle_timeout_in_minutes of Azure Load Balancer to 60 min" in (finding.remedy or "")
    assert "idle_timeout_in_minutes = 60\n" in f"{finding.snippet}\n"


def test_an_attribute_of_an_annotation_is_written_as_one() -> None:
    """The controller takes a list of attributes in one annotation, and no annotation of the attribute's own."""
    finding = too_short(sample("aws-eks"))

    assert "alb.ingress.kubernetes.io/load-balancer-attributes: idle_timeout.timeout_seconds=3600" in finding.snippet

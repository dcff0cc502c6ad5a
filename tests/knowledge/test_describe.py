"""The platform page and the list of platforms keep their public form."""

from __future__ import annotations

import json
from datetime import date

from advisor.knowledge import load
from advisor.knowledge.describe import listing, page

TODAY = date(2026, 11, 25)


def test_a_page_has_the_promised_keys() -> None:
    """Those of the contract, and JSON can carry them all."""
    described = page(load().platform("aws-alb"), TODAY)
    idle = next(fact for fact in described["facts"] if fact["dimension"] == "idle_timeout")

    assert {"id": "aws-alb", "kind": "load_balancer", "as_of": "2026-11-25", "lifecycle": {"status": "active"}}.items() <= {
        key: described[key] for key in ("id", "kind", "as_of", "lifecycle")
    }.items()
    assert {
        "value": 60,
        "unit": "s",
        "min": 1,
        "max": 4000,
        "reset_by": "any",
        "when": {},
        "since": None,
        "until": None,
    }.items() <= {**idle}.items()
    assert {"format": "terraform", "key": "aws_lb.idle_timeout"} in idle["set_by"]
    assert {"on": "2026-11-25", "how": "read"} == idle["confirmed"]
    assert {"url", "kind"} <= set(idle["sources"][0])
    assert described == json.loads(json.dumps(described))


def test_a_page_lists_only_what_holds() -> None:
    """At the date and for the version."""
    nginx = load().platform("nginx")
    pages = [page(nginx, TODAY, version) for version in ("1.28", "1.30")]
    values = [[fact["value"] for fact in each["facts"] if fact["dimension"] == "upstream_http_version"] for each in pages]

    assert [["1.0"], ["1.1"]] == values


def test_several_statements_carry_what_separates_them() -> None:
    """In ``when`` as data and in ``condition`` in words."""
    facts = page(load().platform("vercel"), TODAY)["facts"]
    support = [(fact["value"], fact["when"], fact["condition"]) for fact in facts if fact["dimension"] == "websocket_support"]

    assert [("unsupported", {"fluid": "false"}, "Fluid compute is off"), ("beta", {}, "Fluid compute is on")] == support


def test_given_conditions_settle_a_page() -> None:
    """As ``--when fluid=true`` does."""
    facts = page(load().platform("vercel"), TODAY, when={"fluid": "true"})["facts"]

    assert ["beta"] == [fact["value"] for fact in facts if fact["dimension"] == "websocket_support"]


def test_every_profile_can_be_described() -> None:
    """Also those with conditions, switches and releases."""
    knowledge = load()
    described = [page(knowledge.platform(platform), TODAY) for platform in knowledge.platforms()]

    assert list(knowledge.platforms()) == [each["id"] for each in json.loads(json.dumps(described))]


def test_the_list_counts_facts_and_statements() -> None:
    """One entry a platform, with its support in one word."""
    entries = {entry["id"]: entry for entry in listing(load(), TODAY)}

    assert ("native", "depends", "with_configuration") == tuple(
        entries[platform]["websocket_support"] for platform in ("heroku", "vercel", "nginx")
    )
    assert all(0 < entry["facts"] <= entry["statements"] for entry in entries.values())
    assert {"id", "name", "kind", "websocket_support", "facts", "statements"} == set(entries["nginx"])

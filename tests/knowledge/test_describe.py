"""The platform page and the list of platforms keep their public form."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

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
    assert {"id", "name", "kind", "websocket_support", "facts", "statements"} <= set(entries["nginx"])


@pytest.mark.parametrize(
    ("platform", "at", "expected"),
    [
        ("heroku", TODAY, "yes"),
        ("nginx", TODAY, "conditional"),
        ("aws-app-runner", TODAY, "no"),
        ("vercel", TODAY, "depends"),
        ("vercel", date(2026, 6, 21), "no"),
        ("pusher-channels", TODAY, "own_protocol"),
        ("aws-verified-access", TODAY, "unknown"),
    ],
)
def test_the_list_gives_a_verdict(platform: str, at: date, expected: str) -> None:
    """At the date; what is not known is no yes and no no."""
    assert expected == next(entry["verdict"] for entry in listing(load(), at) if entry["id"] == platform)


def test_the_list_gives_limits_and_their_age() -> None:
    """Values with their unit, and the oldest and newest day of confirmation."""
    entry = next(entry for entry in listing(load(), TODAY) if entry["id"] == "aws-alb")

    assert {"known": "one", "values": [60], "unit": "s", "can_be": []} == entry["idle_timeout"]
    assert ["cookie"] == entry["session_affinity"]["can_be"]
    assert entry["confirmed"]["oldest"] <= entry["confirmed"]["newest"] <= TODAY.isoformat()


def test_a_page_tells_what_was_so_and_what_comes() -> None:
    """By the date: the same statement is later than one day and over on another."""
    before, after = (page(load().platform("vercel"), day)["history"] for day in (date(2026, 6, 21), TODAY))

    def support(history: list[dict[str, Any]], holds: str) -> set[str]:
        return {each["value"] for each in history if (each["dimension"], each["holds"]) == ("websocket_support", holds)}

    assert (set(), {"beta", "unsupported"}) == (support(before, "before"), support(before, "after"))
    assert ({"unsupported"}, set()) == (support(after, "before"), support(after, "after"))


def test_versions_have_a_history_once_one_is_given() -> None:
    """Without a version nothing is over: each branch may hold."""
    nginx = load().platform("nginx")
    told = [
        {each["value"] for each in page(nginx, TODAY, version)["history"] if each["dimension"] == "upstream_http_version"}
        for version in (None, "1.30")
    ]

    assert [set(), {"1.0"}] == told


def test_a_key_is_told_only_where_it_acts() -> None:
    """The classic balancer's timeout is a lifetime, and that of the global one is not."""
    told = {
        mode: [
            (fact["dimension"], [key["key"] for key in fact["set_by"]])
            for fact in page(load().platform("gcp-https-load-balancer"), TODAY, when={"mode": mode, "backend": "vm"})["facts"]
            if fact["dimension"] in ("idle_timeout", "max_connection_duration")
        ]
        for mode in ("classic", "global")
    }
    resources = ["google_compute_backend_service.timeout_sec", "google_compute_region_backend_service.timeout_sec"]

    assert {"idle_timeout": [], "max_connection_duration": resources[:1]} == dict(told["classic"])
    assert {"idle_timeout": resources, "max_connection_duration": []} == dict(told["global"])


def test_a_key_whose_condition_is_open_carries_it() -> None:
    """In words, beside the key."""
    facts = page(load().platform("gcp-https-load-balancer"), TODAY, when={"mode": "classic"})["facts"]
    keys = next(fact["set_by"] for fact in facts if fact["dimension"] == "max_connection_duration")

    assert ["its backends are machines or containers"] == [key["condition"] for key in keys]


def test_a_page_tells_how_it_is_recognised() -> None:
    """The signs as the profile has them."""
    signs = page(load().platform("fly-io"), TODAY)["recognised_by"]

    assert {"file": "fly.toml", "read_by": "fly", "certainty": "explicit"} in signs

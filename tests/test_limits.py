"""The fold: of all limits along a path the one that decides, who set it, who is next, and what it hangs on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from advisor.knowledge import Knowledge, load
from advisor.limits import Conditions, fold
from advisor.model import Address, Forward, Hop, Limit, Place, Request, Setting, Step, Use
from tests.knowledge.made import TODAY, VOCABULARY, dimension, fact, profile_data, statement

PLAN = {"plan": {"asks": "the plan", "options": ["small", "large"], "says": {"small": "the plan is Small"}}}
KEY = {"format": "sample", "key": "idle"}


def known(**platforms: Any) -> Knowledge:
    """Made-up platforms by id, each a list of facts, or facts and changes of the profile."""
    words = {
        **VOCABULARY["dimensions"],  # type: ignore[dict-item]
        "max_message_size": dimension(type="bytes", unit="bytes", combine="min"),
        "max_concurrent_connections": dimension(type="count", combine="max"),
    }
    data: dict[str, Any] = {"dimensions": {**VOCABULARY, "dimensions": words}}
    for name, (facts, changes) in platforms.items():
        data[f"reverse_proxy/{name}"] = profile_data(*facts, id=name, name=name.title(), **changes)
    return Knowledge(data)


def idle(*statements: dict[str, Any], **changes: Any) -> Any:
    return ([fact("idle_timeout", *statements, **changes)], {})


def seconds(value: Any, **changes: Any) -> Any:
    """A platform whose idle timeout is this, and that a file may set."""
    return idle(statement(value, reset_by="any", **changes), set_by=[KEY])


def hop(platform: str, **changes: Any) -> Hop:
    return Hop(f"h:{platform}", platform, platform.title(), Place(f"{platform}.conf", 3), **changes)


def set_to(amount: Any, written: str = "") -> Setting:
    return Setting("idle", written or str(amount), Place("site.conf", 9), amount, "sample")


def step(each: Hop, *settings: Setting, **forward: Any) -> Step:
    """The hop hands on; ``settings`` are in force for the request."""
    return Step(each, Request(), Forward(Address("app"), Request(), settings=settings, **forward))


def limits(
    *steps: Step,
    data: Knowledge,
    server: Use | None = None,
    own: tuple[tuple[str, Setting], ...] = (),
    program: str = "",
    at: date = TODAY,
    **assume: str,
) -> dict[str, Limit]:
    found = fold(steps, server, own, data, Conditions(at, assume), program)
    return {limit.dimension: limit for limit in found}


def test_the_smallest_default_decides_and_the_next_is_the_runner_up() -> None:
    """A default names the hop and its fact, and no line."""
    data = known(front=seconds(100), back=seconds(60))
    limit = limits(step(hop("front")), step(hop("back")), data=data)["idle_timeout"]

    assert (60, "s", "any") == (limit.value, limit.unit, limit.reset_by)
    assert ("back", "default", "h:back", None, "back/idle_timeout") == (
        limit.decided_by.platform,
        limit.decided_by.source,
        limit.decided_by.hop,
        limit.decided_by.place,
        limit.decided_by.fact,
    )
    assert limit.runner_up is not None
    assert ("front", 100) == (limit.runner_up[0].platform, limit.runner_up[1])


def test_a_setting_replaces_the_default_and_brings_its_line() -> None:
    """A raised timeout hands the decision to the next hop."""
    data = known(front=seconds(100), back=seconds(60))
    raised = limits(step(hop("front")), step(hop("back"), set_to(3600)), data=data)["idle_timeout"]
    lowered = limits(step(hop("front")), step(hop("back"), set_to(5)), data=data)["idle_timeout"]

    assert (100, "front", "default") == (raised.value, raised.decided_by.platform, raised.decided_by.source)
    assert (5, "configured", Place("site.conf", 9)) == (lowered.value, lowered.decided_by.source, lowered.decided_by.place)
    assert raised.runner_up is not None
    assert (3600, "configured") == (raised.runner_up[1], raised.runner_up[0].source)


def test_what_holds_for_the_request_comes_before_what_holds_for_the_hop() -> None:
    """A location's own value over the one of the whole hop."""
    limit = limits(step(hop("back", settings=(set_to(30),)), set_to(45)), data=known(back=seconds(60)))["idle_timeout"]

    assert 45 == limit.value


def test_a_setting_of_another_format_is_no_setting_of_this_hop() -> None:
    """Keys count only in the format that the profile names."""
    foreign = Setting("idle", "5", Place("other.conf"), 5, "other")

    assert 60 == limits(step(hop("back"), foreign), data=known(back=seconds(60)))["idle_timeout"].value


def test_zero_takes_a_limit_away() -> None:
    """Then the hop has none, and the next decides."""
    data = known(front=seconds(100), back=seconds(60))

    assert 100 == limits(step(hop("front")), step(hop("back"), set_to(0)), data=data)["idle_timeout"].value
    assert "idle_timeout" not in limits(step(hop("back"), set_to(0)), data=data)


MODES = {"mode": {"asks": "the mode", "options": ["old", "new"], "says": {"old": "the mode is old", "new": "the mode is new"}}}
TWICE = (
    [
        fact(
            "idle_timeout",
            statement("none", when={"mode": "old"}),
            statement(30, reset_by="any", when={"mode": "new"}),
            set_by=[KEY | {"when": {"mode": "new"}}],
        ),
        fact(
            "max_connection_duration",
            statement(30, when={"mode": "old"}),
            statement("none", when={"mode": "new"}),
            set_by=[KEY | {"when": {"mode": "old"}}],
        ),
    ],
    {"conditions": MODES},
)


@pytest.mark.parametrize(("mode", "dimension"), [("old", "max_connection_duration"), ("new", "idle_timeout")])
def test_a_key_that_sets_one_thing_or_another_sets_the_one_that_holds(mode: str, dimension: str) -> None:
    """The same line is a lifetime in one mode and an idle timeout in the other."""
    found = limits(step(hop("edge", settings=(set_to(90),))), data=known(edge=TWICE), mode=mode)

    assert {dimension: (90, None)} == {name: (limit.value, limit.depends_on) for name, limit in found.items()}


def test_a_key_whose_condition_is_open_says_what_it_hangs_on() -> None:
    """Nothing tells the mode: both are told, and neither without its condition."""
    found = limits(step(hop("edge", settings=(set_to(90),))), data=known(edge=TWICE))

    assert {"idle_timeout": "the mode is new", "max_connection_duration": "the mode is old"} == {
        name: limit.depends_on for name, limit in found.items()
    }


@pytest.mark.parametrize("special", ["none", "unknown", "unpublished"])
def test_what_is_no_number_is_no_limit(special: str) -> None:
    """No limit, one that nobody found and one that the vendor keeps to himself decide nothing."""
    data = known(front=seconds(100), back=seconds(special))

    assert "idle_timeout" not in limits(step(hop("back")), data=data)
    assert 100 == limits(step(hop("front")), step(hop("back")), data=data)["idle_timeout"].value


def test_a_value_that_no_file_shows_decides_nothing_and_is_told() -> None:
    """Alone it leaves the value open; beside a known one it may only be stricter."""
    data = known(front=seconds(100), back=seconds(60))
    alone = limits(step(hop("back"), set_to(None, "var.idle")), data=data)["idle_timeout"]
    beside = limits(step(hop("front")), step(hop("back"), set_to(None, "var.idle")), data=data)["idle_timeout"]

    assert (None, "idle = var.idle") == (alone.value, alone.depends_on)
    assert (100, "idle = var.idle", ()) == (beside.value, beside.depends_on, beside.others)


def test_an_open_condition_gives_the_worst_branch_and_tells_the_others() -> None:
    """With what resets the clock in that branch."""
    statements = (statement(90, reset_by="any"), statement(60, reset_by="from_client", when={"plan": "large"}))
    data = known(back=([fact("idle_timeout", *statements)], {"conditions": PLAN}))
    limit = limits(step(hop("back")), data=data)["idle_timeout"]

    assert (60, "plan is large", "from_client") == (limit.value, limit.depends_on, limit.reset_by)
    assert ((90, "the plan is Small"),) == limit.others


def test_a_branch_without_a_limit_is_told_as_such() -> None:
    """A limit under a condition only still is one."""
    statements = (statement("none"), statement(60, reset_by="any", when={"plan": "large"}))
    data = known(back=([fact("idle_timeout", *statements)], {"conditions": PLAN}))
    limit = limits(step(hop("back")), data=data)["idle_timeout"]

    assert (60, (("none", "the plan is Small"),)) == (limit.value, limit.others)


@pytest.mark.parametrize(
    ("assumed", "shown", "value"),
    [
        ({"plan": "large"}, (), 60),
        ({"back.plan": "small"}, (), 90),
        ({"front.plan": "large"}, (("plan", "small"),), 90),
        ({"plan": "large"}, (("plan", "small"),), 90),
    ],
    ids=["assumed", "assumed for this platform", "assumed for another", "a file comes first"],
)
def test_what_files_show_or_the_user_assumes_settles_a_condition(assumed: dict[str, str], shown: Any, value: int) -> None:
    """Then nothing is open any more."""
    statements = (statement(90, reset_by="any"), statement(60, reset_by="any", when={"plan": "large"}))
    data = known(back=([fact("idle_timeout", *statements)], {"conditions": PLAN}))
    limit = limits(step(hop("back", conditions=shown)), data=data, **assumed)["idle_timeout"]

    assert (value, None, ()) == (limit.value, limit.depends_on, limit.others)


@pytest.mark.parametrize(("version", "value"), [("1.27", 60), ("1.30", 75), (None, 60)])
def test_the_version_of_the_hop_decides(version: str | None, value: int) -> None:
    """And where it is not known, the worse of both holds under that condition."""
    statements = (statement(60, reset_by="any", until="1.29"), statement(75, reset_by="any", since="1.29"))
    data = known(back=([fact("idle_timeout", *statements)], {"validity": "version"}))
    limit = limits(step(hop("back", version=version)), data=data)["idle_timeout"]

    assert (value, version is None) == (limit.value, bool(limit.others))


@pytest.mark.parametrize(("at", "value"), [(date(2023, 8, 31), 60), (date(2023, 9, 1), None)])
def test_the_date_decides(at: date, value: int | None) -> None:
    """A statement ends on the day on which the next begins."""
    data = known(back=idle(statement(60, reset_by="any", until="2023-09-01"), statement("none", since="2023-09-01")))
    limit = limits(step(hop("back")), data=data, at=at).get("idle_timeout")

    assert value == (limit.value if limit else None)


def test_a_program_that_hears_one_side_only_says_so() -> None:
    """What the proxy's own configuration makes of the clock goes before the statement."""
    limit = limits(step(hop("back"), idle_reset_by="from_client"), data=known(back=seconds(60)))["idle_timeout"]

    assert "from_client" == limit.reset_by


def test_a_hop_without_a_profile_is_passed_over() -> None:
    """It has limits, but none that is known."""
    assert {} == limits(step(hop("stranger")), data=known(back=seconds(60)))


def test_the_largest_decides_where_the_dimension_says_so() -> None:
    """Dimensions combine as the vocabulary has it."""
    data = known(
        front=([fact("max_concurrent_connections", statement(100))], {}),
        back=([fact("max_concurrent_connections", statement(500))], {}),
    )
    limit = limits(step(hop("front")), step(hop("back")), data=data)["max_concurrent_connections"]

    assert (500, "back") == (limit.value, limit.decided_by.platform)


# ---------------------------------------------------------------- the app's own limits


def use(library: str = "ws", **changes: Any) -> Use:
    return Use(library, changes.pop("name", library), "server", "app", Place("server.js", 3), **changes)


def test_the_librarys_default_is_a_limit_of_the_app() -> None:
    """It is named after the library, at the line where the server is set up."""
    limit = limits(data=known(), server=use("socket-io", name="Socket.IO"))["max_message_size"]

    assert (1_000_000, "app", "Socket.IO", "default") == (
        limit.value,
        limit.decided_by.platform,
        limit.decided_by.name,
        limit.decided_by.source,
    )
    assert Place("server.js", 3) == limit.decided_by.place


def test_what_the_code_sets_replaces_the_librarys_default() -> None:
    """At the line of the option."""
    option = Setting("maxPayload", "1024", Place("server.js", 5), 1024, "javascript")
    limit = limits(data=known(), server=use(max_message=option))["max_message_size"]

    assert (1024, "configured", Place("server.js", 5)) == (limit.value, limit.decided_by.source, limit.decided_by.place)


def test_a_programs_limit_is_named_after_the_program() -> None:
    """Uvicorn's 16 MiB are not FastAPI's."""
    own = (("max_message_size", Setting("ws_max_size", "16777216", Place("Dockerfile", 7), 16777216, "default")),)
    server = use("fastapi-starlette", name="FastAPI", runs_in="asgi")
    limit = limits(data=known(), server=server, own=own, program="Uvicorn")["max_message_size"]

    assert (16777216, "Uvicorn", "default") == (limit.value, limit.decided_by.name, limit.decided_by.source)


def test_the_app_is_a_runner_up_like_any_hop() -> None:
    """It decides next where the hop in front is stricter."""
    own = (("idle_timeout", Setting("idleTimeout", "120", Place("server.js", 4), 120, "javascript")),)
    limit = limits(step(hop("back")), data=known(back=seconds(60)), own=own, program="Bun")["idle_timeout"]

    assert limit.runner_up is not None
    assert ("Bun", 120) == (limit.runner_up[0].name, limit.runner_up[1])


def test_nobody_is_his_own_runner_up() -> None:
    """Two settings of one program are one decider."""
    place = Place("server.js", 4)
    own = tuple(("idle_timeout", Setting(key, str(amount), place, amount, "javascript")) for key, amount in (("a", 9), ("b", 8)))
    limit = limits(data=known(), own=own, program="Bun")["idle_timeout"]

    assert (8, None) == (limit.value, limit.runner_up)


# ---------------------------------------------------------------- the data that ships


@pytest.mark.parametrize(
    ("path", "dimension", "expected"),
    [
        (["cloudflare", "aws-alb", "nginx"], "idle_timeout", (60, "aws-alb")),
        (["heroku"], "idle_timeout", (55, "heroku")),
        (["cloudflare", "heroku"], "idle_timeout", (55, "heroku")),
    ],
    ids=["the outer of two equals", "Heroku", "Cloudflare before Heroku"],
)
def test_the_shipped_profiles_fold(path: list[str], dimension: str, expected: tuple[int, str]) -> None:
    """Real platforms, by their defaults."""
    limit = limits(*(step(hop(each)) for each in path), data=load())[dimension]

    assert expected == (limit.value, limit.decided_by.platform)


@pytest.mark.parametrize(("at", "value"), [(date(2023, 8, 31), 60), (date(2023, 9, 1), None)])
def test_flys_idle_cut_ended(at: date, value: int | None) -> None:
    """Since September 2023 a silent socket on Fly.io stays open."""
    limit = limits(step(hop("fly-io")), data=load(), at=at).get("idle_timeout")

    assert value == (limit.value if limit else None)

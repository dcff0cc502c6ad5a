"""What is too large, too deep, cut off or turned on itself gets a clear answer, by a bounded number of steps."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from advisor import proxies
from advisor.model import Answer, Depends, Forward, Invalid, Outcome, handshake
from tests.proxies.hostile_configurations import DEEP, LINE, MANY, PROGRAMS

REQUEST = handshake("ws", "app.example.com", "/ws", "", 80)
STEPS_EACH = 3_500
"""Calls of Python functions that one location, route or site may cost, from its text to every sample path."""
FEW = 1_000


def traced(name: str, files: dict[str, str]) -> Outcome:
    """The answer, after the public sides and the routes were asked for as a scan does."""
    module: Any = proxies.of(name)
    config = module.load(PROGRAMS[name].main, files.get, lambda pattern: [path for path in files if path == pattern])
    outcome: Outcome = module.trace(config, REQUEST, None)
    assert isinstance(module.servers(config), tuple)
    assert isinstance(module.routes(config), tuple)
    return outcome


def calls(run: Callable[[], Outcome]) -> tuple[Outcome, int]:
    """What it answers, and how many Python functions it called on the way."""
    count = 0

    def step(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(step)
    try:
        return run(), count
    finally:
        sys.setprofile(before)


def leads(outcome: Outcome) -> bool:
    return isinstance(outcome, Forward) and 3000 == outcome.address.port


ALL = pytest.mark.parametrize("name", PROGRAMS)


@ALL
def test_the_small_one_leads_on(name: str) -> None:
    """Without anything added the handshake reaches the app, so that the rest of the table says something."""
    program = PROGRAMS[name]

    assert leads(traced(name, {program.main: program.lead("")}))


@ALL
def test_ten_thousand_of_them(name: str) -> None:
    """The one that takes the handshake is still found."""
    program = PROGRAMS[name]
    module: Any = proxies.of(name)
    config = module.load(program.main, {program.main: program.lead(program.many(MANY))}.get, lambda pattern: [])

    assert leads(module.trace(config, REQUEST, None))


@ALL
def test_each_costs_a_bounded_number_of_steps(name: str) -> None:
    """A thousand cost a bounded number of steps each."""
    program = PROGRAMS[name]
    _, some = calls(lambda: traced(name, {program.main: program.lead(program.many(FEW))}))

    assert some < STEPS_EACH * FEW


@ALL
def test_a_thousand_levels(name: str) -> None:
    """What is nested too deeply here is said, or taken; it is not said to be refused by the program."""
    program = PROGRAMS[name]
    outcome = traced(name, {program.main: program.lead(program.deep(DEEP))})

    assert leads(outcome) or (isinstance(outcome, Depends) and "nested" in outcome.on)


@ALL
def test_a_line_of_five_megabytes(name: str) -> None:
    """A comment that long is passed over."""
    program = PROGRAMS[name]

    assert leads(traced(name, {program.main: program.lead("") + "\n# " + "x" * LINE + "\n"}))


@pytest.mark.parametrize("name", [name for name, program in PROGRAMS.items() if program.table(1)])
def test_a_table_of_five_megabytes(name: str) -> None:
    """It is read, and the handshake goes its way."""
    program = PROGRAMS[name]

    assert leads(traced(name, {program.main: program.lead(program.table(LINE))}))


@ALL
def test_bytes_in_place_of_text(name: str) -> None:
    """It is said that the file could not be read, or that the program refuses it."""
    program = PROGRAMS[name]
    outcome = traced(name, {program.main: program.lead("").replace("127", "12\0")})

    assert isinstance(outcome, Depends | Invalid)


@ALL
def test_cut_off(name: str) -> None:
    """A file that ends in the middle is refused, or it is said that it is not understood; it leads nowhere."""
    program = PROGRAMS[name]
    outcome = traced(name, {program.main: program.lead(program.many(50))[:-30]})

    assert isinstance(outcome, Depends | Invalid)


INCLUDING = pytest.mark.parametrize("name", [name for name, program in PROGRAMS.items() if program.include])


@INCLUDING
def test_includes_in_a_circle(name: str) -> None:
    """The circle is seen."""
    program = PROGRAMS[name]
    files = {program.main: program.lead(program.include), "other.conf": program.include.strip() + "\n"}

    assert isinstance(traced(name, files), Invalid)


@INCLUDING
def test_a_missing_include(name: str) -> None:
    """It is kept that the file is missing; where it may decide, the answer depends on it."""
    program = PROGRAMS[name]
    module: Any = proxies.of(name)
    config = module.load(program.main, {program.main: program.lead(program.include)}.get, lambda pattern: [])
    outcome = module.trace(config, REQUEST, None)

    assert isinstance(outcome, Depends | Invalid) or ["other.conf"] == [missing.path for missing in config.missing]


@ALL
def test_an_empty_file(name: str) -> None:
    """It leads nowhere, and nothing is raised."""
    assert isinstance(traced(name, {PROGRAMS[name].main: ""}), Answer | Depends | Invalid)

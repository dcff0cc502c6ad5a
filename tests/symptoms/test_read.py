"""What people paste -> what is read in it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from advisor.symptoms import Symptom, read, signs
from advisor.symptoms.symptom import entries

CODES = ("H12", "H15", "H18", "PC01")


NOTHING: dict[str, Any] = {
    "phase": None,
    "statuses": (),
    "close_codes": (),
    "log_codes": (),
    "after_s": None,
    "signs": frozenset(),
    "browser": None,
}


def expectation(entry: dict[str, Any]) -> dict[str, Any]:
    """The fields that are read, those not given as they are where nothing is."""
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items() if name != "pasted"}
    return NOTHING | given | {"signs": frozenset(entry.get("signs", ()))}


ENTRIES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "pasted.yaml").read_text(encoding="utf-8"))
PASTED = [(entry["pasted"], expectation(entry)) for entry in ENTRIES]


@pytest.mark.parametrize(("pasted", "expected"), PASTED, ids=[pasted[:60] for pasted, _ in PASTED])
def test_reads_what_people_paste(pasted: str, expected: dict[str, Any]) -> None:
    """Phase, codes, time and signs of one symptom."""
    symptom = read(pasted, CODES)

    assert expected == {name: getattr(symptom, name) for name in expected}


@pytest.mark.parametrize(
    ("pasted", "seconds", "other"),
    [
        ("after 60 seconds", 60, 55),
        ("after exactly 300 s", 300, 310),
        ("after about a minute", 55, 100),
        ("every 2 hours", 7200, 3600),
    ],
)
def test_time_is_taken_as_precisely_as_it_is_told(pasted: str, seconds: float, other: float) -> None:
    """ "About" allows more than "exactly"."""
    symptom = read(pasted)

    assert (True, False) == (symptom.about(seconds), symptom.about(other))


def test_the_table_is_long() -> None:
    """Every browser, many proxies and platforms, and what people say."""
    assert len(PASTED) >= 60
    assert {None, "chrome", "firefox", "safari"} == {expected["browser"] for _, expected in PASTED}


def test_quotes_of_every_kind_are_the_same() -> None:
    """Firefox writes a curly apostrophe."""
    straight, curly = (
        read(f"Firefox can{mark}t establish a connection to the server at wss://x.example/ws.") for mark in "'\u2019"
    )

    assert straight.signs == curly.signs == {"no_reason"}


def test_url_gives_scheme_and_path() -> None:
    """Without host and query, which cause nothing."""
    symptom = read("WebSocket connection to 'wss://x.example:8443/chat/ws?token=abc' failed")

    assert ("wss", "/chat/ws") == (symptom.scheme, symptom.path)


def test_names_of_platforms_are_read() -> None:
    """By name or id, as words of their own."""
    assert ("nginx",) == read("502 from nginx", platforms={"nginx": "nginx", "Nginx Plus": "plus", "gin": "gin"}).platforms


@pytest.mark.parametrize("nothing", ["", "   ", "hello", "the chat is broken", "it does this since monday"])
def test_unknown_symptom_is_not_known(nothing: str) -> None:
    """So that the person is asked for more, instead of told a guess."""
    assert not read(nothing).known()


def test_only_signs_of_the_vocabulary_are_read() -> None:
    """Each sign of a wording has its meaning, and each meaning a wording."""
    assert set(signs()) == {sign for entry in entries("phrases") for sign in entry.get("signs", ())}


@given(st.text(max_size=400))
def test_never_raises(text: str) -> None:
    """Whatever is pasted."""
    assert isinstance(read(text), Symptom)


@given(st.lists(st.sampled_from([pasted for pasted, _ in PASTED]), max_size=4), st.text(max_size=20))
def test_never_raises_on_mixtures(parts: list[str], between: str) -> None:
    """Several symptoms in one text."""
    symptom = read(between.join(parts))

    assert {each.name for each in fields(symptom)} >= {"signs", "after_s"}


@pytest.mark.parametrize(
    "unit", ["a", " ", "/", "wss://", "1 ", "close ", "every ", "token=", "all sockets ", "\n", "a1-", "60s "]
)
def test_long_repetitions_are_read_in_time(unit: str) -> None:
    """No wording takes more than linear time: 20,000 characters of one thing in less than two seconds."""
    started = perf_counter()
    read(unit * (20_000 // len(unit)))

    assert perf_counter() - started < 2

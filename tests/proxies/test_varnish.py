"""The table of VCL files: what the real program did, and what ``trace`` says it does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from advisor.model import Answer, Depends, Forward, Invalid, handshake
from advisor.proxies import varnish
from tests.proxies.recorder import Recorder
from tests.proxies.table import Table
from tests.proxies.varnish_cases import CASES
from tests.proxies.varnish_cases import varnish as vcl
from tests.proxies.varnish_program import Bench, programs

TABLE = Table(
    "varnish", varnish, "default.vcl", {case.name: case for case in CASES}, ("pipe_timeout",), "/etc/varnish", {}, Bench
)


@pytest.mark.parametrize("path", TABLE.stored(), ids=lambda path: path.stem)
@pytest.mark.parametrize("name", TABLE.cases)
def test_trace_says_what_was_measured(path: Path, name: str) -> None:
    """For every case ``trace`` gives what the program of that version did, header by header."""
    TABLE.check(path, name)


def test_the_programs_still_do_what_is_stored(recorder: Recorder, certificate: tuple[str, str]) -> None:
    """Measured again on every varnishd of this machine, each case comes out as stored."""
    TABLE.check_again(programs(), recorder, certificate)


def answered(text: str) -> Answer | Depends | Forward | Invalid:
    config = varnish.load("default.vcl", {"default.vcl": TABLE.filled(text)}.get, lambda pattern: [])
    assert isinstance(varnish.routes(config), tuple)
    return varnish.trace(config, handshake("ws", "app.example.com", "/ws", "a=1"), None)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        (vcl("C{ int a; }C " + vcl()), "inline C"),
        (vcl("if (std.healthy(req.backend_hint)) { return (pipe); }"), "std.healthy"),
        (vcl("set req.url = cookie.get();"), "req.url"),
        ("sub vcl_recv {", "brace"),
        ('include "more.vcl";\n' + vcl(), "more.vcl"),
    ],
    ids=["inline C", "function of a module", "path of a module", "broken", "missing include"],
)
def test_what_is_not_understood_is_said(text: str, on: str) -> None:
    """The answer depends on it, with the reason."""
    outcome = answered(text)

    assert isinstance(outcome, Depends)
    assert on in outcome.on


WORDS = some.sampled_from(
    "sub vcl_recv vcl_pipe vcl_synth { } ( ) ; if else elsif return pipe pass synth 301 set unset call req.url ~ == ! && || = "
    'req.http.Upgrade "(a+)+$" "x" regsub , + backend default .host C{}C include . req.backend_hint restart'.split()
)


@settings(max_examples=200, deadline=None)
@given(some.lists(WORDS, max_size=25), some.lists(WORDS, max_size=12))
def test_hostile_files_get_an_answer(words: list[str], inner: list[str]) -> None:
    """Whatever stands in a file, an outcome comes back and nothing is raised."""
    for text in (" ".join(words), f"sub vcl_recv {{ {' '.join(inner)}; }}", vcl(f"if ({' '.join(inner)}) {{ return (pipe); }}")):
        assert isinstance(answered(text), Answer | Depends | Forward | Invalid)

"""Command line and configuration become options, and what is not understood becomes a sentence."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.model import Place
from advisor.nearest import nearest
from advisor.options import (
    BadOptions,
    Ignore,
    Options,
    configured,
    load_options,
    parse_assumptions,
    parse_day,
    parse_fail_on,
    size_in_bytes,
)
from advisor.sources import Disk, Memory

WHOLE = """\
[project]
name = "app"

[tool.wsadvise]
hops = ["cloudflare", "nginx"]
plan = "pro"
replicas = 3
public_url = "https://app.example.com"
message_size = "64KB"
connections = 5000
environment = "staging"
platforms = ["fly-io"]
select = ["WS2"]
fail_on = "warning"
strict = true
ignore = [
    "WS702",
    { rule = "WS201", path = "deploy/*", because = "the client pings" },
]

[tool.wsadvise.assume]
nginx = { version = "1.28" }
"vercel.fluid" = true
"""


def at(directory: Path, **files: str) -> Path:
    """A directory with these files; ``__`` in a name stands for a point."""
    for name, text in files.items():
        (directory / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return directory


def test_whole_configuration(tmp_path: Path) -> None:
    """Every key of the table arrives, and the ignores know their lines."""
    options = load_options(at(tmp_path, pyproject__toml=WHOLE), {"as_of": date(2026, 11, 23)})
    expected = Options(
        as_of=date(2026, 11, 23),
        environment="staging",
        assume={
            "nginx.version": "1.28",
            "vercel.fluid": "true",
            "hop": "cloudflare,nginx",
            "plan": "pro",
            "replicas": "3",
            "public_url": "https://app.example.com",
            "message_size": "64KB",
            "connections": "5000",
        },
        select=("WS2",),
        ignores=(
            Ignore("WS702", Place("pyproject.toml", 17, 5, 17, 12)),
            Ignore("WS201", options.ignores[1].place, "deploy/*", "the client pings"),
        ),
        fail_on="warning",
        strict=True,
        platforms=("fly-io",),
    )
    assert expected == options
    assert (18, "pyproject.toml") == (options.ignores[1].place.line, options.ignores[1].place.file)
    assert (("cloudflare", "nginx"), 3, 64000) == (options.hops, options.replicas, options.message_bytes)


def test_own_file_has_no_table_name(tmp_path: Path) -> None:
    """In wsadvise.toml the keys stand at the top."""
    assert "never" == load_options(at(tmp_path, wsadvise__toml='fail_on = "never"')).fail_on


def test_command_line_wins(tmp_path: Path) -> None:
    """What is said on the command line replaces the configuration's value, and joins its assumptions key by key."""
    root = at(tmp_path, wsadvise__toml='fail_on = "never"\nplan = "pro"\nreplicas = 2\nselect = ["WS1"]')
    options = load_options(root, {"fail_on": "error", "assume": {"plan": "hobby"}, "select": (), "strict": None})
    assert ("error", {"plan": "hobby", "replicas": "2"}, ("WS1",), False) == (
        options.fail_on,
        dict(options.assume),
        options.select,
        options.strict,
    )


def test_no_configuration(tmp_path: Path) -> None:
    """Without a configuration everything is as documented, and nothing of pydantic is needed."""
    assert Options() == load_options(at(tmp_path, pyproject__toml="[project]\nname = 'x'"))


def test_file_as_root_reads_beside_it(tmp_path: Path) -> None:
    """For one file, the configuration in its directory holds."""
    root = at(tmp_path, wsadvise__toml="strict = true", nginx__conf="events {}")
    assert load_options(root / "nginx.conf").strict


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fail_onn = 'error'", ("wsadvise.toml", "'fail_onn'", "Did you mean 'fail_on'?")),
        ("[[ignore]]\nrule = 'WS1'\nbecaus = 'x'", ("'becaus'", "Did you mean 'because'?")),
        ("fail_on = 'errors'", ("fail_on", "'errors'")),
        ("replicas = 0", ("replicas", "0")),
        ("ignore = 'WS201'", ("ignore", "list")),
        ("public_url = 'app.example.com'", ("public_url", "https://app.example.com", "'app.example.com'")),
        ("message_size = 'big'", ("message_size", "'big'")),
        ("connections = 0", ("connections", "0")),
        ("[assume]\nconnections = 'many'", ("connections", "'many'")),
        ("[assume]\nplann = 'x'", ("'plann'", "Did you mean 'plan'?")),
        ("<<<<<<< HEAD\n", ("wsadvise.toml:1", "not valid TOML")),
        ("strict = [", ("not valid TOML",)),
    ],
)
def test_mistakes_are_sentences(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    """Each mistake is told with the file, what was found, and the nearest name."""
    with pytest.raises(BadOptions) as raised:
        load_options(at(tmp_path, wsadvise__toml=text))
    assert [] == [word for word in words if word not in str(raised.value)]
    assert str(raised.value).endswith((".", "?"))


def test_two_configurations_are_one_too_many(tmp_path: Path) -> None:
    """Neither silently wins over the other."""
    with pytest.raises(BadOptions, match="keep one of them"):
        load_options(at(tmp_path, wsadvise__toml="", pyproject__toml="[tool.wsadvise]\n"))


def test_broken_pyproject_without_our_table_is_not_our_business(tmp_path: Path) -> None:
    """A pyproject.toml that cannot be parsed stops the scan only where it configures wsadvise."""
    assert Options() == load_options(at(tmp_path, pyproject__toml="<<<<<<< HEAD\n[project"))


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no symbolic links here")
def test_link_out_of_the_tree_is_not_followed(tmp_path: Path) -> None:
    """A configuration that is a link to somewhere else is not read."""
    (tmp_path / "outside.toml").write_text("strict = true")
    root = tmp_path / "root"
    root.mkdir()
    (root / "wsadvise.toml").symlink_to(tmp_path / "outside.toml")
    assert not load_options(root).strict


def test_assumptions() -> None:
    """Hops are joined in their order, other keys keep their last value."""
    assumed = parse_assumptions(["hop=cloudflare", "plan=hobby", "hop=nginx", "nginx.version=1.28", "public_url=https://a/?b=c"])
    assert {
        "hop": "cloudflare,nginx",
        "plan": "hobby",
        "nginx.version": "1.28",
        "public_url": "https://a/?b=c",
    } == assumed


@pytest.mark.parametrize("pair", ["", "hop", "=x", "hop=", "replica=3", "replicas=-1", "replicas=many", "replicas=²", "Nginx=1"])
def test_bad_assumptions(pair: str) -> None:
    """Keys and values that are not understood are told."""
    with pytest.raises(BadOptions):
        parse_assumptions([pair])


@pytest.mark.parametrize(
    ("text", "expected"), [("4096", 4096), ("64KB", 64_000), ("1 MiB", 1_048_576), ("1.5kib", 1536), ("2gb", 2_000_000_000)]
)
def test_sizes(text: str, expected: int) -> None:
    """Sizes with units of a thousand and of 1024."""
    assert expected == size_in_bytes(text)


@pytest.mark.parametrize("text", ["23.11.2026", "2026-13-01", "", "tomorrow"])
def test_bad_days(text: str) -> None:
    """Only ISO days are days."""
    with pytest.raises(BadOptions, match="2026-11-23"):
        parse_day(text)


def test_fail_on_offers_the_nearest() -> None:
    """A misspelled severity is answered with the right one."""
    with pytest.raises(BadOptions, match="Did you mean 'warning'"):
        parse_fail_on("warnings")


@pytest.mark.parametrize(
    ("name", "expected"), [("ngnix", "nginx"), ("Heroku", "heroku"), ("fly", "fly-io"), ("zzz", None), ("", None)]
)
def test_nearest(name: str, expected: str | None) -> None:
    """Slips of the finger and shortened names find their name; anything else finds none."""
    assert expected == nearest(name, ("nginx", "heroku", "fly-io", "vercel"))


@given(st.binary(max_size=300), st.booleans())
def test_any_configuration_is_read_or_refused(content: bytes, prefix: bool) -> None:
    """Whatever the file holds, the answer is options or a sentence."""
    text = b"[tool.wsadvise]\n" + content if prefix else content
    try:
        told = repr(configured(Memory({"pyproject.toml": text} if prefix else {"wsadvise.toml": text})))
    except BadOptions as refused:
        told = str(refused)
    assert told


def test_unreadable_directory_is_no_configuration(tmp_path: Path) -> None:
    """Where the root cannot be listed, the scan itself will say so."""
    assert Options() == configured(Disk(tmp_path / "missing"))

"""The README shows what the program prints, and lists the commands there are."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from advisor.cli.app import app

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SHOWN = re.compile(r"<!-- output: wsadvise (?P<command>[^\n]+) -->\n```text\n(?P<output>.*?)```", re.DOTALL)


def printed(command: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    return CliRunner().invoke(app, [*shlex.split(command), "--as-of", "2026-11-25"]).stdout


def test_outputs_are_real(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block marked as output is the output, to the letter; ``WSADVISE_UPDATE=1`` writes them anew."""
    text = README.read_text(encoding="utf-8")
    assert SHOWN.search(text)

    def real(shown: re.Match[str]) -> str:
        return f"<!-- output: wsadvise {shown['command']} -->\n```text\n{printed(shown['command'], monkeypatch)}```"

    now = SHOWN.sub(real, text)
    if os.environ.get("WSADVISE_UPDATE"):
        README.write_text(now, encoding="utf-8")

    assert now == README.read_text(encoding="utf-8")


def test_every_command_is_listed() -> None:
    """A command that exists stands in the README's table."""
    text = README.read_text(encoding="utf-8")
    names = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    names |= {group.name for group in app.registered_groups if group.name}

    assert names
    assert set() == {name for name in names if f"`wsadvise {name}" not in text}

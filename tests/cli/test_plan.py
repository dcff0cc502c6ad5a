"""``wsadvise plan``: what is asked for, what is printed and written, and the exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from advisor.cli import main
from advisor.reports.schema import schema
from tests.migrate.apps import NODE, ROOMS

Said = Callable[..., tuple[int, str, str]]
KEYS = {"from", "to", "must", "should", "watch", "changes_kind", "gains", "losses", "files", "steps"}


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Runs a command line: exit code, standard output, standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return laid(tmp_path / "app", NODE)


def laid(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def test_markdown_with_boxes_is_the_default(said: Said, app: Path) -> None:
    """A plan to tick off, with the files in blocks; exit code 0."""
    code, out, err = said("plan", str(app), "--to", "fly-io", "--from", "heroku", "--as-of", "2026-11-25")

    assert (0, "") == (code, err)
    assert out.startswith("# Plan: Heroku → Fly.io\n")
    assert "\n- [ ] Write the planned files: Dockerfile, fly.toml.\n" in out
    assert '```toml\napp = "board"\n' in out
    assert "\n\n\n" not in out
    assert [] == [line for line in out.splitlines() if line != line.rstrip()]


def test_json_is_the_contract(said: Said, tmp_path: Path) -> None:
    """The public keys are there, the rest is in the schema, and every list of the contract holds what it says."""
    code, out, _ = said("plan", str(laid(tmp_path, ROOMS)), "--to", "vercel", "--format", "json", "--as-of", "2026-11-25")
    plan = json.loads(out)

    assert 0 == code
    assert plan.keys() >= KEYS
    assert ("heroku", "vercel") == (plan["from"], plan["to"])
    assert plan["files"][0].keys() >= {"path", "content"}
    jsonschema.validate(plan, schema("plan"), cls=jsonschema.Draft202012Validator)
    assert all(plan[key] for key in ("must", "should", "watch", "changes_kind", "gains", "losses", "files", "steps"))


@pytest.mark.parametrize("to", ["fly-io", "netlify", "cloudflare-workers", "haproxy"])
def test_json_is_valid_for_every_end(said: Said, app: Path, to: str) -> None:
    """Also where nothing is planned."""
    plan = json.loads(said("plan", str(app), "--to", to, "--format", "json")[1])

    jsonschema.validate(plan, schema("plan"), cls=jsonschema.Draft202012Validator)


def test_no_websocket_is_no_error(said: Said, tmp_path: Path) -> None:
    """It is said in words, in both formats."""
    (tmp_path / "a.py").write_text("print(1)\n")
    code, out, err = said("plan", str(tmp_path), "--to", "fly-io")
    plan = json.loads(said("plan", str(tmp_path), "--to", "fly-io", "--format", "json")[1])

    assert (0, "") == (code, err)
    assert "There is nothing to plan: no WebSocket found." in out
    assert "no_websocket" == plan["fits"]
    jsonschema.validate(plan, schema("plan"), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), ("--to",)),
        (("--to", "flyio"), ("'flyio'", "Did you mean 'fly-io'?", "wsadvise platform")),
        (("--to", "fly-io", "--from", "herku"), ("'herku'", "Did you mean 'heroku'?")),
        (("--to", "fly-io", "--format", "html"), ("'html'", "markdown")),
        (("--to", "fly-io", "--assume", "replicas=none"), ("replicas", "'none'")),
    ],
)
def test_wrong_usage(said: Said, app: Path, arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    """A mistake is one sentence that offers the nearest name, and exit code 2."""
    code, out, err = said("plan", str(app), *arguments)

    assert (2, "") == (code, out)
    assert [] == [word for word in words if word not in err]
    assert 1 == err.count("\n")


def test_files_are_written_and_none_is_overwritten(said: Said, app: Path) -> None:
    """``--write`` makes what is missing and says so; what is there stays to the letter."""
    (app / "fly.toml").write_text("mine\n")
    code, _, err = said("plan", str(app), "--to", "fly-io", "--write", str(app), "-o", str(app / "PLAN.md"))

    assert 0 == code
    assert "mine\n" == (app / "fly.toml").read_text()
    assert "left as it is" in err.replace("was left", "left")
    assert (app / "Dockerfile").read_text().startswith("FROM node:")
    assert (app / "PLAN.md").read_text().startswith("# Plan")


def test_nothing_is_written_unasked(said: Said, app: Path) -> None:
    """A plan leaves the repository as it was."""
    before = sorted(path.name for path in app.rglob("*"))
    said("plan", str(app), "--to", "fly-io")

    assert before == sorted(path.name for path in app.rglob("*"))


def test_help_has_an_example(said: Said) -> None:
    """The command explains itself."""
    code, out, _ = said("plan", "--help")

    assert 0 == code
    assert "wsadvise plan . --to fly-io" in out

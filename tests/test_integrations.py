"""Where people work: the pre-commit hook, the GitHub Action and shell completion do what they say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SICK = ROOT / "tests" / "examples" / "nginx-without-upgrade"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = {step.get("name"): step for step in ACTION["runs"]["steps"]}


@pytest.mark.skipif(shutil.which("bash") is None, reason="the action's steps are bash")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [("", 1), ("--fail-on never --assume hop=cloudflare", 0)],
    ids=["plain", "with arguments"],
)
def test_action_scans(tmp_path: Path, arguments: str, expected: int) -> None:
    """The step of the action writes SARIF and the job's summary, prints annotations, and fails the job for an error."""
    program = tmp_path / "wsadvise" / "bin" / "wsadvise"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m advisor "$@"\n')
    program.chmod(0o755)
    given = {name: str(value.get("default", "")) for name, value in ACTION["inputs"].items()}
    given |= {"path": str(SICK), "arguments": arguments, "sarif-file": str(tmp_path / "out.sarif")}
    step = STEPS["Scan"]
    environment = {key: given[value.removeprefix("${{ inputs.").removesuffix(" }}")] for key, value in step["env"].items()}
    summary = tmp_path / "summary.md"
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        env={
            **os.environ,
            **environment,
            "RUNNER_TEMP": str(tmp_path),
            "GITHUB_STEP_SUMMARY": str(summary),
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
    )

    assert (expected, "") == (done.returncode, done.stderr)
    assert "::error file=nginx.conf,line=10" in done.stdout
    assert "WS101" in summary.read_text()
    assert "WS101" in {each["ruleId"] for each in json.loads((tmp_path / "out.sarif").read_text())["runs"][0]["results"]}


def test_action_names_only_its_own_inputs() -> None:
    """No step asks for an input that is not declared."""
    text = (ROOT / "action.yml").read_text()
    asked = {part.split("}")[0].split()[0] for part in text.split("inputs.")[1:]}

    assert set() == asked - set(ACTION["inputs"])


def test_hook_runs_a_command_that_exists() -> None:
    """The hook scans the repository once, whatever files are committed."""
    hook = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())[0]
    command = [*hook["entry"].split()[1:], *hook["args"]]
    done = subprocess.run([sys.executable, "-m", "advisor", *command], cwd=SICK, capture_output=True, text=True)

    assert (1, False) == (done.returncode, hook["pass_filenames"])


@pytest.mark.parametrize(
    ("words", "expected"),
    [("platform cloudflare-w", "cloudflare-workers"), ("rule WS10", "WS101"), ("library socket-io-c", "socket-io-client")],
    ids=["platform", "rule", "library"],
)
def test_shell_completes_ids(words: str, expected: str) -> None:
    """A shell that asks for completions is given ids."""
    asked = {"_WSADVISE_COMPLETE": "complete_bash", "COMP_WORDS": f"wsadvise {words}", "COMP_CWORD": "2"}
    done = subprocess.run([sys.executable, "-m", "advisor"], env={**os.environ, **asked}, capture_output=True, text=True)

    assert expected in done.stdout.split()

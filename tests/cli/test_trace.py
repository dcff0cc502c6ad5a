"""``wsadvise trace``: what is said, what comes out where, and the exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from advisor.cli import main
from advisor.reports.schema import schema

Said = Callable[..., tuple[int, str, str]]
CONFIG = """server {
  listen 80;
  location /ws {
    proxy_pass http://app:3000;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $http_connection;
  }
}
"""


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """Runs a command line beside an nginx.conf: exit code, standard output, standard error."""
    (tmp_path / "nginx.conf").write_text(CONFIG)
    (tmp_path / "site.txt").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(("trace", *arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_json(said: Said) -> None:
    """One JSON document that its schema describes."""
    code, out, err = said("nginx.conf", "ws://app.example.com/ws", "--version", "1.28", "--format", "json")
    told = json.loads(out)
    jsonschema.validate(told, schema("trace"))

    assert (0, "") == (code, err)
    assert ("accepted", {"platform": "nginx", "version": "1.28"}) == (told["outcome"], told["proxy"])


def test_header(said: Said) -> None:
    """A header takes part: here the one that the location hands on."""
    _, out, _ = said("nginx.conf", "ws://a/ws", "--version", "1.28", "-H", "Connection: keep-alive", "-f", "json")

    assert "refused" == json.loads(out)["outcome"]


def test_text_and_file(said: Said, tmp_path: Path) -> None:
    """Text on the screen, JSON in a file, in one run."""
    code, out, _ = said(".", "ws://a/ws", "--kind", "nginx", "--version", "1.28", "-f", "text", "-f", "json:trace.json")

    assert 0 == code
    assert out.startswith("ws://a/ws through nginx 1.28\n")
    assert "accepted" == json.loads((tmp_path / "trace.json").read_text())["outcome"]


def test_refused_is_an_answer(said: Said) -> None:
    """A handshake that does not get through is what was asked about, and no error of the command."""
    code, out, _ = said("nginx.conf", "ws://a/elsewhere", "--version", "1.28")

    assert 0 == code
    assert "Refused with 404" in out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("nope.conf", "ws://a/"), "There is no file or directory 'nope.conf'."),
        (("nginx.conf", "a/ws"), "is not the URL of a WebSocket"),
        (("nginx.conf", "ws://a/", "--kind", "ngnix"), "Did you mean 'nginx'?"),
        (("nginx.conf", "ws://a/", "--version", "latest"), "--version expects a number"),
        (("nginx.conf", "ws://a/", "-H", "Cookie"), "--header expects 'Name: value'"),
        (("nginx.conf", "ws://a/", "-f", "markdown"), "There is no format 'markdown'"),
        (("nginx.conf",), "URL"),
    ],
)
def test_wrong_usage(said: Said, arguments: tuple[str, ...], expected: str) -> None:
    """A sentence on standard error, nothing on standard output, exit code 2."""
    code, out, err = said(*arguments)

    assert (2, "") == (code, out)
    assert expected in err

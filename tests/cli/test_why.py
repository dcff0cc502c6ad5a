"""``wsadvise why``: the first cause in sick repositories, answers without one, and what comes out where."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from advisor.cli import main
from advisor.reports.schema import schema

Said = Callable[..., tuple[int, str, str]]
EXAMPLES = Path(__file__).parent.parent / "examples"
DAY = ("--as-of", "2026-11-25")


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Runs a command line: exit code, standard output, standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def told(said: Said) -> Callable[..., dict[str, Any]]:
    """The JSON of one question, held against its schema."""

    def ask(*arguments: str) -> dict[str, Any]:
        code, printed, complaint = said("why", *arguments, *DAY, "--format", "json")
        assert (0, "") == (code, complaint)
        answer: dict[str, Any] = json.loads(printed)
        jsonschema.validate(answer, schema("why"))
        return answer

    return ask


Told = Callable[..., dict[str, Any]]

SICK = [
    (
        "nginx-without-upgrade",
        "WebSocket connection to 'wss://x/' failed: Unexpected response code: 400",
        "nginx",
        "WS101",
        "nginx.conf",
    ),
    ("nginx-without-upgrade", "426", "nginx", "WS101", "nginx.conf"),
    ("nginx-without-upgrade", "only behind the proxy", "nginx", "WS101", "nginx.conf"),
    ("nginx-without-upgrade", "works on localhost, fails in production", "nginx", "WS101", "nginx.conf"),
    ("nginx-without-upgrade", "Socket.IO stays on polling", "nginx", "WS101", "nginx.conf"),
    (
        "nginx-without-upgrade",
        "Firefox can't establish a connection to the server at wss://x.example/",
        "nginx",
        "WS101",
        "nginx.conf",
    ),
    ("drops-after-60-seconds", "1006 after 60s", "nginx", "WS201", "deploy/nginx.conf"),
    ("drops-after-60-seconds", "drops after exactly 1m", "nginx", "WS201", "deploy/nginx.conf"),
    (
        "drops-after-60-seconds",
        "[error] upstream timed out (110: Connection timed out) while proxying upgraded connection",
        "nginx",
        "WS201",
        "deploy/nginx.conf",
    ),
    ("drops-after-60-seconds", "closes when idle", "nginx", "WS201", "deploy/nginx.conf"),
    ("heroku-limits", "H15", "heroku", "WS201", "app.json"),
    ("heroku-limits", "1006 after 55 seconds", "heroku", "WS201", "app.json"),
    ("heroku-limits", "R10 boot timeout", "heroku", "WS111", "server.js"),
    ("heroku-limits", "503", "heroku", "WS111", "server.js"),
    ("several-servers", '{"code":1,"message":"Session ID unknown"}', "nginx", "WS301", "nginx.conf"),
    ("several-servers", "400, but only sometimes", "nginx", "WS301", "nginx.conf"),
    ("several-servers", "it closes immediately", "nginx", "WS301", "nginx.conf"),
    ("several-servers", "messages reach only some clients", "app", "WS302", "server.js"),
    ("ws-on-https-page", "301", "fly-io", "WS107", "fly.toml"),
    ("client-never-reconnects", "after a deploy it never comes back until I reload the page", "client", "WS701", "static/app.js"),
    ("client-hammers", "a reconnect storm after every deploy", "client", "WS702", "static/app.js"),
]


@pytest.mark.parametrize(
    ("repository", "symptom", "platform", "rule", "file"), SICK, ids=[f"{row[0]}: {row[1][:40]}" for row in SICK]
)
def test_the_first_cause_is_the_true_one(told: Told, repository: str, symptom: str, platform: str, rule: str, file: str) -> None:
    """In every sick repository: the hop, the rule that covers it, and the file to look at, as a likely cause."""
    first = told(symptom, str(EXAMPLES / repository))["causes"][0]

    assert ("likely", rule) == (first["likelihood"], first["rule"])
    assert file == (first["place"] or {}).get("file") or platform == first["platform"]
    assert first["because"]
    assert first["test"]


def test_a_hop_of_the_path_is_named(told: Told) -> None:
    """By its id in the report, its profile and the fact that decides."""
    first = told("1006 after 60s", str(EXAMPLES / "drops-after-60-seconds"))["causes"][0]

    assert ("nginx", "p1", "nginx/idle_timeout") == (first["platform"], first["path"], first["fact"])
    assert first["hop"].startswith("nginx:")
    assert "proxy_read_timeout" in first["test"]


@pytest.mark.parametrize(
    ("symptom", "platforms"),
    [
        ("H15", ["heroku"]),
        ("1006 after 55 s", ["heroku"]),
        ("1006 after exactly 60 seconds", ["nginx", "apache-httpd", "aws-alb", "ingress-nginx"]),
        ("close code 1006 after 100 s of silence", ["cloudflare"]),
        ("after 10 minutes", ["aws-api-gateway-websocket"]),
        ("every 2 hours", ["aws-api-gateway-websocket"]),
        ("464", ["aws-alb"]),
        ("Error 524", ["cloudflare"]),
        ("upstream timed out (110: Connection timed out) while proxying upgraded connection", ["nginx"]),
        ("502 PC01", ["fly-io"]),
        ("FUNCTION_INVOCATION_TIMEOUT", ["vercel"]),
        ("dead after 350 seconds of silence", ["aws-nlb"]),
        ("1006 after 300 s, busy or not", ["gcp-cloud-run", "vercel"]),
        ("AH01144: No protocol handler was valid", ["apache-httpd"]),
    ],
)
def test_the_knowledge_base_answers_alone(told: Told, symptom: str, platforms: list[str]) -> None:
    """Without a repository, the platforms that show themselves so come among the first."""
    answer = told(symptom)
    named = [cause["platform"] for cause in answer["causes"]][: len(platforms) + 3]

    assert "knowledge" == answer["asked"]
    assert set() == set(platforms) - set(named)
    assert named[0] in platforms


def test_a_healthy_repository_is_not_blamed(told: Told) -> None:
    """Where the files are right, no hop of them is likely, and one that they do not show is offered."""
    answer = told("1006 after 100s", str(EXAMPLES / "drops-after-60-seconds-healed"))

    assert [] == [cause for cause in answer["causes"] if cause["likelihood"] == "likely"]
    assert (None, "cloudflare") == (answer["causes"][0]["hop"], answer["causes"][0]["platform"])
    assert any("--assume hop=cloudflare" in clause for clause in answer["causes"][0]["because"])


def test_a_time_that_no_clock_has_blames_no_clock(told: Told) -> None:
    """The idle timeout of 60 s does not explain a drop after 17 minutes."""
    answer = told("1006 after 17 minutes", str(EXAMPLES / "drops-after-60-seconds"))

    assert [] == [cause for cause in answer["causes"] if cause["hop"] is not None and cause["likelihood"] == "likely"]
    assert answer["collect"]


def test_what_is_assumed_counts(told: Told) -> None:
    """A hop that the files do not show explains the symptom once it is said to be there."""
    first = told("1006 after 100s", str(EXAMPLES / "heroku-limits"), "--assume", "hop=cloudflare")["causes"][0]

    assert "cloudflare" == first["platform"]
    assert first["hop"] is not None


def test_unknown_symptom_asks_for_more(said: Said) -> None:
    """No guess: what to note, and exit code 0."""
    code, printed, complaint = said("why", "it does not do what I want", str(EXAMPLES / "heroku-limits"))

    assert (0, "") == (code, complaint)
    assert "close code" in printed
    assert "curl -i" in printed
    assert "\n1. " not in printed


def test_repository_without_sockets_answers_in_general(told: Told, tmp_path: Path) -> None:
    """And says so."""
    (tmp_path / "README.md").write_text("# Nothing here\n")
    answer = told("H15", str(tmp_path))

    assert "No path to a WebSocket" in answer["note"]
    assert "heroku" == answer["causes"][0]["platform"]


def test_secrets_are_not_shown_again(said: Said) -> None:
    """In no format."""
    pasted = "WebSocket connection to 'wss://me:pa55word@x.example/ws?token=s3cr3tvalue' failed: Unexpected response code: 403"
    for format in ("text", "json"):
        _, printed, _ = said("why", pasted, "--format", format)

        assert "403" in printed
        assert "s3cr3tvalue" not in printed
        assert "pa55word" not in printed


def test_terminal_codes_of_the_symptom_do_nothing(said: Said) -> None:
    """A log line may carry escape sequences."""
    _, printed, _ = said("why", "\x1b[31m1006\x1b[0m after 60s \x1b]0;title\x07")

    assert "\x1b" not in printed
    assert "\x07" not in printed


def test_standard_input_is_read(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    """``-``: a log line through a pipe."""
    monkeypatch.setattr("sys.stdin", io.StringIO("at=error code=H18 desc=... status=503\n"))
    code, printed, _ = said("why", "-")

    assert 0 == code
    assert "Heroku" in printed


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("1006", "after", "60s"), "in quotes"),
        (("1006 after 60s", "nowhere-at-all"), "no file or directory"),
        (("",), "symptom was expected"),
        (("400", "--format", "sarif"), "no format"),
        (("400", "--assume", "hop=nowhere"), "no platform"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(said: Said, arguments: tuple[str, ...], complaint: str) -> None:
    """With exit code 2 and nothing on standard output."""
    code, printed, told = said("why", *arguments)

    assert (2, "") == (code, printed)
    assert complaint in told


def test_output_goes_to_a_file(said: Said, tmp_path: Path) -> None:
    """And then nothing to standard output."""
    file = tmp_path / "why.json"
    code, printed, _ = said("why", "H15", "--format", f"json:{file}")

    assert (0, "") == (code, printed)
    assert "heroku" == json.loads(file.read_text())["causes"][0]["platform"]


def test_text_tells_place_reasons_and_test(said: Said) -> None:
    """What a person reads first."""
    _, printed, _ = said("why", "1006 after 60s", str(EXAMPLES / "drops-after-60-seconds"), *DAY)

    assert "1. likely [WS201] nginx: " in printed
    assert "--> deploy/nginx.conf:20" in printed
    assert "because  " in printed
    assert "test     Set proxy_read_timeout of nginx" in printed

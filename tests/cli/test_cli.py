"""The command line: what is said, what comes out where, and the exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from advisor import __version__
from advisor.cli import scan
from advisor.knowledge.checks import Problem
from advisor.model import Report
from advisor.options import Options
from advisor.reports.schema import schema
from tests.cli.conftest import Said
from tests.reports.samples import BREAKS, NO_WEBSOCKET, WORKS, WORKS_WITH_REMARK

Reporting = Callable[[Report], list[Options]]


@pytest.fixture
def reporting(monkeypatch: pytest.MonkeyPatch) -> Reporting:
    """Lets every scan answer a report made by hand; the options it was asked with are kept."""
    asked: list[Options] = []

    def answer(report: Report) -> list[Options]:
        def scanned(path: str, options: Options) -> Report:
            asked.append(options)
            return report

        monkeypatch.setattr("advisor.cli.scan.scanned", scanned)
        monkeypatch.setattr("advisor.cli.checklist.scanned", scanned)
        return asked

    return answer


def python(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """A process of its own."""
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=60, **options)  # type: ignore[call-overload, no-any-return]


# ---------------------------------------------------------------- the program itself


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_version(said: Said, flag: str) -> None:
    """Name and version, on standard output."""
    assert (0, f"wsadvise {__version__}\n", "") == said(flag)


def test_version_imports_nothing_heavy() -> None:
    """The version is answered without typer, pydantic, rich, or any part of a scan."""
    code = "import sys; from advisor.cli import main; main(['--version']); print(sorted(m for m in sys.modules if '.' not in m))"
    loaded = python("-c", code).stdout
    assert f"wsadvise {__version__}" in loaded
    assert [] == [name for name in ("typer", "pydantic", "rich", "jinja2", "yaml", "ast_grep_py") if f"'{name}'" in loaded]


def test_bare_command_shows_help(said: Said) -> None:
    """Without arguments, every command is named, and that is no error."""
    code, out, err = said()
    assert (0, "") == (code, err)
    assert [] == [
        name for name in ("scan", "fix", "checklist", "rule", "platform", "library", "schema", "data") if f"  {name} " not in out
    ]


@pytest.mark.parametrize(
    "command", ["scan", "fix", "checklist", "rule", "platform", "library", "schema", "data", "data check", "data refresh"]
)
def test_every_help_has_an_example(said: Said, command: str) -> None:
    """Each command explains itself; those of users show how they are called."""
    code, out, _ = said(*command.split(), "--help")
    assert 0 == code
    assert "Usage: wsadvise" in out
    assert command.startswith("data") or f"wsadvise {command}" in out.split("Options:")[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scn"], ("no command 'scn'", "wsadvise scan")),
        (["scan", "--formt", "json"], ("--formt", "--format")),
        (["scan", "/does/not/exist"], ("'/does/not/exist'",)),
        (["scan", "a\0b"], ("cannot be read",)),
        (["scan", "--format", "jsn"], ("'jsn'", "Did you mean 'json'?")),
        (["scan", "--format", "text,json"], ("text and json", "json:FILE")),
        (["scan", "--format", "json:a.json", "-o", "b.json"], ("-o b.json",)),
        (["scan", "--fail-on", "eror"], ("'eror'", "Did you mean 'error'?")),
        (["scan", "--as-of", "soon"], ("'soon'", "2026-11-23")),
        (["scan", "--assume", "plan"], ("KEY=VALUE", "'plan'")),
        (["scan", "--assume", "replica=2"], ("'replica'", "Did you mean 'replicas'?")),
        (["scan", "--assume", "hop=ngnix"], ("'ngnix'", "Did you mean 'nginx'?")),
        (["scan", "--assume", "ngnix.version=1"], ("'ngnix'", "Did you mean 'nginx'?")),
        (["scan", "--assume", "nginx.verson=1"], ("'verson'", "Did you mean 'version'?")),
        (["scan", "--select", "WS1O1"], ("'WS1O1'", "Did you mean 'WS101'?")),
        (["scan", "--ignore", "upgrade-not-forwardet"], ("Did you mean 'upgrade-not-forwarded'?",)),
        (["rule", "WS1O1"], ("'WS1O1'", "Did you mean 'WS101'?")),
        (["platform", "ngnix"], ("'ngnix'", "Did you mean 'nginx'?")),
        (["schema", "raport"], ("'raport'", "Did you mean 'report'?")),
        (["schema"], ("NAME",)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage(said: Said, arguments: list[str], words: tuple[str, ...]) -> None:
    """A mistake is one sentence on standard error that offers the nearest name; nothing on standard output; exit code 2."""
    code, out, err = said(*arguments)
    assert (2, "") == (code, out)
    assert [] == [word for word in words if word not in err]
    assert err.startswith("wsadvise: ")
    assert 1 == err.count("\n")


def test_path_without_a_command_is_explained(said: Said, tmp_path: Path) -> None:
    """Somebody who forgets `scan` is told."""
    code, _, err = said(str(tmp_path))
    assert 2 == code
    assert f"wsadvise scan {tmp_path}" in err


def test_interrupt(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends with 130 and no traceback."""

    def interrupted(*_: object) -> Report:
        raise KeyboardInterrupt

    monkeypatch.setattr("advisor.cli.scan.scanned", interrupted)
    code, out, err = said("scan", ".")
    assert (130, "") == (code, out)
    assert "Traceback" not in err


def test_a_fault_of_its_own_is_no_finding(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that nobody expected ends with a code of its own, and says whose fault it is."""

    def broken(*_: object) -> Report:
        raise RuntimeError("what nobody thought of")

    monkeypatch.setattr("advisor.cli.scan.scanned", broken)
    code, out, err = said("scan", ".")
    assert (70, "") == (code, out)
    assert "RuntimeError: what nobody thought of" in err
    assert "a fault of wsadvise, not of what was scanned" in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_output_that_does_not_fit() -> None:
    """A full disk behind standard output is told in a sentence."""
    with open("/dev/full", "w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "advisor", "rule"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert (2, "wsadvise: Standard output cannot be written: no space left on device.\n") == (run.returncode, run.stderr)


def test_reader_that_leaves_changes_no_exit_code(tmp_path: Path) -> None:
    """`wsadvise rule | head` writes no traceback, and ends as if all had been read."""
    code = (
        f"import subprocess, sys; command = [{sys.executable!r}, '-m', 'advisor', 'schema', 'report'];"
        "process = subprocess.Popen(command, stdout=-1, stderr=-1); process.stdout.close();"
        "print(process.stderr.read()); sys.exit(process.wait())"
    )
    run = python("-c", code)
    assert (0, "b''\n", "") == (run.returncode, run.stdout, run.stderr)


# ---------------------------------------------------------------- scan


@pytest.mark.parametrize(
    ("report", "arguments", "expected"),
    [
        (WORKS, (), 0),
        (NO_WEBSOCKET, (), 0),
        (BREAKS, (), 1),
        (BREAKS, ("--fail-on", "never"), 0),
        (WORKS_WITH_REMARK, (), 0),
        (WORKS_WITH_REMARK, ("--fail-on", "warning"), 0),
        (WORKS_WITH_REMARK, ("--fail-on", "info"), 1),
        (WORKS, ("--strict",), 0),
        (replace(WORKS, not_read=BREAKS.not_read), (), 0),
        (replace(WORKS, not_read=BREAKS.not_read), ("--strict",), 3),
        (BREAKS, ("--strict",), 3),
    ],
)
def test_exit_codes(said: Said, reporting: Reporting, report: Report, arguments: tuple[str, ...], expected: int) -> None:
    """0, 1 and 3 as the contract says."""
    reporting(report)
    assert expected == said("scan", ".", *arguments)[0]


def test_options_arrive(said: Said, reporting: Reporting, tmp_path: Path) -> None:
    """Flags and configuration reach the scan together."""
    (tmp_path / "wsadvise.toml").write_text('plan = "pro"\nfail_on = "never"')
    asked = reporting(BREAKS)
    arguments = ("--assume", "hop=cloudflare", "--assume", "hop=nginx", "--select", "WS1,WS2", "--as-of", "2026-06-21")
    code, _, _ = said("scan", str(tmp_path), *arguments, "--environment", "staging")
    assert 0 == code
    options = asked[0]
    assert ({"plan": "pro", "hop": "cloudflare,nginx"}, ("WS1", "WS2")) == (dict(options.assume), options.select)
    assert ("2026-06-21", "staging") == (options.as_of.isoformat(), options.environment)


def test_json_stands_alone(said: Said, reporting: Reporting) -> None:
    """Standard output is one JSON document that its schema accepts."""
    reporting(BREAKS)
    code, out, err = said("scan", ".", "--format", "json")
    assert (1, "") == (code, err)
    jsonschema.validate(json.loads(out), schema("report"))


def test_several_formats(said: Said, reporting: Reporting, tmp_path: Path) -> None:
    """One format goes to standard output, the others to their files."""
    reporting(BREAKS)
    files = (tmp_path / "r.json", tmp_path / "a,b.md")
    _, out, _ = said("scan", ".", "--format", f"text,json:{files[0]}", "--format", f"markdown:{files[1]}")
    assert out.startswith("WebSockets do not open")
    assert "breaks" == json.loads(files[0].read_text(encoding="utf-8"))["verdict"]
    assert files[1].read_text(encoding="utf-8").startswith("# WebSocket report")


def test_output_file_leaves_standard_output_empty(said: Said, reporting: Reporting, tmp_path: Path) -> None:
    """With -o, the file holds the output and nothing else is printed."""
    reporting(BREAKS)
    assert (1, "", "") == said("scan", ".", "--format", "json", "-o", str(tmp_path / "out.json"))
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))


def test_file_that_cannot_be_written(said: Said, reporting: Reporting, tmp_path: Path) -> None:
    """An output file in a directory that is not there is wrong usage."""
    reporting(BREAKS)
    code, out, err = said("scan", ".", "-o", str(tmp_path / "no" / "out.txt"))
    assert (2, "") == (code, out)
    assert "cannot be written" in err


def test_colours_only_where_they_are_wanted(said: Said, reporting: Reporting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Piped output is plain; FORCE_COLOR colours it, NO_COLOR wins."""
    reporting(BREAKS)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert "\x1b" not in said("scan", ".")[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31merror[WS101]\x1b[0m" in said("scan", ".")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in said("scan", ".")[1]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_narrow_encodings(tmp_path: Path, encoding: str) -> None:
    """Where standard output cannot say an arrow, it says something like it."""
    code = "import sys; from advisor.cli import output; output.write('a → b │ c… \\u4e2d'); sys.exit(0)"
    run = python("-c", code, env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}, encoding=encoding)
    assert (0, "a > b | c... ?") == (run.returncode, run.stdout)


def test_real_scan_of_a_tree_without_sockets(tmp_path: Path) -> None:
    """The whole program on a real directory: one line, nothing on standard error, exit code 0."""
    (tmp_path / "main.py").write_text("print('hello')\n")
    run = python("-m", "advisor", "scan", str(tmp_path))
    assert (0, "") == (run.returncode, run.stderr)
    assert run.stdout.startswith("No WebSocket found.")
    assert 1 == run.stdout.count("\n")


def test_a_file_that_cannot_be_read_is_no_clean_bill(said: Said, tmp_path: Path) -> None:
    """PATH is one file and that one is too large: wrong usage, not a repository without sockets."""
    (tmp_path / "server.js").write_bytes(b"x" * 5_000_001)
    code, out, err = said("scan", str(tmp_path / "server.js"))
    assert (2, "") == (code, out)
    assert "server.js cannot be read: it is larger than 5 MB." in err


def test_an_environment_that_no_file_shows(said: Said) -> None:
    """A name with a slip hides nothing: it is refused, with the names there are."""
    example = Path(__file__).parents[1] / "examples" / "nginx-without-upgrade"
    code, out, err = said("scan", str(example), "--environment", "producton")
    assert (2, "") == (code, out)
    assert "No file shows an environment 'producton'. Did you mean 'production'?" in err


def test_a_configuration_that_cannot_be_read(said: Said, tmp_path: Path) -> None:
    """A wsadvise.toml that is not read is never taken for one that says nothing."""
    (tmp_path / "wsadvise.toml").write_bytes(b"#" * 1_000_001)
    code, _, err = said("scan", str(tmp_path))
    assert 2 == code
    assert "wsadvise.toml cannot be read: it is larger than 1 MB." in err


def test_one_file_is_a_tree(tmp_path: Path) -> None:
    """PATH may be one file."""
    (tmp_path / "main.py").write_text("print('hello')\n")
    run = python("-m", "advisor", "scan", str(tmp_path / "main.py"), "--format", "json")
    assert {"seen": 1, "read": 0} == json.loads(run.stdout)["files"]


@pytest.mark.parametrize(("report", "expected"), [(BREAKS, 1), (WORKS, 0)])
def test_exit_code_function(report: Report, expected: int) -> None:
    """The exit code is a function of the report."""
    assert expected == scan.exit_code(report, "error", strict=False)


# ---------------------------------------------------------------- checklist


def test_checklist_keeps_ticks(said: Said, reporting: Reporting, tmp_path: Path) -> None:
    """Run again on its file, the checklist keeps a tick."""
    reporting(BREAKS)
    file = tmp_path / "list.md"
    assert (0, "", "") == said("checklist", ".", "-o", str(file))
    file.write_text(file.read_text(encoding="utf-8").replace("- [ ] **nginx", "- [x] **nginx"), encoding="utf-8")
    assert (0, "", "") == said("checklist", ".", "-o", str(file))
    text = file.read_text(encoding="utf-8")
    assert (1, 1) == (text.count("- [x]"), text.count("- [ ]"))


def test_checklist_overwrites_nothing_else(said: Said, reporting: Reporting, tmp_path: Path) -> None:
    """A file that is no checklist is left as it is."""
    reporting(BREAKS)
    file = tmp_path / "README.md"
    file.write_text("# Mine\n")
    code, out, err = said("checklist", ".", "-o", str(file))
    assert (2, "", "# Mine\n") == (code, out, file.read_text())
    assert "nothing was changed" in err


def test_checklist_on_standard_output(said: Said, reporting: Reporting) -> None:
    """Without -o it is printed."""
    reporting(BREAKS)
    assert "# WebSocket checklist" in said("checklist", ".")[1]


# ---------------------------------------------------------------- platform, rule, schema, data


def test_platform_at_a_date(said: Said) -> None:
    """What holds is asked for a day: Vercel took no WebSocket on the day before the beta, and does under a condition after."""

    def support(day: str, *more: str) -> set[str]:
        told = json.loads(said("platform", "vercel", "--as-of", day, "--format", "json", *more)[1])
        jsonschema.validate(told, schema("platform"))
        return {fact["value"] for fact in told["facts"] if fact["dimension"] == "websocket_support"}

    assert {"unsupported"} == support("2026-06-21")
    assert {"unsupported", "beta"} == support("2026-06-23")
    assert {"beta"} == support("2026-06-23", "--when", "fluid=true")


def test_platform_at_a_version(said: Said) -> None:
    """What holds is asked for a version."""
    facts = json.loads(said("platform", "nginx", "--version", "1.28", "--format", "json")[1])["facts"]
    assert ["1.0"] == [fact["value"] for fact in facts if fact["dimension"] == "upstream_http_version"]


def test_platforms_are_listed(said: Said) -> None:
    """Without an id, every platform is named in every format."""
    for format in ("text", "markdown"):
        assert "nginx" in said("platform", "--format", format)[1]
    listed = json.loads(said("platform", "--format", "json")[1])
    assert {"id", "name", "kind", "websocket_support", "facts", "statements"} <= set(listed[0])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nginx", "--when", "modul=http"), "Did you mean 'module'?"),
        (("nginx", "--when", "module=htp"), "Did you mean 'http'?"),
        (("nginx", "--when", "module"), "KEY=VALUE"),
        (("--version", "1"), "give its id"),
    ],
)
def test_platform_wrong_usage(said: Said, arguments: tuple[str, ...], words: str) -> None:
    """Conditions are checked as on every other command."""
    code, out, err = said("platform", *arguments)
    assert (2, "") == (code, out)
    assert words in err


def test_rules_are_listed_and_explained(said: Said) -> None:
    """The list names every rule; one rule is explained from its own page, by id or name."""
    listed = said("rule")[1]
    assert "WS101  upgrade-not-forwarded" in listed
    page = said("rule", "WS101")[1]
    assert page.startswith("WS101 upgrade-not-forwarded (error)\n")
    assert page == said("rule", "upgrade-not-forwarded")[1]
    assert "WS101" not in said("rule", "WS2")[1]
    assert "WS101" == json.loads(said("rule", "WS101", "--format", "json")[1])["id"]


@pytest.mark.parametrize("name", ["report", "trace", "platform", "refresh", "config"])
def test_schemas_are_printed(said: Said, name: str) -> None:
    """Each schema is printed as JSON that is a schema."""
    code, out, err = said("schema", name)
    assert (0, "") == (code, err)
    jsonschema.Draft202012Validator.check_schema(json.loads(out))


def test_data_commands(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    """Problems of the data are told one a line with exit code 1; none is told in words."""
    monkeypatch.setattr("advisor.knowledge.checks.run_checks", lambda **_: [])
    code, out, err = said("data", "check")
    assert (0, "The knowledge base has no problems.", "") == (code, out.partition("\n")[0], err)
    monkeypatch.setattr("advisor.knowledge.checks.run_checks", lambda **_: [Problem("cdn/x.yaml", "it has no id")])
    assert (1, "cdn/x.yaml: it has no id\n", "") == said("data", "check")
    code, out, _ = said("data", "stale", "--as-of", "2036-11-25")
    assert (0, True) == (code, "nginx/idle_timeout" in out)
    assert "properties" in json.loads(said("data", "schema")[1])


def test_site_is_written(said: Said, tmp_path: Path) -> None:
    """The pages land in the folder asked for, and the sentence says which to open."""
    code, out, _ = said("site", "-o", str(tmp_path / "public"))

    assert (0, True) == (code, (tmp_path / "public" / "index.html").exists())
    assert str(tmp_path / "public" / "index.html") in out
    assert (2, "") == said("site")[:2]


def test_quiet_is_findings_alone(said: Said, reporting: Reporting) -> None:
    """With ``--quiet`` a good repository prints nothing, and one with findings prints these."""
    reporting(WORKS)
    assert (0, "") == said("scan", ".", "--quiet")[:2]
    reporting(BREAKS)
    code, out, _ = said("scan", ".", "-q")
    assert (1, True, False) == (code, out.startswith("error[WS101]"), BREAKS.sentence in out)

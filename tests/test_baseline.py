"""A baseline: what an old repository starts with is set aside, what comes later is told, what is gone is remarked."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from advisor.baseline import read
from advisor.cli import main
from advisor.options import BadOptions

SICK = Path(__file__).parent / "examples" / "nginx-without-upgrade"


def scan(capsys: pytest.CaptureFixture[str], root: Path, *more: str) -> tuple[int, dict[str, object]]:
    code = main(["scan", str(root), "--format", "json", *more])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(SICK, tmp_path / "app")
    return tmp_path / "app"


def test_known_findings_are_set_aside(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same repository passes against its own report, also after lines have moved."""
    main(["scan", str(root), "--format", f"json:{root.parent / 'old.json'}"])
    (root / "nginx.conf").write_text("# moved\n\n" + (root / "nginx.conf").read_text())
    code, report = scan(capsys, root, "--baseline", str(root.parent / "old.json"))

    assert (0, [], ["WS101"]) == (code, report["findings"], [each["rule"] for each in report["set_aside"]])


def test_new_findings_are_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A finding that the baseline does not hold fails the scan as ever."""
    (root.parent / "old.json").write_text('{"schema_version": 1, "findings": []}')
    code, report = scan(capsys, root, "--baseline", str(root.parent / "old.json"))

    assert (1, ["WS101"]) == (code, [each["rule"] for each in report["findings"]])


def test_what_is_gone_is_remarked(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Entries that match nothing would hide a finding that comes back; one remark counts them."""
    entries = [{"fingerprints": ["a", "b"]}, {"fingerprint": "c"}]
    (root.parent / "old.json").write_text(json.dumps({"schema_version": 1, "findings": entries}))
    _, report = scan(capsys, root, "--baseline", str(root.parent / "old.json"), "--select", "WS904")

    assert ["3 entries of the baseline match no finding any more."] == [each["message"] for each in report["findings"]]


def test_configured_and_written_over_itself(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The configuration names it from the root, and a scan that applies it writes the same baseline again."""
    main(["scan", str(root), "--format", f"json:{root / 'old.json'}"])
    first = read(str(root / "old.json"), root)
    (root / "wsadvise.toml").write_text('baseline = "old.json"\n')
    assert 0 == main(["scan", str(root), "--format", f"json:{root / 'old.json'}"])

    assert first == read(str(root / "old.json"), root)
    assert "old.json" == first.file


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "cannot be read"),
        ("[", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"runs": []}', "is not a report of wsadvise"),
        ("\x00\xff", "is not JSON"),
    ],
    ids=["missing", "broken", "deep", "another program's", "binary"],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str | None, words: str) -> None:
    """A file that is no report is a wrong usage, told in a sentence."""
    if text is not None:
        (tmp_path / "old.json").write_text(text, encoding="latin-1")
    with pytest.raises(BadOptions, match=words):
        read(str(tmp_path / "old.json"), tmp_path)

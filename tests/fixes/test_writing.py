"""Writing fixes: what must not be edited is left alone and named, and what is written is the diff, whole, mode bits and all."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest

from advisor.advise import read
from advisor.cli import main
from advisor.fixes.prove import fixes
from advisor.options import Options
from advisor.reports.schema import schema
from advisor.sources import Unopened
from tests.rules.test_rules import AS_OF

BROKEN = Path(__file__).parent.parent / "examples" / "nginx-without-upgrade"
DAY = ("--as-of", "2026-11-25")
Out = tuple[int, bytes, str]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The example in which nginx drops the upgrade, to be changed."""
    return Path(shutil.copytree(BROKEN, tmp_path / "chat"))


def run(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str) -> Out:
    code = main([*arguments, *DAY])
    captured = capfdbinary.readouterr()
    return code, captured.out, captured.err.decode()


def applied(diff: bytes, folder: Path, *command: str) -> None:
    subprocess.run(command, input=diff, cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize("command", [("git", "apply", "-p1"), ("patch", "-p1")], ids=["git", "patch"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "unended"])
def test_the_diff_is_what_is_written(
    repository: Path,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    command: tuple[str, ...],
    ends: str,
    mark: bytes,
    last: bool,
) -> None:
    """Programs that apply patches make of the diff, to the byte, what ``--write`` makes; then there is nothing left to do."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]} here")
    file = repository / "nginx.conf"
    text = file.read_text().rstrip("\n") + ("\n" if last else "")
    file.write_bytes(mark + text.replace("\n", ends).encode())
    other = Path(shutil.copytree(repository, tmp_path / "other"))
    code, diff, _ = run(capfdbinary, "fix", str(repository))
    applied(diff, other, *command, *(["--binary"] if command[0] == "patch" else []))
    written = run(capfdbinary, "fix", str(repository), "--write")

    assert (1, 0, b"") == (code, written[0], written[1])
    assert file.read_bytes() == (other / "nginx.conf").read_bytes()
    assert file.read_bytes().startswith(mark)
    assert ends == "\n" or b"\n" not in file.read_bytes().replace(b"\r\n", b"")
    assert (0, b"") == run(capfdbinary, "fix", str(repository))[:2]


def test_mode_bits_stay(repository: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A script that may be run can be run afterwards, and nothing is left beside it."""
    file = repository / "nginx.conf"
    file.chmod(0o751)
    before = sorted(os.listdir(repository))
    run(capfdbinary, "fix", str(repository), "--write")

    assert 0o751 == file.stat().st_mode & 0o777
    assert before == sorted(os.listdir(repository))
    assert "location /socket.io/" in file.read_text()


def test_a_link_is_not_written_through(repository: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Neither one that stays in the tree nor its target by the link's name."""
    real = repository / "conf" / "site.txt"
    real.parent.mkdir()
    (repository / "nginx.conf").rename(real)
    (repository / "nginx.conf").symlink_to("conf/site.txt")
    before = real.read_bytes()
    code, out, err = run(capfdbinary, "fix", str(repository), "--write")

    assert (0, b"", before) == (code, out, real.read_bytes())
    assert (repository / "nginx.conf").is_symlink()
    assert "nginx.conf is not edited: it is a link" in err


def test_a_second_name_is_kept(repository: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A file with a name outside PATH as well is not changed."""
    os.link(repository / "nginx.conf", tmp_path / "outside.conf")
    before = (tmp_path / "outside.conf").read_bytes()
    _, _, err = run(capfdbinary, "fix", str(repository), "--write")

    assert before == (repository / "nginx.conf").read_bytes() == (tmp_path / "outside.conf").read_bytes()
    assert "a hard link" in err


def test_a_protected_file_is_named(repository: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Whoever may write everything does not write what is marked as not to be written."""
    (repository / "nginx.conf").chmod(0o444)
    code, out, err = run(capfdbinary, "fix", str(repository))

    assert (0, b"") == (code, out)
    assert "write-protected" in err


def test_other_encodings_are_left_alone(repository: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Latin-1 and UTF-16 are read, and not written."""
    file = repository / "nginx.conf"
    for content in (b"# caf\xe9\n" + file.read_bytes(), file.read_text().encode("utf-16")):
        file.write_bytes(content)
        code, out, err = run(capfdbinary, "fix", str(repository), "--write")

        assert (0, b"", content) == (code, out, file.read_bytes())
        assert "it is no UTF-8 text" in err


def test_what_was_changed_meanwhile_is_not_overwritten(repository: Path) -> None:
    """An edit made since the file was read stays."""
    tree = read(repository)
    found = fixes(tree, Options(as_of=AS_OF))
    file = repository / "nginx.conf"
    file.write_text(file.read_text() + "# mine\n")
    path, _, after = found.files[0]

    with pytest.raises(Unopened, match="changed meanwhile"):
        tree.write(path, after)
    assert file.read_text().endswith("# mine\n")


def test_a_secret_beside_the_edit_is_not_shown(repository: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """The diff keeps clear of it; where it cannot, the file is left out, named, and still written."""
    file = repository / "nginx.conf"
    near = file.read_text().replace(
        "    location / {", '    set $api_token "hunter2hunter2";\n    set $a 1;\n    location / {', 1
    )
    file.write_text(near)
    code, diff, _ = run(capfdbinary, "fix", str(repository))

    assert 1 == code
    assert b"location /socket.io/" in diff
    assert b"hunter2" not in diff
    applied(diff, repository, "git", "apply", "-p1")
    file.write_text(near.replace("    set $a 1;\n", ""))
    code, diff, err = run(capfdbinary, "fix", str(repository))
    assert (1, b"") == (code, diff)
    assert "looks like a secret" in err
    assert "hunter2" not in err
    run(capfdbinary, "fix", str(repository), "--write")
    assert "location /socket.io/" in file.read_text()
    assert "hunter2" in file.read_text()


def test_json_says_what_was_done(repository: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """The public schema holds, and the edits make of the file what the diff makes."""
    before = (repository / "nginx.conf").read_text().splitlines(keepends=True)
    code, out, _ = run(capfdbinary, "fix", str(repository), "--format", "json")
    told = json.loads(out)
    jsonschema.validate(told, schema("fix"))
    run(capfdbinary, "fix", str(repository), "--write")
    for edit in reversed(told["files"][0]["edits"]):
        before[edit["start"]["line"] - 1 : edit["end"]["line"] - 1] = [edit["text"]]

    assert 1 == code
    assert [("WS101", True, False)] == [(each["rule"], each["safe"], told["written"]) for each in told["fixes"]]
    assert (repository / "nginx.conf").read_text() == "".join(before)


def test_only_what_is_selected(repository: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A rule that is left out is not fixed, and what it finds is no reason to refuse another's fix."""
    assert (0, b"") == run(capfdbinary, "fix", str(repository), "--select", "WS7")[:2]
    assert (0, b"") == run(capfdbinary, "fix", str(repository), "--ignore", "WS101")[:2]
    assert 1 == run(capfdbinary, "fix", str(repository), "--select", "upgrade-not-forwarded")[0]


def test_what_is_ignored_is_not_fixed(repository: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A comment that sets a finding aside keeps its file as it is."""
    file = repository / "nginx.conf"
    file.write_text(
        file.read_text().replace("    location / {", "    # wsadvise: ignore[WS101] because it polls\n    location / {")
    )

    assert (0, b"") == run(capfdbinary, "fix", str(repository))[:2]

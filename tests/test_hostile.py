"""The whole line on files that nobody meant to write: a report comes out, says what was not read, and shows no control code."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.advise import advise, words
from advisor.model import Report
from advisor.options import Options
from advisor.reports import checklist, json, markdown, text
from advisor.tree import Tree
from tests.hostile_files import HEALTHY, WRONG

WORDS = words()
OPTIONS = Options(as_of=date(2026, 11, 25))
HERE = Path(__file__).parent
GROUPS = 6
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
BASE: dict[str, bytes | str] = {
    "healthy/package.json": HEALTHY["package.json"],
    "healthy/server.js": HEALTHY["server.js"],
    "package.json": HEALTHY["package.json"],
    "server.js": HEALTHY["server.js"],
    "docker-compose.yml": HEALTHY["docker-compose.yml"],
    "nginx.conf": HEALTHY["nginx.conf"],
}


def report_on(files: dict[str, bytes | str]) -> Report:
    return advise(Tree.of(files, WORDS), OPTIONS)


def outputs(report: Report) -> dict[str, str]:
    """Every output of a scan by its name."""
    return {
        "text": text.render(report, full=True),
        "json": json.render(report),
        "markdown": markdown.render(report),
        "checklist": checklist.render(report),
    }


def scanned(files: dict[str, bytes | str]) -> Report:
    """The report on a healthy repository with hostile files, rendered in every way and free of control codes."""
    report = report_on({**BASE, **files})
    for output, rendered in outputs(report).items():
        found = CONTROL.search(rendered)
        assert found is None, f"{output}: {rendered[max(0, found.start() - 60) : found.end() + 20]!r}"
        rendered.encode()
    return report


def _conflict(sample: bytes) -> bytes:
    lines = sample.splitlines(keepends=True)
    middle = len(lines) // 2
    return b"".join([*lines[:middle], b"<<<<<<< HEAD\n", *lines[middle:], b"=======\n", *lines[middle:], b">>>>>>> other\n"])


def _truncated(share: float) -> Callable[[bytes], bytes]:
    return lambda sample: sample[: int(len(sample) * share)]


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda sample: b"",
    "blank": lambda sample: b" \n\t\n\r\n",
    "cut at a seventh": _truncated(1 / 7),
    "cut at a third": _truncated(1 / 3),
    "cut at a half": _truncated(1 / 2),
    "cut near the end": _truncated(0.9),
    "binary": lambda sample: bytes(range(256)) * 16,
    "binary without NUL": lambda sample: bytes(range(1, 256)) * 16,
    "NULs at the end": lambda sample: sample + b" " * 9_000 + b"\0" * 10,
    "Latin-1": lambda sample: sample.replace(b"a", "\xe4\xff".encode("latin-1")),
    "UTF-16": lambda sample: sample.decode().encode("utf-16"),
    "BOM": lambda sample: b"\xef\xbb\xbf" + sample,
    "CRLF": lambda sample: sample.replace(b"\n", b"\r\n"),
    "CR": lambda sample: sample.replace(b"\n", b"\r"),
    "one line": lambda sample: sample.replace(b"\n", b" "),
    "twice": lambda sample: sample + b"\n" + sample,
    "conflict": _conflict,
    "escapes": lambda sample: re.sub(rb"[A-Za-z]{4,}", lambda word: word[0] + b"\x1b[31m\x07\x9b", sample, count=12),
    "escapes in values": lambda sample: sample.replace(b"app", b"a\x1b]0;x\x07\xe2\x80\xaepp").replace(b"/ws", b"/w\x1b[2Js"),
    "names in other scripts": lambda sample: sample.replace(b"app", "приложение-\u202e世界😀".encode()).replace(
        b"web", "ﻊ́".encode()
    ),
    "half a surrogate pair": lambda sample: sample.replace(b"app", b"\xed\xa0\x80"),
    "numbers for words": lambda sample: re.sub(rb"\b(app|web|web:3000|/ws|node)\b", b"3", sample),
    "brackets": lambda sample: b"[" * 10_000,
    "braces": lambda sample: b'{"a":' * 10_000,
    "blocks": lambda sample: b"a {\n" * 10_000,
    "tags": lambda sample: b"<a>" * 10_000,
    "bomb": lambda sample: (
        b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(b"%c: &%c [%s]\n" % (c, c, b"*%c," % (c - 1) * 9) for c in range(98, 120))
    ),
    "keys repeated": lambda sample: b"".join(line * 2 for line in sample.splitlines(keepends=True)),
    "turned round": lambda sample: b"\n".join(reversed(sample.splitlines())),
}


@pytest.mark.parametrize("group", range(GROUPS))
@pytest.mark.parametrize("way", SPOILED)
def test_spoiled_files_end_no_scan(way: str, group: int) -> None:
    """Each kind of file, spoiled in each way, still gives a report, in which the healthy files count."""
    names = sorted(HEALTHY)[group::GROUPS]
    report = scanned({name: SPOILED[way](HEALTHY[name].encode()) for name in names})

    assert report.verdict != "no_websocket"


@pytest.mark.parametrize(
    ("name", "content"), [pytest.param(*each, id=f"{each[0]}-{number}") for number, each in enumerate(WRONG)]
)
def test_wrong_types_end_no_scan(name: str, content: str) -> None:
    """Values of another type than the format's stand for nothing."""
    assert scanned({name: content}).verdict


@pytest.mark.parametrize(
    "name", ["docker-compose.yml", "main.tf", "package.json", "server.js", "nginx.conf", "fly.toml", "Dockerfile", "app.py"]
)
def test_a_huge_file_is_named(name: str) -> None:
    """Six megabytes are named as too large, and the other files are read."""
    report = report_on({**BASE, name: HEALTHY[name].encode() + b"\n# x" * 1_500_001})

    assert [(name, "it is larger than 5 MB")] == [(each.file, each.reason) for each in report.not_read if each.file == name]


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_long_line_is_no_burden(group: int) -> None:
    """Lines of two megabytes take no time that matters, whether they are read or not."""
    start = process_time()
    scanned({name: HEALTHY[name].encode() + b"\n# " + b"x" * 2_000_000 for name in sorted(HEALTHY)[group::GROUPS]})

    assert process_time() - start < 10


ENDS = (".yml", ".yaml", ".tf", "vercel.json", "fly.toml")
DEPLOYING = [name for name in sorted(HEALTHY) if name.endswith(ENDS)]


@pytest.mark.parametrize("name", DEPLOYING)
@pytest.mark.parametrize("way", ["conflict", "binary"])
def test_what_could_not_be_read_is_said(name: str, way: str) -> None:
    """A deployment file with an unresolved merge, or with bytes in place of text, is named with the reason."""
    report = scanned({name: SPOILED[way](HEALTHY[name].encode())})

    assert name in {each.file for each in report.not_read}
    assert name in {finding.place.file for finding in report.findings if finding.rule == "WS901"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes of the file system")
def test_a_disk_full_of_traps(tmp_path: Path) -> None:
    """Loops, links out, pipes, odd names and directories where files belong are passed by, and said where they hide something."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    outside.mkdir()
    (outside / "nginx.conf").write_text("secret-outside-the-tree")
    root.mkdir()
    for name, content in BASE.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(str(content))
    (root / "loop").symlink_to(root)
    (root / "self").symlink_to("self")
    (root / "out").symlink_to(outside)
    (root / "nginx-out.conf").symlink_to(outside / "nginx.conf")
    (root / "gone.conf").symlink_to("nowhere")
    os.mkfifo(root / "Procfile")
    (root / "fly.toml").mkdir()
    (root / "a\x1b[31m\nb.tf").write_text('resource "aws_lb" "a" {')
    (Path(os.fsencode(root).decode("utf-8", "surrogateescape")) / "\udcff.yml").write_text("a: [")
    report = advise(Tree.open(root, WORDS), OPTIONS)
    rendered = "".join(outputs(report).values())

    assert {"nginx-out.conf", "gone.conf"} <= {each.file for each in report.not_read}
    assert "secret-outside-the-tree" not in rendered
    assert CONTROL.search(rendered) is None


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user who may be refused")
def test_an_unreadable_file_is_said(tmp_path: Path) -> None:
    """A file that may not be opened is named with the reason."""
    for name, content in BASE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(str(content))
    (tmp_path / "nginx.conf").chmod(0)
    report = advise(Tree.open(tmp_path, WORDS), OPTIONS)

    assert [("nginx.conf", "permission denied")] == [(each.file, each.reason) for each in report.not_read]


def test_a_file_of_windows_shells_is_read() -> None:
    """UTF-16 with its mark, as PowerShell writes it, is text like any other."""
    plain = report_on({**BASE})
    wide = report_on({name: str(content).encode("utf-16") for name, content in BASE.items()})

    assert plain.sentence == wide.sentence
    assert () == wide.not_read


def samples() -> list[dict[str, str]]:
    """The text files of the little repositories of the rules and the whole ones of the examples."""
    roots = [*sorted(HERE.glob("rules/WS*/*-*")), *sorted(HERE.glob("examples/*-*"))]
    trees = []
    for root in filter(Path.is_dir, roots):
        files = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
        trees.append({name: path.read_text(errors="replace") for name, path in files.items()})
    return trees


SAMPLES = samples()


@settings(
    deadline=timedelta(seconds=5), max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(data=st.data())
def test_lines_lost_doubled_and_swapped(data: st.DataObject) -> None:
    """A real repository, some of whose lines were lost, doubled, swapped or moved to another file, still gives a report."""
    files = dict(data.draw(st.sampled_from(SAMPLES)))
    for _ in range(data.draw(st.integers(1, 8))):
        name = data.draw(st.sampled_from(sorted(files)))
        lines = files[name].split("\n")
        at, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        match data.draw(st.sampled_from(["lose", "double", "swap", "cut", "move", "indent"])):
            case "lose":
                del lines[at]
            case "double":
                lines.insert(other, lines[at])
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case "cut":
                lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))]
            case "move":
                target = data.draw(st.sampled_from(sorted(files)))
                files[target] = f"{files[target]}\n{lines[at]}"
            case "indent":
                lines[at] = f"  {lines[at]}"
        files[name] = "\n".join(lines)
    report = report_on(dict(files))

    assert all(CONTROL.search(rendered) is None for rendered in outputs(report).values())

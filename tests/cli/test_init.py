"""``wsadvise init``: a configuration that changes nothing, is valid key by key, and overwrites nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from advisor.configuration import Configuration, parse
from advisor.formats.toml import parse as toml
from advisor.reports import starter
from tests.cli.conftest import Said
from tests.reports.samples import ALL

SICK = Path(__file__).parents[1] / "examples" / "nginx-without-upgrade"


def uncommented(text: str) -> str:
    """The file as it is when a person has taken the number signs off all keys."""
    lines = []
    for line in text.splitlines():
        bare = line.removeprefix("# ")
        is_key = bare == "[[ignore]]" or (" = " in bare and bare.partition(" = ")[0].isidentifier())
        lines.append(bare if is_key else line)
    return "\n".join(lines)


@pytest.mark.parametrize("name", ALL)
def test_every_key_is_valid(name: str) -> None:
    """As written nothing is set; with every number sign taken off, the configuration is understood whole."""
    text = starter.render(ALL[name])

    assert Configuration() == parse("wsadvise.toml", toml(text, "wsadvise.toml").plain())
    told = parse("wsadvise.toml", toml(uncommented(text), "wsadvise.toml").plain())
    assert (["cloudflare"], 2, "hobby", 1) == (told.hops, told.replicas, told.plan, len(told.ignore))


def test_it_is_written_beside_the_code(said: Said, tmp_path: Path) -> None:
    """The file lands in PATH with what the scan found, and the next scan reads it without a change."""
    root = tmp_path / "app"
    shutil.copytree(SICK, root)
    before = said("scan", str(root))[1]
    code, out, _ = said("init", str(root))

    assert (0, f"Wrote {root / 'wsadvise.toml'}. Take the number sign off what you want to set.\n") == (code, out)
    assert '# public_url = "https://chat.example.org"' in (root / "wsadvise.toml").read_text()
    assert before.partition("; 6 files")[0] == said("scan", str(root))[1].partition("; 7 files")[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [("wsadvise.toml", "strict = true\n"), ("pyproject.toml", "[tool.wsadvise]\nstrict = true\n")],
    ids=["own file", "project file"],
)
def test_nothing_is_overwritten(said: Said, tmp_path: Path, name: str, text: str) -> None:
    """A configuration that is there stays as it is, and the answer is a sentence."""
    (tmp_path / name).write_text(text)
    code, out, err = said("init", str(tmp_path))

    assert (2, "", text) == (code, out, (tmp_path / name).read_text())
    assert "nothing was written" in err


def test_it_can_be_printed(said: Said, tmp_path: Path) -> None:
    """With ``-o -`` nothing is written."""
    code, out, _ = said("init", str(tmp_path), "-o", "-")

    assert (0, [], True) == (code, list(tmp_path.iterdir()), "# fail_on" in out)

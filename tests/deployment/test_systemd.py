"""systemd units: what they start, from where, and which are of no interest."""

from __future__ import annotations

import pytest

from tests.deployment.reading import read

UNIT = """\
[Unit]
Description=chat
[Service]
WorkingDirectory=/srv/chat/%s
Environment=PORT=4000
Environment="SECRET=hidden"
ExecStart=/usr/bin/gunicorn \\
    --workers 4 app:app
"""


def test_unit_is_a_process() -> None:
    """Command with its line, port and the names of variables."""
    found = read({"deploy/chat.service": UNIT % "", "requirements.txt": ""})
    process = found.processes[0]

    assert ("/usr/bin/gunicorn --workers 4 app:app", "deploy/chat.service:7") == (process.command, str(process.command_place))
    assert (4000, ("PORT", "SECRET"), ".") == (process.port_given, process.environment, process.root)
    assert "hidden" not in repr(found)


@pytest.mark.parametrize(("folder", "root"), [("backend", "backend"), ("current", ".")])
def test_directory_of_a_unit(folder: str, root: str) -> None:
    """The end of the working directory names a directory of the tree, or says nothing."""
    files = {"deploy/chat.service": UNIT % folder, "backend/requirements.txt": "", "package.json": "{}"}

    assert root == read(files).processes[0].root


@pytest.mark.parametrize("start", ["ExecStart=/usr/sbin/nginx", "ExecStart=/bin/true", "Type=oneshot"])
def test_units_of_other_programs(start: str) -> None:
    """Units that start no code of the repository's are passed over."""
    assert () == read({"x.service": f"[Service]\n{start}\n"}).processes

"""Supervisor's configuration: what it starts, from where, and when an image's command is the better witness."""

from __future__ import annotations

import pytest

from tests.deployment.reading import read

CONF = """\
[program:reverb]
process_name=%(program_name)s_%(process_num)02d
command=php /srv/chat/backend/artisan reverb:start
environment=SECRET="hidden",APP_ENV="production"
numprocs=2
[program:queue]
command=php /srv/chat/backend/artisan queue:work
[program:nginx]
command=nginx -g 'daemon off;'
"""


def test_program_is_a_process() -> None:
    """Command with its line, copies and the names of variables; queues and proxies serve nobody."""
    found = read({"deploy/chat.conf": CONF, "backend/artisan": ""})
    (process,) = found.processes
    assert ("php /srv/chat/backend/artisan reverb:start", "deploy/chat.conf:3") == (process.command, str(process.command_place))
    assert (2, ("SECRET", "APP_ENV"), "backend") == (process.replicas, process.environment, process.root)
    assert "hidden" not in repr(found)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"Dockerfile": "FROM php:8.3\nCMD supervisord\n"}, id="in-an-image"),
        pytest.param({"entrypoint.sh": "exec supervisord -n\n"}, id="by-a-script"),
    ],
)
def test_what_an_image_starts(files: dict[str, str]) -> None:
    """Then the command of the image is read, and with it this file."""
    assert not [each for each in read({"deploy/chat.conf": CONF, **files}).processes if each.id.startswith("supervisor")]


def test_documents_and_tests() -> None:
    """A sample in a document, a fixture of a test."""
    assert () == read({"docs/supervisor.md": CONF, "tests/chat.conf": CONF}).processes

"""The table of Apache configurations: what the real program did, and what ``trace`` says it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.proxies import apache_httpd
from tests.proxies import apache_cases
from tests.proxies.apache_program import Bench, programs
from tests.proxies.recorder import Recorder
from tests.proxies.table import Table

TABLE = Table(
    "apache",
    apache_httpd,
    "httpd.conf",
    {case.name: case for case in apache_cases.CASES},
    ("ProxyPass.timeout", "ProxyTimeout", "Timeout"),
    "/etc/apache2",
    {},
    Bench,
)


@pytest.mark.parametrize("path", TABLE.stored(), ids=lambda path: path.stem)
@pytest.mark.parametrize("name", TABLE.cases)
def test_trace_says_what_was_measured(path: Path, name: str) -> None:
    """For every case ``trace`` gives what the program of that version did, header by header."""
    TABLE.check(path, name)


def test_the_programs_still_do_what_is_stored(recorder: Recorder, certificate: tuple[str, str]) -> None:
    """Measured again on every httpd of this machine, each case comes out as stored."""
    TABLE.check_again(programs(), recorder, certificate)

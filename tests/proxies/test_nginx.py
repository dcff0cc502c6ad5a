"""The table of nginx configurations: what the real program did, and what ``trace`` says it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.proxies import nginx
from tests.proxies import nginx_faults, nginx_filters, nginx_found, nginx_headers, nginx_more, nginx_routing, nginx_servers
from tests.proxies.nginx_program import Bench, programs
from tests.proxies.recorder import Recorder
from tests.proxies.table import Table

PARTS = (nginx_headers, nginx_routing, nginx_servers, nginx_faults, nginx_more, nginx_filters, nginx_found)
TABLE = Table(
    "nginx",
    nginx,
    "nginx.conf",
    {case.name: case for part in PARTS for case in part.CASES},
    ("proxy_read_timeout", "proxy_timeout"),
    "/etc/nginx",
    {"STREAM": ""},
    Bench,
    lambda case: {"template": bool(case.environment)},
)


@pytest.mark.parametrize("path", TABLE.stored(), ids=lambda path: path.stem)
@pytest.mark.parametrize("name", TABLE.cases)
def test_trace_says_what_was_measured(path: Path, name: str) -> None:
    """For every case ``trace`` gives what the program of that version did, header by header."""
    TABLE.check(path, name)


def test_the_programs_still_do_what_is_stored(recorder: Recorder, certificate: tuple[str, str]) -> None:
    """Measured again on every nginx of this machine, each case comes out as stored."""
    TABLE.check_again(programs(), recorder, certificate)

"""Supervisor's configuration: programs, comments, values over several lines, variables."""

from __future__ import annotations

from advisor.formats.supervisor import programs


def test_programs() -> None:
    """Commands with their lines; what does not start by itself, other sections and comments are left out."""
    text = (
        "; a comment\n[supervisord]\ncommand=not a program\n[program:web]\ncommand = php -S %(ENV_HOST)s:80 ; comment\n"
        "directory=/srv\n[program:long]\ncommand=node\n  server.js\n  --port 80\n[program:off]\ncommand=x\nautostart=false\n"
        "[program:empty]\nnumprocs=3\n"
    )
    found = programs(text, "a.conf")
    assert [("web", "php -S ${HOST}:80", "a.conf:5", "/srv"), ("long", "node server.js --port 80", "a.conf:8", None)] == [
        (each.name, each.command, str(each.place), each.directory) for each in found
    ]


def test_copies() -> None:
    """A number that is none is one."""
    assert [1, 4] == [
        each.copies for count in ("many", "4") for each in programs(f"[program:a]\ncommand=x\nnumprocs={count}\n", "a")
    ]

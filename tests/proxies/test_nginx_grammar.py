"""The table of directives against the programs it was asked of, on a sample that covers every context."""

from __future__ import annotations

import os

import pytest

from advisor.proxies.nginx.grammar import table
from tests.proxies.nginx_grammar import CONTEXTS, COUNTS, ask
from tests.proxies.nginx_program import Program, programs

FOUND = programs()
SAMPLE = (
    "proxy_pass",
    "proxy_set_header",
    "proxy_read_timeout",
    "proxy_buffering",
    "location",
    "server",
    "server_name",
    "return",
    "if",
    "upstream",
    "ip_hash",
    "map",
    "limit_conn",
    "worker_shutdown_timeout",
    "proxy_timeout",
    "try_files",
)


@pytest.mark.skipif(not FOUND and os.environ.get("WSADVISE_PROXIES") != "require", reason="no nginx here")
@pytest.mark.parametrize("program", FOUND or [None], ids=lambda program: program.version if program else "missing")
@pytest.mark.parametrize("name", SAMPLE)
def test_the_table_takes_what_the_program_takes(program: Program, name: str) -> None:
    """Wherever the program allows a directive the table does, with the same numbers of words, block and flag."""
    forms = table()[name].forms
    for context in CONTEXTS:
        answer = ask(program, name, context)
        here = [form for form in forms if context in form.contexts]
        if answer is None:
            continue
        counts, block, flag = answer
        assert here, context
        assert (block, flag) == (here[0].block, here[0].flag)
        assert counts == {count for count in COUNTS if here[0].takes(count)}


def test_every_directive_of_the_table_is_well_formed() -> None:
    """Contexts are known letters, and each form takes some number of words."""
    for name, word in table().items():
        for form in word.forms:
            assert set(form.contexts) <= set(CONTEXTS), name
            assert any(form.takes(count) for count in COUNTS), name
        assert set(word.once) <= set(CONTEXTS), name

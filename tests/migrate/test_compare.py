"""``wsadvise compare``: each host's row is what its own plan says, and the reason that decides stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.advise import read, words
from advisor.knowledge import load
from advisor.migrate.compare import Comparison, Row, compare, hosts
from advisor.options import Options
from advisor.reports import compare as reports
from advisor.tree import Tree

EXAMPLES = Path(__file__).parents[1] / "examples"
PACKAGE = '{"name": "chat", "scripts": {"start": "node server.js"}, "dependencies": {"ws": "8.18.0"}}'
SILENT = 'const { WebSocketServer } = require("ws");\nnew WebSocketServer({ port: process.env.PORT });\n'
BEATING = 'const { Server } = require("socket.io");\nnew Server(process.env.PORT);\n'


def compared(server: str, *platforms: str) -> Comparison:
    return compare(Tree.of({"package.json": PACKAGE, "server.js": server}, words), Options(), platforms)


def row(found: Comparison, id: str) -> Row:
    return next(each for each in found.rows if each.platform == id)


@pytest.mark.parametrize(
    ("server", "platform", "verdict", "said"),
    [
        (SILENT, "netlify", "cannot", "accept an upgrade"),
        (SILENT, "clever-cloud", "works_with_changes", "closed after 180 s, because nothing is sent"),
        (BEATING, "clever-cloud", "works", "nothing has to change"),
        (SILENT, "gcp-cloud-run", "works_with_changes", "ended after 1 h"),
        (SILENT, "cloudflare-workers", "works_with_changes", "Write the server anew"),
        (SILENT, "fly-io", "works", "nothing has to change"),
    ],
    ids=["no sockets", "idle clock", "the same with a heartbeat", "lifetime", "another model", "nothing in the way"],
)
def test_deciding_reason(server: str, platform: str, verdict: str, said: str) -> None:
    """The verdict and its reason come from this app's own sockets on that host."""
    found = row(compared(server, platform), platform)

    assert verdict == found.verdict
    assert said in " ".join((found.because, *found.changes))


def test_every_host_has_a_row() -> None:
    """Without a choice, every host with a profile is compared, those that fit best first."""
    found = compared(SILENT)
    order = ["works", "works_with_changes", "depends", "cannot"]

    assert sorted(hosts(load())) == sorted(each.platform for each in found.rows)
    assert [each.verdict for each in found.rows] == sorted((each.verdict for each in found.rows), key=order.index)
    assert [] == [each.platform for each in found.rows if not each.because]


def test_where_it_runs_today_is_marked() -> None:
    """The host of today stands among the others, with what is wrong there today."""
    found = compare(read(EXAMPLES / "heroku-limits"), Options(), ("heroku", "fly-io"))

    assert ["heroku"] == [each.platform for each in found.rows if each.here]
    assert "works_with_changes" == row(found, "heroku").verdict


def test_nothing_to_compare() -> None:
    """A repository without a server of its own gets a sentence and no row."""
    found = compare(Tree.of({"index.js": "console.log(1)"}, words), Options(), ("heroku",))

    assert ((), ()) == (found.apps, found.rows)
    assert "nothing to plan" in found.sentence


def test_page_asks_for_nothing() -> None:
    """The HTML page loads nothing and runs nothing."""
    page = reports.page(compared(SILENT, "fly-io", "netlify"))

    assert [] == [sign for sign in ("<script", "<link", "<img", "src=", "url(") if sign in page]

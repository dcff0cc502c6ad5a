"""Scripts in pages of every kind of markup: found at their own lines, and judged as any client is."""

from __future__ import annotations

from datetime import date

import pytest

from advisor.advise import advise, words
from advisor.model import Report
from advisor.options import Options
from advisor.stack.javascript import PAGES
from advisor.tree import Tree

HEADS = {
    "astro": "---\nconst title = 1;\n---\n",
    "blade.php": "@extends('layout')\n\n",
    "cshtml": "@model Chat\n\n",
    "erb": "<p><%= @room %></p>\n",
    "ejs": "<%- include('head') %>\n",
    "heex": "<p>{@room}</p>\n",
    "hbs": "{{#if room}}{{room}}{{/if}}\n",
    "jsp": '<%@ page contentType="text/html" %>\n',
    "jinja2": "{% block body %}\n",
    "php": "<?php echo $room; ?>\n",
    "razor": '@page "/chat"\n@code { int n; }\n',
    "svelte": "<p>{room}</p>\n",
    "templ": "package views\n\ntempl Chat() {\n",
    "vue": "<template>\n  <p>{{ room }}</p>\n</template>\n",
}


def _report(file: str, script: str) -> Report:
    head = HEADS.get(file.partition(".")[2], "<p>chat</p>\n")
    return advise(
        Tree.of({"package.json": '{"name": "chat"}', file: f"{head}<script>\n{script}</script>\n"}, words),
        Options(as_of=date(2026, 11, 25)),
    )


@pytest.mark.parametrize("ending", sorted({*PAGES, *HEADS}))
def test_client_in_a_page(ending: str) -> None:
    """The client stands at the line of the page, and the rules of clients speak of it."""
    file = f"chat.{ending}"
    report = _report(file, 'const socket = new WebSocket("ws://chat.acme.io/ws");\nsocket.onmessage = (event) => show(event);\n')
    line = HEADS.get(ending, "<p>chat</p>\n").count("\n") + 2

    assert [(file, line)] == [(use.place.file, use.place.line) for app in report.apps for use in app.uses]
    assert {"WS601", "WS701"} == {finding.rule for finding in report.findings}


RETRIES = """\
let tries = 0;
function open() {
  const socket = new WebSocket("wss://chat.acme.io/ws");
  socket.onopen = () => { tries = 0; };
  socket.onclose = () => { %s };
}
open();
"""


@pytest.mark.parametrize(
    ("script", "rule"),
    [
        pytest.param('const socket = new WebSocket("ws://localhost:8080/ws");\n', "WS602", id="localhost"),
        pytest.param(RETRIES % "open();", "WS702", id="at-once"),
        pytest.param(RETRIES % "if (tries++ < 3) setTimeout(open, 1000 * 2 ** tries);", "WS704", id="gives-up"),
    ],
)
@pytest.mark.parametrize(
    "file", ["Chat.vue", "Chat.svelte", "chat.html", "chat.erb", "chat.heex", "chat.blade.php", "chat.cshtml"]
)
def test_rules_of_clients_speak_in_pages(file: str, script: str, rule: str) -> None:
    """What is wrong with a client in a script file is wrong in a page as well."""
    assert rule in {finding.rule for finding in _report(file, script).findings}


@pytest.mark.parametrize("file", ["Chat.vue", "chat.erb", "chat.html"])
def test_page_that_only_talks_about_it(file: str) -> None:
    """Text and comments of a page open nothing."""
    report = _report(file, "// new WebSocket('ws://chat.acme.io')\n/* new WebSocket(url) */\n")

    assert ("no_websocket", ()) == (report.verdict, report.findings)

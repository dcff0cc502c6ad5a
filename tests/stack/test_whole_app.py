"""Tests of what is read from all code of an app: stop signals, cookies kept to the same site, the request's scheme."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from advisor.model import App
from advisor.stack import detect, words
from advisor.tree import Tree

SERVER = 'const { WebSocketServer } = require("ws");\nconst wss = new WebSocketServer({ port: 8080 });\n'


def app_of(folder: Path, more: str) -> App:
    (folder / "package.json").write_text('{"name": "board", "dependencies": {"ws": "8.18.0"}}')
    (folder / "server.js").write_text(SERVER + more)
    return detect(Tree.open(folder, words())).apps[0]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ('process.on("SIGTERM", stop);', ["SIGTERM"]),
        ("process.once('SIGINT', stop);", ["SIGINT"]),
        ('["SIGINT", "SIGTERM"].forEach((signal) => process.on(signal, stop));', ["SIGINT", "SIGTERM"]),
        ('console.log("SIGTERM comes");', []),
        ('child.kill("SIGTERM");', []),
    ],
)
def test_signals(tmp_path: Path, more: str, expected: list[str]) -> None:
    """A signal is heard where a handler is set for it, not where it is named or sent."""
    assert expected == sorted(signal for signal, _ in app_of(tmp_path, more).signals)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ('app.use(session({ cookie: { sameSite: "lax" } }));', True),
        ("response.cookie('id', id, { sameSite: 'Strict' });", True),
        ('app.use(session({ cookie: { sameSite: "none" } }));', False),
        ("app.use(session({}));", False),
    ],
)
def test_same_site(tmp_path: Path, more: str, expected: bool) -> None:
    """Lax and strict keep a cookie from other sites; none does not."""
    assert expected == (app_of(tmp_path, more).same_site is not None)


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("config/initializers/session.rb", "config.session_store :cookie_store, same_site: :lax\n", "same_site"),
        ("lib/web/endpoint.ex", '@session_options [store: :cookie, same_site: "Lax"]\n', "same_site"),
        ("config/initializers/session.rb", "config.session_store :cookie_store, same_site: :none\n", None),
        ("app/views/a.html.erb", '<%= "#{request.ssl? ? "wss" : "ws"}://#{request.host}" %>\n', "built_from_scheme"),
        ("lib/web/page.ex", 'if conn.scheme == :https, do: "wss://", else: "ws://"\n', "built_from_scheme"),
        ("app/models/a.rb", "request.ssl?\n", None),
    ],
)
def test_ruby_and_elixir(tmp_path: Path, file: str, text: str, found: str | None) -> None:
    """The same two things as Ruby and Elixir write them."""
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(text)
    app = app_of(tmp_path, "")

    assert [found] * (found is not None) == [
        name for name in ("same_site", "built_from_scheme") if getattr(app, name) is not None
    ]


@pytest.mark.parametrize(
    ("more", "built", "trusts"),
    [
        ('const address = `${req.protocol === "https" ? "wss" : "ws"}://${req.hostname}`;', True, False),
        ('app.set("trust proxy", 1); const address = req.secure ? "wss://a" : "ws://a";', True, True),
        ('const secure = req.protocol === "https";', False, False),
        ('const scheme = req.headers["x-forwarded-proto"]; const a = req.secure ? "wss" : "ws";', False, False),
    ],
)
def test_scheme(tmp_path: Path, more: str, built: bool, trusts: bool) -> None:
    """An address that begins with the request's scheme is found; an app that reads the header itself needs no telling."""
    app = app_of(tmp_path, more)

    assert (built, trusts) == (app.built_from_scheme is not None, app.trusts_proxy)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.tf": ""}, set()),
        ({"server.js": ""}, {"javascript", "route_handlers"}),
        ({"page.html": ""}, {"javascript"}),
        ({"app.py": ""}, {"python", "route_handlers"}),
    ],
    ids=["no code", "script", "page", "Python"],
)
def test_only_languages_that_are_there_are_loaded(files: dict[str, str], expected: set[str]) -> None:
    """A reader is imported where some file is its own, so that a scan starts fast; a fresh process shows it."""
    program = (
        "import json, sys\n"
        "from advisor import advise\n"
        "from advisor.options import Options\n"
        "from advisor.tree import Tree\n"
        "advise.look(Tree.of(json.loads(sys.argv[1]), advise.words), Options())\n"
        "print(*(name.split('.')[2] for name in sys.modules if name.startswith('advisor.stack.') and name.endswith('.reader')))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, json.dumps(files)], capture_output=True, text=True, check=True)

    assert expected == set(done.stdout.split())

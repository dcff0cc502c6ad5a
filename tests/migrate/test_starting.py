"""How an app starts, on which port, and how a Dockerfile writes it."""

from __future__ import annotations

import json
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.migrate import plan
from advisor.migrate.starting import exec_form, on_port
from tests.migrate.apps import FASTAPI, NODE, options, tree


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("uvicorn app:app --port 8000", "uvicorn app:app --port $PORT"),
        ("uvicorn app:app --host 127.0.0.1 --port=8000", "uvicorn app:app --host 0.0.0.0 --port=$PORT"),
        ("gunicorn app:app -b 127.0.0.1:8000 -w 4", "gunicorn app:app -b 0.0.0.0:$PORT -w 4"),
        ("gunicorn app:app --bind 0.0.0.0:8000", "gunicorn app:app --bind 0.0.0.0:$PORT"),
        ("daphne -b 0.0.0.0 -p 8001 site.asgi:application", "daphne -b 0.0.0.0 -p $PORT site.asgi:application"),
        ("uvicorn app:app --port $PORT", "uvicorn app:app --port $PORT"),
        ("node server.js", "node server.js"),
        ("node --max-old-space-size=4096 server.js", "node --max-old-space-size=4096 server.js"),
    ],
)
def test_literal_ports_give_way(line: str, expected: str) -> None:
    """A port or loopback address in a flag is replaced, and nothing else is."""
    assert expected == on_port(line, "$PORT")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("node server.js", ["node", "server.js"]),
        ("node 'my server.js'", ["node", "my server.js"]),
        ("uvicorn a:a --port $PORT", ["sh", "-c", "exec uvicorn a:a --port $PORT"]),
        ("python migrate.py && node server.js", ["sh", "-c", "python migrate.py && node server.js"]),
        ("node 'server.js", ["sh", "-c", "node 'server.js"]),
    ],
)
def test_exec_form(line: str, expected: list[str]) -> None:
    """Words of their own, so that signals arrive; a shell only where something has to be expanded."""
    assert expected == json.loads(exec_form(line))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\n\r"), min_size=1), min_size=1))
def test_exec_form_is_one_line_of_json(words: list[str]) -> None:
    """Whatever a command holds, ``CMD`` is one valid line."""
    written = exec_form(" ".join(shlex.join(words).split()))

    assert "\n" not in written
    assert all(isinstance(each, str) for each in json.loads(written))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({**NODE}, "web: node server.js\n"),
        ({**NODE, "package.json": NODE["package.json"].replace("node server.js", "tsc && node server.js")}, "web: npm start\n"),
        ({**FASTAPI, "requirements.txt": "fastapi\nhypercorn\n"}, "web: hypercorn app.main:app --bind 0.0.0.0:$PORT\n"),
        ({**FASTAPI, "requirements.txt": "fastapi\ndaphne\n"}, "web: daphne -b 0.0.0.0 -p $PORT app.main:app\n"),
        (
            {
                **FASTAPI,
                "app/main.py": FASTAPI["app/main.py"].replace("app = FastAPI", "api = FastAPI").replace("@app.", "@api."),
            },
            "web: uvicorn app.main:api --host 0.0.0.0 --port $PORT\n",
        ),
    ],
    ids=["script", "compound script", "hypercorn", "daphne", "another name"],
)
def test_the_command_is_worked_out(files: dict[str, str], expected: str) -> None:
    """From the start script where it is plain, else through the package manager, else from the ASGI app and its server."""
    made = plan(tree(files), options(), "heroku")

    assert expected == next(file.content for file in made.files if file.path == "Procfile")


def test_an_unknown_start_is_asked_for() -> None:
    """No command is made up."""
    files = {**NODE, "package.json": '{"name": "board", "dependencies": {"ws": "^8"}}', "server.ts": NODE["server.js"]}
    del files["server.js"]
    made = plan(tree(files), options(), "fly-io")

    assert any("Say how board starts" in item.text for item in made.must)
    assert any("Write a Dockerfile" in item.text for item in made.must)

"""Requirements, lock files, and the certainty that uvicorn has no WebSocket package."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.model import Place
from advisor.stack.python import installed, reader
from advisor.stack.python.packages import requirement
from advisor.tree import Tree
from tests.stack.python.trees import found, packages


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"requirements.txt": "Flask_SocketIO==5.3.6\n"}, "5.3.6"),
        ({"requirements/base.txt": "flask-socketio==5.3.6  # x\n"}, "5.3.6"),
        ({"requirements.txt": "flask-socketio>=5\n"}, None),
        ({"requirements.txt": "flask-socketio~=5.3\n"}, "5.3"),
        ({"pyproject.toml": '[project]\nname = "x"\ndependencies = ["flask-socketio==5.3.6"]\n'}, "5.3.6"),
        ({"pyproject.toml": '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\nflask-socketio = "^5.3"\n'}, "5.3"),
        ({"Pipfile": '[packages]\nflask-socketio = "==5.3.6"\n'}, "5.3.6"),
        (
            {
                "pyproject.toml": '[project]\nname = "x"\ndependencies = ["flask-socketio"]\n',
                "uv.lock": 'version = 1\n[[package]]\nname = "flask-socketio"\nversion = "5.5.1"\n',
            },
            "5.5.1",
        ),
        (
            {
                "pyproject.toml": '[tool.poetry]\nname = "x"\n',
                "poetry.lock": '[[package]]\nname = "flask-socketio"\nversion = "5.4.0"\n',
            },
            "5.4.0",
        ),
        ({"Pipfile": "", "Pipfile.lock": '{"default": {"flask-socketio": {"version": "==5.1.0"}}}'}, "5.1.0"),
        ({"requirements.txt": "flask\n"}, None),
    ],
)
def test_version(files: dict[str, str], expected: str | None) -> None:
    """A version is known where it is locked or pinned."""
    reader, _ = packages(files)
    assert expected == reader.version(reader.apps.roots["."], ("flask-socketio",))


_FREEZE = "click==8.1.7\nh11==0.14.0\nuvicorn==0.30.1\nstrange-package==1.0\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"requirements.txt": "fastapi\nuvicorn\n"}, "requirements.txt:2", id="bare"),
        pytest.param({"requirements.txt": "fastapi\nuvicorn[standard]\n"}, None, id="standard"),
        pytest.param({"requirements.txt": "fastapi[standard]\nuvicorn\n"}, None, id="fastapi-standard"),
        pytest.param({"requirements.txt": "fastapi\nuvicorn\nwebsockets\n"}, None, id="websockets"),
        pytest.param({"requirements.txt": "fastapi\nuvicorn\nwsproto\n"}, None, id="wsproto"),
        pytest.param({"requirements.txt": "fastapi\nuvicorn\nstreamlit\n"}, None, id="another-package-may-bring-it"),
        pytest.param({"requirements.txt": _FREEZE}, "requirements.txt:3", id="complete-freeze"),
        pytest.param({"requirements.txt": "-r base.txt\nuvicorn\n"}, None, id="more-elsewhere"),
        pytest.param({"requirements.txt": "fastapi\n"}, None, id="no-uvicorn"),
        pytest.param(
            {"requirements.txt": "fastapi\nuvicorn\n", "Dockerfile": "RUN pip install uvicorn websockets\n"},
            None,
            id="image-installs-it",
        ),
        pytest.param(
            {
                "pyproject.toml": '[project]\nname = "x"\ndependencies = [\n  "uvicorn",\n  "odd",\n]\n',
                "uv.lock": '[[package]]\nname = "uvicorn"\nversion = "0.30.1"\n',
            },
            "pyproject.toml:4",
            id="lock-without",
        ),
        pytest.param(
            {
                "pyproject.toml": '[project]\nname = "x"\ndependencies = ["uvicorn", "odd"]\n',
                "uv.lock": '[[package]]\nname = "uvicorn"\nversion = "0.30.1"\n'
                '[[package]]\nname = "websockets"\nversion = "13.1"\n',
            },
            None,
            id="lock-with",
        ),
    ],
)
def test_without_websocket_package(files: dict[str, str], expected: str | None) -> None:
    """The line is named only where nothing can install what uvicorn upgrades with."""
    reader, _ = packages(files)
    place = reader.without_websocket_package(reader.apps.roots["."])
    assert expected == (str(place) if place else None)


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        ("uvicorn==0.30.1\nfastapi\n", ("uvicorn", "0.30.1")),
        ("fastapi[standard]\n", ("uvicorn", None)),
        ("daphne==4.1.0\nchannels\n", ("daphne", "4.1.0")),
        ("uvicorn\ndaphne\n", None),
        ("gunicorn\n", None),
    ],
)
def test_asgi_server(requirements: str, expected: tuple[str, str | None] | None) -> None:
    """The one ASGI server that the manifests ask for; two leave it open."""
    tree = Tree.of({"requirements.txt": requirements}, reader.words())
    assert expected == installed.asgi_server(tree, ".")


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_line_is_read(line: str) -> None:
    """No requirement line raises."""
    requirement(line, Place("requirements.txt"))


_PIECES = st.sampled_from(
    [
        *"import from fastapi websockets socketio websocket app ( ) [ ] { } , = : . async for in def class".split(),
        *(
            "\n",
            "    ",
            '"/ws"',
            "f'{",
            "'",
            '"',
            "WebSocket",
            "serve(",
            "connect(",
            ".connect(",
            "CHANNEL_LAYERS",
            "\\",
            "#",
            "é",
        ),
        *("websockets.serve(", "x = x", "path(", "as_asgi()", "WebSocketHandler", "flask_socketio", "SocketIO(", "WebSocketApp("),
    ]
)


@given(st.lists(_PIECES, max_size=60).map(" ".join))
@settings(max_examples=150, deadline=None)
def test_any_code_is_read(code: str) -> None:
    """Broken code never raises."""
    found({"app.py": f"import fastapi, websockets, socketio, websocket\n{code}", "requirements.txt": code})


def test_names_that_lead_in_circles_end() -> None:
    """A constant that is defined by itself, and modules that import each other, end the search."""
    found(
        {
            "a.py": "from b import x\nimport websockets\nwebsockets.serve(f, x, y)\ny = y + 1\n",
            "b.py": "from a import x\n",
        }
    )


def test_deep_nesting_ends() -> None:
    """Nested expressions beyond any program's are given up on, not followed."""
    found({"app.py": f"import websockets\nwebsockets.serve(f, {'(' * 3000}1{')' * 3000}, {'-' * 3000}1)\n"})

"""The entries of python.yaml: complete, and each one found by some detector or named by a start command."""

from __future__ import annotations

import re

import pytest

from advisor.stack.library import Library, libraries
from advisor.stack.python.reader import words

_PYTHON = [library for library in libraries().values() if library.ecosystem == "pypi"]
_SERVERS = frozenset({"uvicorn", "hypercorn", "granian", "daphne", "gunicorn"})


@pytest.mark.parametrize("library", _PYTHON, ids=lambda library: library.id)
def test_entry(library: Library) -> None:
    """Sources, a day, and words; heartbeats neither overlap nor leave the newest version open."""
    assert library.sources
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", library.confirmed["on"])
    assert library.confirmed["how"] in ("taken_over", "read", "measured")
    assert library.words or "backplane" in library.roles
    if library.heartbeats:
        assert library.heartbeat(None) is not None
        assert library.heartbeat("99") == library.heartbeat(None)


def test_words_are_looked_for() -> None:
    """Every entry with words is reached by the pre-filter, servers apart, which commands name."""
    reached = words()
    missed = [
        library.id for library in _PYTHON if library.id not in _SERVERS and library.words and not set(library.words) & reached
    ]
    assert [] == missed


def test_ids_that_the_detectors_use() -> None:
    """Names in the code and in the data agree."""
    names = {library.id for library in _PYTHON}
    used = {
        *("fastapi-starlette", "quart", "sanic", "litestar", "django-channels", "channels-redis", "python-socketio"),
        *("flask-socketio", "socketio-redis-manager", "flask-sock", "websockets-py", "aiohttp", "tornado", "autobahn-python"),
        *("gevent-websocket", "websocket-client-py", "httpx-ws", "streamlit", "gradio", "dash", "shiny-python", "nicegui"),
        *("jupyter-server", "reflex", "chainlit", "bokeh-panel", "marimo", "solara", *_SERVERS),
    }
    assert used == names

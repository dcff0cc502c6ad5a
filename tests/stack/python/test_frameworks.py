"""App frameworks that speak WebSocket by themselves."""

from __future__ import annotations

import pytest

from tests.stack.python.trees import only, paths, uses


@pytest.mark.parametrize(
    ("code", "library", "path"),
    [
        ("import streamlit as st\nst.title('x')\n", "streamlit", "/_stcore/stream"),
        ("from nicegui import ui\nui.label('x')\nui.run(port=80)\n", "nicegui", "/_nicegui_ws/socket.io/"),
        ("import chainlit as cl\n@cl.on_message\nasync def f(m): ...\n", "chainlit", "/ws/socket.io/"),
        ("from shiny import App, ui\napp = App(ui.page(), server)\n", "shiny-python", "/websocket/"),
        ("import reflex as rx\napp = rx.App()\n", "reflex", "/_event/"),
        ("import panel as pn\npn.extension()\n", "bokeh-panel", "/ws"),
        ("import marimo\napp = marimo.App()\n", "marimo", "/ws"),
        ("import solara\n@solara.component\ndef Page(): ...\n", "solara", "/jupyter/api/kernels/"),
        ("c = get_config()\nc.ServerApp.port = 8888\n", "jupyter-server", "/api/kernels/"),
        ("from dash import Dash\napp = Dash(__name__, websocket_callbacks=True)\n", "dash", "/_dash-ws-callback"),
    ],
)
def test_found(code: str, library: str, path: str) -> None:
    """The framework's own call shows the app, and its own path is the endpoint."""
    use = only(code)
    assert (library, path) == (use.library, paths(use)[0][0])


@pytest.mark.parametrize(
    "code",
    [
        "import streamlit\n",
        "from nicegui import ui\nui.label('x')\n",
        "from dash import Dash\napp = Dash(__name__)\n",
        "from dash import Dash\napp = Dash(__name__, websocket_callbacks=False)\n",
        "import gradio as gr\ngr.Interface(f).launch()\n",
        "# import streamlit as st\n",
        "def app():\n    '''import streamlit as st'''\n",
        "from gradio import Interface\n",
        "from shiny import reactive\n@reactive.calc\ndef f(): ...\n",
        "import chainlit\n",
        "from bokeh.plotting import figure\nfigure().line([1], [2])\n",
        "import panel\n",
        "import reflex\n",
        "import marimo\n",
        "import solara\n",
    ],
)
def test_mentions_are_no_use(code: str) -> None:
    """An unused import, or a mode without sockets, needs none."""
    assert () == uses(code)


@pytest.mark.parametrize(("version", "expected"), [("3.50.2", 1), ("4.44.0", 0), ("6.1.0", 0)])
def test_gradio_by_version(version: str, expected: int) -> None:
    """Gradio used WebSockets up to version 3."""
    files = {"requirements.txt": f"gradio=={version}\n", "app.py": "import gradio as gr\ngr.Interface(f).launch()\n"}
    assert expected == len(uses(files))


def test_one_use_for_each_app() -> None:
    """Many pages of one app are one server."""
    page = "import streamlit as st\nst.title('x')\n"
    assert 1 == len(uses({"app.py": page, "pages/a.py": page, "pages/b.py": page}))


@pytest.mark.parametrize(
    ("code", "requirements", "expected"),
    [
        ("from nicegui import ui\nui.label('x')\nui.run(port=80, host='0.0.0.0')\n", "nicegui\n", (80, "literal", "0.0.0.0")),
        ("from nicegui import ui\nui.label('x')\nui.run()\n", "nicegui\n", (8080, "default", None)),
        ("import panel as pn\npn.extension()\npn.serve(app, port=5100)\n", "panel\n", (5100, "literal", None)),
        (
            "import gradio as gr\ngr.Blocks().launch(server_name='0.0.0.0', server_port=7000)\n",
            "gradio==3.50.2\n",
            (7000, "literal", "0.0.0.0"),
        ),
        ("import gradio as gr\ngr.Blocks().launch()\n", "gradio==3.50.2\n", (7860, "default", None)),
    ],
)
def test_where_it_listens(code: str, requirements: str, expected: tuple[int, str, str | None]) -> None:
    """The call that starts the framework's own server gives its port and host, else the framework does."""
    [use] = uses({"app.py": code, "requirements.txt": requirements})
    endpoint = use.endpoints[0]
    assert expected == (endpoint.port, endpoint.port_from, endpoint.bind)


@pytest.mark.parametrize(
    ("file", "scope"),
    [("examples/app.py", "example"), ("tests/app.py", "test"), ("docs/demo/app.py", "documentation"), ("app.py", "production")],
)
def test_scope_of_a_page(file: str, scope: str) -> None:
    """A demo in the documentation, an example or a test is no deployed app."""
    assert [scope] == [use.scope for use in uses({file: "import streamlit as st\nst.title('x')\n"})]

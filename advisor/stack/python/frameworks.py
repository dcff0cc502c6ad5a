"""App frameworks that speak WebSocket by themselves (Streamlit, NiceGUI, Chainlit ...) -> one server use for each app.

Found by the ``shapes`` of their entries in ``libraries/python.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from advisor.model import Endpoint, Heartbeat, Setting, Use
from advisor.scope import scope_of
from advisor.stack.library import Library, libraries
from advisor.stack.python.listening import Listening
from advisor.stack.python.module import Module, argument
from advisor.stack.python.project import Project
from advisor.stack.python.values import host, port, value
from advisor.versions import before

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_SHAPED = (
    "streamlit",
    "dash",
    "shiny-python",
    "nicegui",
    "reflex",
    "chainlit",
    "bokeh-panel",
    "marimo",
    "solara",
    "jupyter-server",
)
_OWN_START = {"nicegui": ("nicegui.ui.run",), "bokeh-panel": ("panel.serve",)}
"""Calls that start a framework's own server, and give its port and host."""
WORDS = tuple(
    dict.fromkeys(word for name in (*_SHAPED, "gradio") for word in (libraries()[name].words if name in libraries() else ()))
)


def detect(project: Project) -> Iterator[Use]:
    """The first place of each framework in an app and scope; Gradio only in the version that used WebSockets."""
    for name in _SHAPED:
        library = libraries()[name]
        seen: set[tuple[str, str]] = set()
        for module in project.modules(*library.words):
            key = (project.owner(module).id, scope_of(module.file))
            node = _shape(project, module, library) if key not in seen else None
            if node is not None:
                seen.add(key)
                yield _use(project, module, library, node)
    yield from _gradio(project)


def _shape(project: Project, module: Module, library: Library) -> SgNode | None:
    for shape in library.shapes:
        if "import" in shape:
            prefix = f"{shape['import']}."
            found = next((call.node for call in module.calls if call.name.startswith(prefix)), None)
        else:
            found = next(_called(module, str(shape["call"])), None)
        if found is not None and (
            "argument" not in shape or value(project, module, argument(found, None, shape["argument"])) is True
        ):
            return found
    return None


def _called(module: Module, name: str) -> Iterator[SgNode]:
    """Calls and decorators of that name; ``import panel as pn`` and ``from nicegui import ui`` are resolved."""
    yield from (call.node for call in module.called(name))
    yield from (item.decorator for item in module.decorated if item.name == name)


def _use(project: Project, module: Module, library: Library, node: SgNode) -> Use:
    root = project.owner(module)
    version = project.packages.version(root, library.packages)
    at = _listening(project, module, library)
    beat = library.heartbeat(version)
    place = module.place(node)
    return Use(
        library.id,
        library.name,
        "server",
        root.id,
        place,
        certainty="strong",
        scope=scope_of(module.file),
        version=version,
        endpoints=(Endpoint(library.path, place, at.port, at.port_from, at.bind, library.prefix),),
        heartbeat=Heartbeat(beat.sender, "default", beat.interval_s, beat.timeout_s, fact=f"{library.id}/heartbeat")
        if beat
        else None,
        transports=library.transports,
        idle=Setting(library.idle_key or "idle", f"{library.idle_s:g}", place, library.idle_s, "default")
        if library.idle_s
        else None,
        runs_in="asgi" if library.runs_in == "asgi" else "own_process",
    )


def _listening(project: Project, module: Module, library: Library) -> Listening:
    for name in _OWN_START.get(library.id, ()):
        for call in module.called(name):
            given = argument(call.node, None, "port", "server_port")
            bind = argument(call.node, None, "host", "server_name")
            shown = host(project, module, bind) if bind is not None else None
            return (
                Listening(shown, *port(project, module, given))
                if given is not None
                else Listening(shown, library.port, "default")
            )
    return _launched(project, module, library)


def _launched(project: Project, module: Module, library: Library) -> Listening:
    """Gradio is started by a method of what was built: ``demo.launch(server_name=..., server_port=...)``."""
    launch = next((node for method, node in module.methods if method == "launch"), None) if library.id == "gradio" else None
    given = argument(launch, None, "server_port") if launch is not None else None
    bind = argument(launch, None, "server_name") if launch is not None else None
    shown = host(project, module, bind) if bind is not None else None
    if given is not None:
        return Listening(shown, *port(project, module, given))
    return Listening(shown, library.port, "default" if library.port else None)


def _gradio(project: Project) -> Iterator[Use]:
    library = libraries()["gradio"]
    seen: set[str] = set()
    for module in project.modules(*library.words):
        root = project.owner(module)
        version = project.packages.version(root, library.packages)
        launch = next((node for method, node in module.methods if method in ("launch", "mount_gradio_app")), None)
        if version and before(version, "4") and launch is not None and root.id not in seen:
            seen.add(root.id)
            yield _use(project, module, library, launch)

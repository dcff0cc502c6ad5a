"""Where code that runs its own server listens: the calls that bind a port -> host, port and where the port comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from advisor.stack.python.module import Module, argument, receiver
from advisor.stack.python.project import Project
from advisor.stack.python.values import host, port

if TYPE_CHECKING:
    from ast_grep_py import SgNode


@dataclass(frozen=True, slots=True)
class Listening:
    """``bind`` ``None``: not given, so the library's default."""

    bind: str | None = None
    port: int | None = None
    port_from: Literal["literal", "environment", "default"] | None = None


def bound(project: Project, module: Module, node: SgNode | None) -> Listening:
    """``("0.0.0.0", 8000)`` or a port alone."""
    if node is not None and node.kind() == "tuple":
        parts = [child for child in node.children() if child.is_named()]
        if len(parts) == 2:
            return Listening(host(project, module, parts[0]), *port(project, module, parts[1]))
    return Listening(None, *port(project, module, node))


def aiohttp_listening(project: Project, module: Module) -> Listening:
    """``web.run_app(app, host=, port=)`` (every interface, 8080) or ``web.TCPSite(runner, host, port)``; the only one."""
    found = []
    for other in project.siblings(module, "run_app", "TCPSite"):
        for call in other.called("aiohttp.web.run_app", "aiohttp.web.TCPSite", ".TCPSite", ".run_app"):
            site = call.name.endswith("TCPSite")
            found.append(_given(project, other, call.node, (1, 2) if site else (None, None), 8080))
    return found[0] if found and all(item == found[0] for item in found) else Listening()


def tornado_listening(project: Project, module: Module) -> Listening:
    """``app.listen(8888, address="")`` or ``HTTPServer(app).bind(8888)``; the only one."""
    found = []
    for other in project.siblings(module, "tornado"):
        for call in other.called(".listen", ".bind"):
            found.append(_given(project, other, call.node, (1, 0), None))
    return found[0] if found and all(item == found[0] for item in found) else Listening()


def flask_listening(project: Project, module: Module, makers: tuple[str, ...], name: str | None = None) -> Listening:
    """``app.run(host=, port=)`` or ``socketio.run(app, host=, port=)``: this machine, 5000 by default; the only one.

    ``name``: as the module assigns the object that must be the one that runs.
    """
    found = []
    for other in project.siblings(module, "flask", "socketio"):
        for call in other.called(".run"):
            made = project.made(other, receiver(call.node))
            site = project.locate(other, receiver(call.node))
            another = name is not None and site is not None and (site.module.file, site.name) != (module.file, name)
            if made is None or made.name not in makers or another:
                continue
            first = 1 if made.name.endswith("SocketIO") else 0
            here = _given(project, other, call.node, (first, first + 1), 5000)
            found.append(Listening(here.bind or ("127.0.0.1" if _bare(call.node) else None), here.port, here.port_from))
    return found[0] if found and all(item == found[0] for item in found) else Listening()


def _bare(call: SgNode) -> bool:
    return argument(call, None, "host") is None


def _given(
    project: Project, module: Module, call: SgNode, positions: tuple[int | None, int | None], default: int | None
) -> Listening:
    bind, given = argument(call, positions[0], "host", "address"), argument(call, positions[1], "port")
    if given is None:
        number, origin = default, "default" if default else None
        return Listening(host(project, module, bind) if bind is not None else None, number, origin)  # type: ignore[arg-type]
    return Listening(host(project, module, bind) if bind is not None else None, *port(project, module, given))

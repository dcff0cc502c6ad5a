"""Code that starts an ASGI server itself (``uvicorn.run(app, port=8000)``) -> where it listens and what it sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from advisor.model import Heartbeat, Place, Setting
from advisor.scope import scope_of
from advisor.stack.library import libraries
from advisor.stack.python.module import Module, argument
from advisor.stack.python.project import Project
from advisor.stack.python.values import UNKNOWN, Environment, host, number, port, value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = ("uvicorn", "hypercorn")


@dataclass(frozen=True, slots=True)
class Started:
    """One such call. ``workers`` is ``None`` where it is computed."""

    place: Place
    bind: str | None
    port: int | None
    port_from: Literal["literal", "environment", "default"] | None
    workers: int | None
    heartbeat: Heartbeat | None
    max_message: Setting | None


def started(project: Project, module: Module) -> Started | None:
    """The one call in the module's app and scope; ``None`` where there is none, or several that differ."""
    calls = [item for other in project.siblings(module, *WORDS) for item in _calls(project, other)]
    if len(calls) > 1:
        calls = [item for item in calls if item.place.file == module.file] or calls
    return calls[0] if calls and all(_same(item, calls[0]) for item in calls) else None


def forks(project: Project) -> dict[str, Place]:
    """App id -> where its production code starts several ASGI workers."""
    found: dict[str, Place] = {}
    for module in project.modules(*WORDS):
        if scope_of(module.file) == "production":
            for item in _calls(project, module):
                if item.workers is None or item.workers > 1:
                    found.setdefault(project.owner(module).id, item.place)
    return found


def _same(one: Started, other: Started) -> bool:
    return (one.bind, one.port, one.port_from, one.workers) == (other.bind, other.port, other.port_from, other.workers)


def _calls(project: Project, module: Module) -> list[Started]:
    return [_uvicorn(project, module, call.node) for call in module.called("uvicorn.run", "uvicorn.Config", "uvicorn.main.run")]


def _uvicorn(project: Project, module: Module, call: SgNode) -> Started:
    given = argument(call, None, "port")
    number_of, origin = port(project, module, given)
    bind_node = argument(call, None, "host")
    bind = "127.0.0.1" if bind_node is None else host(project, module, bind_node)
    workers_node = argument(call, None, "workers")
    workers = value(project, module, workers_node) if workers_node is not None else 1
    workers = workers.default if isinstance(workers, Environment) else workers
    return Started(
        module.place(call),
        bind,
        8000 if given is None else number_of,
        "default" if given is None else origin,
        1 if workers is None else workers if isinstance(workers, int) else None,
        _heartbeat(project, module, call),
        _max_message(project, module, call),
    )


def _heartbeat(project: Project, module: Module, call: SgNode) -> Heartbeat | None:
    default = libraries()["uvicorn"].heartbeat(None)
    interval_node, timeout_node = (argument(call, None, name) for name in ("ws_ping_interval", "ws_ping_timeout"))
    place = module.place(call)
    if interval_node is None and timeout_node is None and default:
        return Heartbeat("server", "default", default.interval_s, default.timeout_s, place, fact="uvicorn/heartbeat")
    given = value(project, module, interval_node)
    if given is None or given == 0:
        return Heartbeat("none", "configured", place=place, fact="uvicorn/heartbeat")
    interval = number(project, module, interval_node)
    if interval is None and (interval_node is not None or given is not UNKNOWN):
        return None
    interval = interval if interval is not None else default.interval_s if default else None
    timeout = number(project, module, timeout_node)
    timeout = timeout if timeout_node is not None else default.timeout_s if default else None
    return Heartbeat("server", "configured", interval, timeout, place, fact="uvicorn/heartbeat")


def _max_message(project: Project, module: Module, call: SgNode) -> Setting | None:
    node = argument(call, None, "ws_max_size")
    size = number(project, module, node)
    return Setting("ws_max_size", node.text(), module.place(node), int(size), "python") if node is not None and size else None

"""A construction of a client library -> the URLs it opens, what it does after a close, and whose service it is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from advisor.model import Reconnect, Url, Use
from advisor.stack import hosts
from advisor.stack.javascript import reconnects, syntax
from advisor.stack.javascript.browser import runs_in
from advisor.stack.javascript.flow import calls_in
from advisor.stack.javascript.project import Project
from advisor.stack.javascript.shapes import Site, object_of
from advisor.stack.javascript.urls import same_origin, urls_of

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_SIGNALR = "signalr-js"
_RAW = frozenset({"browser-websocket", "ws", "websocket-node", "sockjs-client"})
_TOOLS = re.compile(
    r"(?:^|/)(?:scripts?|extra|bin|tools?|cli|loadtest|load-test|stress|k6|artillery)/|(?:^|/)(?:health-?check|smoke|load)[\w.-]*$"
)
_CONDITIONS = frozenset({"if_statement", "switch_case", "switch_default", "ternary_expression", "catch_clause"})
_SHOWN = re.compile(r"(?:^|/)(?:public|static|assets|www|src|app|web|views|wwwroot|html)/|\.html?$")
_SOCKET_IO = frozenset({"socket-io-client", "feathers-client", "sails-client"})


def client(site: Site, project: Project) -> Use:
    """The use that a construction of a client shows."""
    library = site.library
    urls = _urls(site)
    hosts_seen = [url.host for url in urls if url.host]
    foreign = bool(hosts_seen) and all(hosts.is_foreign(url.host, url.text) for url in urls if url.host)
    managed = site.role == "managed_client"
    if library.id in ("pusher-js", "laravel-echo"):
        managed = not _self_hosted(site)
    return Use(
        library=library.id,
        name=library.name,
        role="managed_client" if managed else "client",
        app=project.apps.owner(site.script.path).id,
        place=site.place,
        urls=urls,
        reconnect=_reconnect(site),
        transports=_transports(site),
        runs_in=runs_in(site, project),
        foreign=foreign or managed,
        one_shot=_one_shot(site),
    )


def _self_hosted(site: Site) -> bool:
    """True for a Pusher client that is sent to a server of the user's own (Reverb, Soketi)."""
    broadcaster = site.options.get("broadcaster")
    named = site.evaluator.text(broadcaster) if broadcaster is not None else None
    return named in ("reverb", "socket.io") or any(key in site.options for key in ("wsHost", "httpHost"))


# ---------------------------------------------------------------- where it connects


def _urls(site: Site) -> tuple[Url, ...]:
    if site.library.id in _SOCKET_IO:
        return _socket_io_urls(site)
    if site.library.id == _SIGNALR:
        return _signalr_urls(site)
    node = _url_node(site)
    if node is None:
        path = site.library.path if site.library.id == "rails-actioncable-js" else None
        return (same_origin(site.place, path),) if path else ()
    urls = tuple(url for url in urls_of(site.script, node) if url.text)
    return tuple(map(_of_phoenix, urls)) if site.library.id == "phoenix-js" else urls


def _of_phoenix(url: Url) -> Url:
    """What Phoenix's client opens: the given address with the transport's name behind it (its ``socket.js``, ``endPoint``)."""
    path = f"{url.path.rstrip('/')}/websocket" if url.path is not None else None
    text = url.text if "?" in url.text else f"{url.text.rstrip('/')}/websocket"
    return replace(url, text=text, path=path)


def _url_node(site: Site) -> SgNode | None:
    wanted = site.shape.get("url", 0)
    if isinstance(wanted, str):
        return site.options.get(wanted)
    return site.arguments[wanted] if isinstance(wanted, int) and len(site.arguments) > wanted else None


def _socket_io_urls(site: Site) -> tuple[Url, ...]:
    """``io()`` and ``io({...})`` go to the page's own address; the path of a URL is a namespace, so the option decides."""
    option = site.options.get("path")
    path = (site.evaluator.text(option) if option is not None else None) or "/socket.io/"
    path = path if path.endswith("/") else f"{path}/"
    path = path if path.startswith("/") else f"/{path}"
    first = site.arguments[0] if site.arguments else None
    if first is None or object_of(site.script, first) is not None or first.text() in ("undefined", "null", '""', "''"):
        return (same_origin(site.place, path),)
    found = urls_of(site.script, first, path)
    if any(value.literal == "" for value in site.evaluator.values(first)):
        found = (*(url for url in found if url.text), same_origin(site.place, path))
    return found


def _with_url(site: Site) -> list[SgNode]:
    """The arguments of the ``withUrl`` chained onto this builder, else of the only one in the script."""
    calls = [call for call, _, _ in site.script.methods("withUrl")]
    own = [call for call in calls if syntax.within(site.node, call)]
    chosen = own or (calls if len(calls) == 1 else [])
    return list(syntax.arguments(chosen[0])) if chosen else []


def _signalr_urls(site: Site) -> tuple[Url, ...]:
    given = _with_url(site)
    path = site.evaluator.text(given[0]) if given else None
    if path is not None and path.startswith("/") and not path.startswith("//"):
        return (same_origin(site.place, path.split("?", 1)[0]),)
    return tuple(url for url in urls_of(site.script, given[0]) if url.text) if given else ()


def _transports(site: Site) -> tuple[str, ...]:
    if site.library.id == _SIGNALR and len(given := _with_url(site)) > 1:
        return ("websocket",) if re.search(r"\bskipNegotiation:\s*true\b", given[1].text()) else site.library.transports
    node = site.options.get("transports")
    listed = re.findall(r"[\"'](\w+)[\"']", node.text()) if node is not None and node.kind() == "array" else []
    return tuple(listed) or site.library.transports


# ---------------------------------------------------------------- after a close


def _reconnect(site: Site) -> Reconnect | None:
    if site.library.id in _RAW and _handed_over(site):
        return None
    if site.library.id == "stompjs" and site.shape.get("export") != "Client":
        return None
    if site.library.id in _RAW:
        return reconnects.reconnect(site.script, site.node)
    facts = site.library.reconnect
    return None if facts is None else _by_library(site, facts)


def _handed_over(site: Site) -> bool:
    """True for a raw socket that another library is given: ``Stomp.over(new SockJS())``, ``webSocketFactory: () => ...``."""
    for above in site.node.ancestors():
        kind = above.kind()
        if kind == "arguments":
            call = above.parent()
            function = syntax.callee(call) if call is not None else None
            return function is not None and bool(
                re.search(r"over$|wrap|adapter|provider|client|transport", function.text(), re.IGNORECASE)
            )
        if kind in ("pair", "assignment_expression", "method_definition"):
            target = above.field("key") or above.field("left") or above.field("name")
            if target is not None and re.search(r"factory|createSocket|createWebSocket", target.text(), re.IGNORECASE):
                return True
        if kind == "variable_declarator":
            name = above.field("name")
            return name is not None and bool(re.search(rf"over\(\s*{re.escape(name.text())}\b", site.script.text))
        if kind in ("class_body", "program"):
            return False
    return False


def _by_library(site: Site, facts: Any) -> Reconnect:
    """The library's schedule with the options that the code sets."""
    keys = dict(facts.get("keys", {}))
    unit = 1000 if facts.get("unit", "ms") == "ms" else 1
    delay = _number(site, keys.get("delay_s"), unit, facts.get("delay_s"))
    cap = _number(site, keys.get("max_delay_s"), unit, facts.get("max_delay_s"))
    attempts = _number(site, keys.get("attempts"), 1, facts.get("attempts"))
    switched = _switched(site, keys.get("enabled"))
    kind: Literal["none", "immediate", "fixed", "exponential", "library"] = facts.get("kind", "library")
    if switched is False or (switched is None and facts.get("off")):
        kind = "none"
    elif facts.get("off") and kind == "none":
        kind = "library"
    if kind == "none":
        return Reconnect("none", place=site.place)
    policy = _policy(site, keys.get("enabled"))
    if policy is not None:
        attempts = len(syntax.named(policy)) if policy.kind() == "array" else None
    waits = [site.evaluator.number(node) for node in syntax.named(policy)] if policy is not None and attempts else []
    known = [wait / unit for wait in waits if wait is not None]
    listed = bool(waits) and len(known) == len(waits)
    if listed:
        delay, cap = known[0], max(known)
    tries = None if attempts is None or attempts == facts.get("endless") else int(attempts)
    again = tries is not None and reconnects.resumed(site.script.text, _opening(site))
    growth: Literal["doubling", "listed"] = "listed" if listed else "doubling"
    return Reconnect(kind, delay, cap, bool(facts.get("jitter")), tries, site.place, growth, resumed=again)


def _policy(site: Site, name: str | None) -> SgNode | None:
    """A schedule of the code's own that the method which turns reconnecting on is given (``[0, 2000]``, an object)."""
    if name is None or not name.endswith("()"):
        return None
    calls = [call for call, _, _ in site.script.methods(name[:-2])]
    given = syntax.arguments(calls[0]) if calls else []
    return given[0] if given else None


def _opening(site: Site) -> tuple[str, ...]:
    """What opens the socket again: the client's own methods."""
    return tuple(f"{site.variable}.{method}" for method in ("connect", "open", "reconnect")) if site.variable else ()


def _option(site: Site, name: str) -> SgNode | None:
    node = site.options.get(name.split(".")[0])
    for step in name.split(".")[1:]:
        inner = object_of(site.script, node) if node is not None else None
        node = dict(syntax.entries(inner)).get(step) if inner is not None else None
    return node


def _number(site: Site, name: str | None, unit: float, default: float | None) -> float | None:
    node = _option(site, name) if name else None
    if node is None:
        return default
    if node.text() in ("Infinity", "Number.POSITIVE_INFINITY", "Number.MAX_SAFE_INTEGER"):
        return None
    number = site.evaluator.number(node)
    return None if number is None else number / unit


def _switched(site: Site, name: str | None) -> bool | None:
    """Whether the option or method that turns reconnecting on or off stands there, and which way."""
    if name is None:
        return None
    if name.endswith("()"):
        return True if next(site.script.methods(name[:-2]), None) else None
    node = _option(site, name)
    if node is None:
        return None
    return node.text() not in ("false", "() => false", "0")


# ---------------------------------------------------------------- what it is for


def _one_shot(site: Site) -> bool:
    """A script of a tools folder, or a socket that is closed once its answer is there."""
    if _TOOLS.search(site.script.path) and not _SHOWN.search(site.script.path):
        return True
    if site.script.text.startswith("#!"):
        return True
    name = site.variable
    if name is None:
        return False
    for event in ("onmessage", "onopen"):
        for assignment in site.script.assigned.get(f"{name}.{event}", ()):
            right = assignment.field("right")
            if right is not None and _closes(right, name):
                return True
    for call, holder, _ in site.script.methods("on", "once", "addEventListener"):
        given = syntax.arguments(call)
        if (
            holder.text() == name
            and len(given) > 1
            and syntax.string(given[0]) in ("message", "open", "connect")
            and _closes(given[1], name)
        ):
            return True
    return False


def _closes(handler: SgNode, name: str) -> bool:
    """True where a handler closes the socket, or ends the process, whatever the message says."""
    inner = syntax.body(handler) if handler.kind() in syntax.FUNCTIONS else None
    for call in calls_in(inner) if inner is not None else ():
        function = syntax.callee(call)
        ends = function is not None and re.fullmatch(
            rf"{re.escape(name)}\??\.(?:close|terminate|disconnect|end)|process\.exit", function.text()
        )
        around = call.ancestors()
        inside = around[: next((index for index, above in enumerate(around) if above == inner), len(around))]
        if ends and not any(above.kind() in _CONDITIONS for above in inside):
            return True
    return False

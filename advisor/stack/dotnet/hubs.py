"""SignalR hubs, Blazor Server and the services that join or replace them -> servers, backplanes and managed clients."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from advisor.model import Endpoint, Heartbeat, Place, Use
from advisor.stack.curly.paths import joined, template
from advisor.stack.curly.syntax import Call, Unit
from advisor.stack.dotnet.project import DotNet, grouped, set_to, size
from advisor.stack.library import libraries

WORDS = (
    "MapHub",
    "AddSignalR",
    "AddServerSideBlazor",
    "AddHubOptions",
    "AddStackExchangeRedis",
    "AddAzureSignalR",
    "MapBlazorHub",
    "AddInteractiveServerRenderMode",
    "Clients.All",
    "Clients.Group",
    "Clients.Others",
    "Clients.User",
    "Clients.Client",
    "HubOptions",
    "WebSocketOptions",
    "AddCookie",
    "AddIdentity",
    "AddDefaultIdentity",
)
_MAPS = re.compile(r"\bMapHub\s*<")
_SENDS = re.compile(
    r"\bClients\s*\.\s*(?:All|Others|Group|Groups|AllExcept|GroupExcept|OthersInGroup|User|Users|Client|Clients)\b"
)
_COOKIES = re.compile(r"\bAdd(?:Cookie|Identity|DefaultIdentity)\s*[(<]|AddIdentityCookies")


def detect(project: DotNet) -> Iterator[Use]:
    """One server for the hubs of a program, one for Blazor's; the backplane or service that they are given."""
    yield from _hubs(project)
    yield from _blazor(project)


def _hubs(project: DotNet) -> Iterator[Use]:
    units = [unit for unit in project.units("MapHub", sign=_MAPS) if any(call.types for call in unit.called("MapHub"))]
    for group in grouped(project, units):
        maps = [(unit, call) for unit in group for call in unit.called("MapHub") if call.types]
        unit, call = maps[0]
        around = project.around(
            unit,
            "AddSignalR",
            "AddHubOptions",
            "HubOptions",
            "AddStackExchangeRedis",
            "AddAzureSignalR",
            "AddCookie",
            "AddIdentity",
            "AddDefaultIdentity",
        )
        azure = [(each, found) for each in around for found in each.called("AddAzureSignalR", "AddNamedAzureSignalR")]
        if any(not _conditional(each, found) for each, found in azure):
            yield project.use(azure[0][0], azure[0][1].node, "azure-signalr", "managed_client")
            continue
        names = {name for _, found in maps for name in found.types}
        seen: dict[str, Any] = {
            "broadcasts": _sends(project, unit, names),
            "origins": origins(project, unit),
            "cookies": any(_COOKIES.search(each.text) for each in around) and _authorized(project, unit, names),
            **_options(project, around, "signalr"),
            **_joined(around),
        }
        if all(
            "HttpTransportType.WebSockets" in found.node.text() and "LongPolling" not in found.node.text() for _, found in maps
        ):
            seen["transports"] = ("websocket",)
        endpoints = [endpoint for each, found in maps for endpoint in _endpoints(project, each, found)]
        yield project.use(unit, call.node, "signalr", "server", endpoints=tuple(dict.fromkeys(endpoints)), **seen)


def _endpoints(project: DotNet, unit: Unit, call: Call) -> Iterator[Endpoint]:
    at, values = project.listening(unit), project.values(unit)
    path = values.shown(call.argument(0, "pattern", "path"))
    outer = project.prefix(unit) + _group(project, unit, call)
    whole, _ = template(joined(outer, path)) if not path.startswith("{") else (None, True)
    yield Endpoint(whole, unit.place(call.node), at.port, at.port_from, at.bind, True)


def _group(project: DotNet, unit: Unit, call: Call) -> str:
    """``var api = app.MapGroup("/api"); api.MapHub<X>("/x")``."""
    name = call.receiver.text() if call.receiver is not None else ""
    for given in unit.assigned.get(name, [])[:1]:
        made = unit.call_at(given)
        if made is not None and made.name == "MapGroup":
            return "/" + project.values(unit).shown(made.argument(0)).strip("/")
    return ""


def _conditional(unit: Unit, call: Call) -> bool:
    return any(
        parent.kind() in ("if_statement", "conditional_expression", "switch_section", "else_clause")
        for parent in call.node.ancestors()
    )


def _sends(project: DotNet, unit: Unit, names: set[str]) -> Place | None:
    """Where one of the hubs, or code that was given it, sends to other sockets than the caller's."""
    words = ("Clients.All", "Clients.Group", "Clients.Others", "Clients.User", "Clients.Client")
    for each in project.around(unit, *words, sign=_SENDS):
        if not any(re.search(rf"\b{re.escape(name)}\b", each.text) for name in names):
            continue
        for node in each.file.of_kind("member_access_expression"):
            if _SENDS.search(node.text()[:200]) and len(node.text()) < 200:
                return each.place(node)
    return None


def _authorized(project: DotNet, unit: Unit, names: set[str]) -> bool:
    """True where a hub, or its mapping, asks for a signed-in user."""
    for each in project.around(unit, "Clients.All", "Clients.Group", "Clients.Others", "MapHub", "HubOptions"):
        for found in each.classes:
            if found.name in names and re.search(r"\[Authorize\b", found.node.text()[:400]):
                return True
        if any(following.name == "RequireAuthorization" for call in each.called("MapHub") for following in each.onward(call)):
            return True
    return False


def _options(project: DotNet, around: list[Unit], library: str, *names: str) -> dict[str, Any]:
    """``AddSignalR(o => { o.KeepAliveInterval = ...; o.MaximumReceiveMessageSize = ...; })``."""
    seen: dict[str, Any] = {}
    default = libraries()[library].heartbeat(None)
    for unit in around:
        values = project.values(unit)
        for call in unit.called(*(names or ("AddSignalR", "AddHubOptions", "Configure"))):
            if call.name == "Configure" and "HubOptions" not in call.types:
                continue
            for node in call.values:
                given = set_to(node)
                if "KeepAliveInterval" in given and default is not None:
                    interval = values.seconds(given["KeepAliveInterval"])
                    wait = (
                        values.seconds(given["ClientTimeoutInterval"]) if "ClientTimeoutInterval" in given else default.timeout_s
                    )
                    place = unit.place(given["KeepAliveInterval"])
                    fact = f"{library}/heartbeat"
                    seen["heartbeat"] = Heartbeat("both", "configured", interval, wait, place, fact=fact) if interval else None
                if "MaximumReceiveMessageSize" in given:
                    most = given["MaximumReceiveMessageSize"]
                    seen["max_message"] = size("MaximumReceiveMessageSize", values.number(most), unit.place(most))
    return seen


def _joined(around: list[Unit]) -> dict[str, Any]:
    if any(call for unit in around for call in unit.called("AddStackExchangeRedis") if "SignalR" in unit.text):
        return {"backplane": "signalr-redis", "backplane_scope": "network"}
    return {}


def origins(project: DotNet, unit: Unit) -> tuple[str, ...] | None:
    """``AllowedOrigins`` of the WebSocket middleware, which acts on every socket of the program."""
    found: list[str] = []
    for each in project.around(unit, "WebSocketOptions"):
        values = project.values(each)
        for call in each.called("WebSocketOptions"):
            if call.made and call.block is not None:
                given = set_to(call.block).get("AllowedOrigins")
                found += values.texts(given) if given is not None else []
        for call in each.called("Add"):
            if call.receiver is not None and call.receiver.text().endswith("AllowedOrigins"):
                found += values.texts(call.argument(0))
    return tuple(dict.fromkeys(found)) or None


def _blazor(project: DotNet) -> Iterator[Use]:
    units = [
        unit
        for unit in project.units("MapBlazorHub", "AddInteractiveServerRenderMode")
        if unit.called("MapBlazorHub", "AddInteractiveServerRenderMode")
    ]
    for group in grouped(project, units):
        unit = group[0]
        call = unit.called("MapBlazorHub", "AddInteractiveServerRenderMode")[0]
        at = project.listening(unit)
        around = project.around(unit, "AddServerSideBlazor", "AddHubOptions", "HubOptions")
        given = project.values(unit).text(call.argument(0)) if call.name == "MapBlazorHub" and call.values else None
        path = joined(project.prefix(unit), given if given and given.startswith("/") else "/_blazor")
        endpoint = Endpoint(path, unit.place(call.node), at.port, at.port_from, at.bind, True)
        seen = _options(project, around, "blazor-server", "AddHubOptions", "AddServerSideBlazor")
        yield project.use(unit, call.node, "blazor-server", "server", endpoints=(endpoint,), **seen)

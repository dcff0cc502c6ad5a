"""Django Channels: consumers, their routing, the channel layer and the origin check -> one server use for each project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from advisor.model import Endpoint, Place, Use
from advisor.scope import scope_of
from advisor.stack.library import libraries
from advisor.stack.python.module import Module, argument
from advisor.stack.python.project import Project
from advisor.stack.python.values import Environment, value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_ROUTING = ("as_asgi", "websocket_urlpatterns", "URLRouter", "WebsocketConsumer")
_NAMED = re.compile(r"as_asgi|websocket_urlpatterns")
WORDS = (*_ROUTING, "AsyncConsumer", "CHANNEL_LAYERS", "ALLOWED_HOSTS", "group_send", "ProtocolTypeRouter", "OriginValidator")
_PATHS = {
    "django.urls.path": False,
    "django.urls.re_path": True,
    "django.urls.conf.path": False,
    "django.urls.conf.re_path": True,
    "django.conf.urls.url": True,
    "channels.routing.route": True,
}
_GROWS = re.compile(
    r"\bALLOWED_HOSTS\s{0,5}(?:\+=|\.(?:append|extend|insert)\()|\bdjango_(?:on_)?heroku\b|^\s{0,20}from\s+\.{0,2}[\w.]{0,80}\s+import\s+\*",
    re.MULTILINE,
)
"""Signs that the list is not all that is allowed: it is added to, or what stands elsewhere is put over it."""
_LITERAL = re.compile(r"(?:[\w/ ~:@!,;=&%-]|\\[-./_]|\.(?![*+?{]))*")


class _Route(NamedTuple):
    module: Module
    node: SgNode
    path: str | None
    prefix: bool


def detect(project: Project) -> Iterator[Use]:
    """A use for every app and scope that has consumers; ``channels`` in INSTALLED_APPS alone is none."""
    grouped: dict[tuple[str, str], list[Module]] = {}
    for module in project.modules(*_ROUTING):
        if any(name.startswith("channels.") for name in module.imports.values()) or _NAMED.search(module.text):
            grouped.setdefault((project.owner(module).id, scope_of(module.file)), []).append(module)
    for modules in grouped.values():
        routes = [route for module in modules for route in _routes(project, module, modules)]
        consumers = [(module, node) for module in modules for node in _consumers(module)]
        if routes or consumers:
            yield from _uses(project, modules, routes, consumers)


def _consumers(module: Module) -> Iterator[SgNode]:
    """Classes below one of Channels' WebSocket consumers."""
    for node, bases in module.classes.values():
        if any(base.startswith("channels.") and base.endswith(("WebsocketConsumer", "AsyncConsumer")) for base in bases):
            yield node


def _routes(project: Project, module: Module, modules: list[Module]) -> Iterator[_Route]:
    for call in module.called(*_PATHS):
        target = argument(call.node, 1, "view", "consumer")
        if target is None or not _is_consumer(project, module, target):
            continue
        written = value(project, module, argument(call.node, 0, "route", "regex"))
        before = _outer(project, module, call.node, modules)
        path, prefix = _public(before, written if isinstance(written, str) else None, _PATHS[call.name])
        yield _Route(module, call.node, path, prefix)


def _is_consumer(project: Project, module: Module, target: SgNode) -> bool:
    """``X.as_asgi()`` where X is not itself a router, or (before Channels 3) the consumer class alone."""
    if ".as_asgi" in target.text():
        return not target.text().startswith("URLRouter")
    site = project.locate(module, target)
    bases = site.module.classes[site.name][1] if site and site.name in site.module.classes else ()
    return any(base.startswith("channels.") or base.endswith("WebsocketConsumer") for base in bases)


def _outer(project: Project, module: Module, node: SgNode, modules: list[Module]) -> str | None:
    """The prefix of ``path("ws/", URLRouter(patterns))`` around the list that a route stands in."""
    names = [_left(parent) for parent in node.ancestors() if parent.kind() in ("assignment", "augmented_assignment")]
    name = next((name for name in names if name), None)
    for other in modules if name else []:
        for call in other.called(*_PATHS):
            inner = argument(call.node, 1, "view")
            if inner is None or inner.kind() != "call" or other.name(inner.field("function")) != "channels.routing.URLRouter":
                continue
            site = project.locate(other, argument(inner, 0, "routes"))
            if site and (site.module.file, site.name) == (module.file, name):
                written = value(project, other, argument(call.node, 0, "route"))
                return written if isinstance(written, str) else None
    return ""


def _left(assignment: SgNode) -> str | None:
    left = assignment.field("left")
    return left.text() if left is not None else None


def _public(before: str | None, written: str | None, regular: bool) -> tuple[str | None, bool]:
    """A Django route -> the path before its first parameter, and whether more follows."""
    if before is None or written is None:
        return None, False
    before = before.lstrip("^/")
    if not regular:
        head, sign, _ = (before + written.lstrip("/")).partition("<")
        return (f"/{head}", bool(sign)) if head or not sign else (None, False)
    pattern = written.lstrip("^").removesuffix("$").removesuffix(r"\Z")
    match = _LITERAL.match(pattern)
    head = match[0] if match else ""
    rest = pattern[len(head) :]
    if rest[:1] in ("?", "*", "{"):
        head = head[:-1]
    head = re.sub(r"\\(.)", r"\1", head)
    whole = bool(rest) or not written.endswith(("$", r"\Z"))
    path = f"/{before}{head.lstrip('/')}"
    return (path, whole) if len(path) > 1 or not rest else (None, False)


def _uses(project: Project, modules: list[Module], routes: list[_Route], consumers: list[tuple[Module, SgNode]]) -> Iterator[Use]:
    known = libraries()["django-channels"]
    first, node = (routes[0].module, routes[0].node) if routes else consumers[0]
    root, scope = project.owner(first), scope_of(first.file)
    layer = _layer(project, first)
    sends = _group_send(project, first)
    endpoints = tuple(Endpoint(route.path, route.module.place(route.node), prefix=route.prefix) for route in routes)
    origins, origins_place = _origins(project, first)
    attached = layer.library if layer and layer.library != "unknown" else None
    if layer and layer.library == "unknown":
        sends = None
    yield Use(
        known.id,
        known.name,
        "server",
        root.id,
        first.place(node),
        certainty="explicit" if routes else "strong",
        scope=scope,
        version=project.packages.version(root, known.packages),
        endpoints=endpoints or (Endpoint(None, first.place(node)),),
        broadcasts=(layer.place if layer and not attached else sends) if sends else None,
        backplane=attached,
        backplane_scope="network" if attached else None,
        origins=origins,
        origins_place=origins_place,
        runs_in="asgi",
        cookies=_called(project, first, "AuthMiddlewareStack", "SessionMiddlewareStack", "CookieMiddleware") is not None,
    )
    if layer and attached and attached in libraries():
        backplane = libraries()[attached]
        version = project.packages.version(root, backplane.packages)
        yield Use(attached, backplane.name, "backplane", root.id, layer.place, scope=scope, version=version, runs_in="platform")


class _Layer(NamedTuple):
    """``library`` is ``None`` for the layer that lives in one process, ``unknown`` where the backend is computed."""

    library: str | None
    place: Place


def _layer(project: Project, module: Module) -> _Layer | None:
    """The channel layer that the settings name; one between processes wins over one in memory, which is then a fallback."""
    near = list(project.siblings(module, "CHANNEL_LAYERS"))
    everywhere = (other for other in project.modules("CHANNEL_LAYERS") if scope_of(other.file) == "production")
    found = [layer for settings in near or everywhere for layer in _layers(project, settings)]
    return next((layer for layer in found if layer.library), next(iter(found), None))


def _layers(project: Project, settings: Module) -> Iterator[_Layer]:
    for right in settings.assigned.get("CHANNEL_LAYERS", []):
        for pair in right.find_all(kind="pair"):
            key, given = pair.field("key"), pair.field("value")
            if key is None or given is None or key.text().strip("\"'") != "BACKEND":
                continue
            backend = value(project, settings, given)
            backend = backend.default if isinstance(backend, Environment) else backend
            library = _backend(backend) if isinstance(backend, str) else "unknown"
            if library == "unknown" and "channels_redis" in settings.text:
                library = "channels-redis"
            yield _Layer(library, settings.place(pair))


def _backend(dotted: str) -> str | None:
    if "inmemory" in dotted.lower():
        return None
    package = dotted.partition(".")[0]
    return "channels-redis" if package == "channels_redis" else package.replace("_", "-")


def _group_send(project: Project, module: Module) -> Place | None:
    """Where a message goes to a group; from consumers where they do it, else from anywhere."""
    found: list[tuple[bool, Place]] = []
    for other in project.siblings(module, "group_send"):
        for node in other.root.find_all(kind="attribute"):
            attribute = node.field("attribute")
            if attribute is not None and attribute.text() == "group_send":
                found.append((not any(True for _ in _consumers(other)), other.place(node)))
    return min(found)[1] if found else None


def _called(project: Project, module: Module, *names: str) -> tuple[Module, SgNode] | None:
    for other in project.siblings(module, "ProtocolTypeRouter"):
        for call in other.calls:
            if call.name.rpartition(".")[2] in names:
                return other, call.node
    return None


def _origins(project: Project, module: Module) -> tuple[tuple[str, ...] | None, Place | None]:
    """Origins that a validator around the router lets in: ALLOWED_HOSTS, or its own list."""
    own = _called(project, module, "OriginValidator")
    if own:
        return _listed(value(project, own[0], argument(own[1], 1, "allowed_origins"))), own[0].place(own[1])
    validator = _called(project, module, "AllowedHostsOriginValidator")
    if not validator:
        return None, None
    place = validator[0].place(validator[1])
    files = list(project.siblings(module, "ALLOWED_HOSTS"))
    hosts = [value(project, settings, right) for settings in files for right in settings.assigned.get("ALLOWED_HOSTS", [])]
    grows = any(_GROWS.search(settings.text) for settings in files)
    return (_listed(hosts[0]) if len(hosts) == 1 and not grows else ("{ALLOWED_HOSTS}",)), place


def _listed(found: object) -> tuple[str, ...]:
    if isinstance(found, list) and found and all(isinstance(item, str) for item in found):
        return tuple(found)
    return ("{computed}",)

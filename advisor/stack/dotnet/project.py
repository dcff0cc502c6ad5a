"""The C# code of a tree with its settings and packages, and the making of a use from what was seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from advisor.formats import json as json_format
from advisor.formats.document import Unreadable
from advisor.model import Endpoint, Place, Role, Setting, Use
from advisor.scope import scope_of
from advisor.stack import by_library
from advisor.stack.apps import Apps, Root
from advisor.stack.curly import relays
from advisor.stack.curly.keeping import observed, sends_to_kept
from advisor.stack.curly.project import Family
from advisor.stack.curly.relays import relayed
from advisor.stack.curly.syntax import Call, Unit, simple
from advisor.stack.dotnet.packages import Packages
from advisor.stack.library import libraries
from advisor.tree import Tree

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_KEEPS = re.compile(r"(?:Dictionary|List|Bag|Set|Queue|Collection|Array)\s?<")
_LISTENS = re.compile(r"\.Run\s*\(|\bUseUrls\s*\(|\bListen(?:AnyIP|Localhost)?\s*\(|\bUrls\.Add\s*\(")
_LARGEST = 300_000
_MOST_AROUND = 40

PortFrom = Literal["literal", "environment", "default"]
LISTENING_WORDS = (
    "WebApplication.CreateBuilder",
    "UseUrls",
    "ListenAnyIP",
    "ListenLocalhost",
    "UseKestrel",
    "ConfigureKestrel",
    "UsePathBase",
)


@dataclass(frozen=True, slots=True)
class Listening:
    """Where an app listens, and the path base that is taken off every request."""

    port: int | None = None
    port_from: PortFrom | None = None
    bind: str | None = None


class DotNet(Family):
    """The C# code of one tree. A class library belongs to the one program that refers to it."""

    def __init__(self, tree: Tree, apps: Apps) -> None:
        super().__init__(tree, apps, (("csharp", (".cs",)),))
        self.packages = Packages(tree, apps)

    def owner(self, unit: Unit) -> Root:
        return self.packages.program(self.apps.owner(unit.path))

    def around(self, unit: Unit, *words: str, sign: re.Pattern[str] | None = None) -> list[Unit]:
        """The file, and those of the same program and scope that hold one of the words."""
        root, scope = self.owner(unit), scope_of(unit.path)
        found = [unit]
        for path in self.paths(*words, sign=sign):
            same = (
                path != unit.path and scope_of(path) == scope and self.packages.program(self.apps.owner(path)).path == root.path
            )
            each = self.unit(path) if same and len(found) < _MOST_AROUND else None
            if each is not None:
                found.append(each)
        return found

    def listening(self, unit: Unit) -> Listening:
        """What the code binds, where it says one address; else what appsettings.json does. ASP.NET's own default is not told:
        it is 5000 on this machine alone, and 8080 on all addresses in Microsoft's images.
        """
        found = [at for each in self.around(unit, *LISTENING_WORDS, sign=_LISTENS) for at in _bound(self, each)]
        if found:
            return found[0] if all(each == found[0] for each in found) else Listening()
        return self._settings(self.owner(unit))

    def _settings(self, root: Root) -> Listening:
        before = "" if root.path == "." else f"{root.path}/"
        for name in ("appsettings.Production.json", "appsettings.json"):
            text = self.tree.text(before + name)
            if text is None or len(text) > _LARGEST:
                continue
            try:
                data = json_format.load(text, before + name)
            except (Unreadable, RecursionError):
                continue
            urls = list(_urls(data))
            if len(urls) == 1:
                return of_url(urls[0])
        return Listening()

    def prefix(self, unit: Unit) -> str:
        """``app.UsePathBase("/x")``, where it is literal."""
        for each in self.around(unit, "UsePathBase"):
            for call in each.called("UsePathBase"):
                text = self.values(each).text(call.argument(0))
                return "/" + text.strip("/") if text and "{" not in text and text.strip("/") else ""
        return ""

    def use(self, unit: Unit, node: SgNode, library: str, role: Role, **seen: Any) -> Use:
        """A use with the library's defaults, in the file's program and scope."""
        known, root = libraries()[library], self.owner(unit)
        version = self.packages.version(self.apps.owner(unit.path), known.packages) or self.packages.version(root, known.packages)
        return by_library.use(known, role, root.id, unit.place(node), scope=scope_of(unit.path), version=version, **seen)

    def server(
        self, unit: Unit, node: SgNode, library: str, endpoints: Iterable[Endpoint], around: Iterable[Unit] = (), **seen: Any
    ) -> Use:
        """A server; its pings on a timer and its broadcasts are looked for in its file and those around."""
        units = list(dict.fromkeys([unit, *around]))
        if seen.get("broadcasts") is None:
            seen["broadcasts"] = next(
                (place for each in units if _KEEPS.search(each.text) and (place := sends_to_kept(each))), None
            )
        sends: Place | None = seen["broadcasts"]
        if sends is not None and relayed(sends, self.unit(sends.file), self.around(unit, *relays.WORDS)):
            seen |= {"backplane": relays.BROKER, "backplane_scope": "network"}
        pings = observed(units, self.values)
        if pings.seen and (seen.get("heartbeat") is None or seen["heartbeat"].sender == "none"):
            seen["heartbeat"] = pings.beat
        return self.use(unit, node, library, "server", endpoints=tuple(dict.fromkeys(endpoints)), **seen)


def grouped(project: DotNet, units: Iterable[Unit]) -> list[list[Unit]]:
    """Files by program, and by whether they are tests."""
    found: dict[tuple[str, str], list[Unit]] = {}
    for unit in units:
        found.setdefault((project.owner(unit).id, scope_of(unit.path)), []).append(unit)
    return list(found.values())


def set_to(node: SgNode | None) -> dict[str, SgNode]:
    """``o.KeepAliveInterval = X`` and ``KeepAliveInterval = X`` below a node: name -> value."""
    found: dict[str, SgNode] = {}
    for each in node.find_all(kind="assignment_expression") if node is not None else ():
        left, right = each.field("left"), each.field("right")
        if left is not None and right is not None:
            found.setdefault(simple(left.text()), right)
    return found


def size(key: str, amount: float | None, place: Place) -> Setting | None:
    """A message size that the code sets."""
    return Setting(key, f"{amount:.0f}", place, int(amount), "dotnet") if amount and amount < 2**62 else None


def of_url(text: str) -> Listening:
    """``http://+:8080`` -> port 8080 on every address; ``https`` beside it counts for nothing."""
    text = text.strip().replace("://+", "://0.0.0.0").replace("://*", "://0.0.0.0")
    try:
        parts = urlsplit(text)
        number = parts.port
    except ValueError:
        return Listening()
    if not parts.hostname or "{" in text:
        return Listening()
    return Listening(number or (443 if parts.scheme == "https" else 80), "literal", parts.hostname)


def _urls(data: Any) -> Iterator[str]:
    """``Urls``, and the plain endpoints of ``Kestrel``."""
    if not isinstance(data, dict):
        return
    lowered = {str(key).lower(): value for key, value in data.items()}
    urls = lowered.get("urls")
    if isinstance(urls, str):
        yield from (url for url in urls.split(";") if url.startswith("http:"))
    kestrel = lowered.get("kestrel")
    endpoints = kestrel.get("Endpoints", kestrel.get("EndPoints")) if isinstance(kestrel, dict) else None
    for endpoint in endpoints.values() if isinstance(endpoints, dict) else ():
        url = endpoint.get("Url") if isinstance(endpoint, dict) else None
        if isinstance(url, str) and url.startswith("http:"):
            yield url


def _bound(project: DotNet, unit: Unit) -> Iterator[Listening]:
    values = project.values(unit)
    for call in unit.called("Run", "RunAsync", "UseUrls"):
        for node in call.values:
            found = values.of(node)
            if isinstance(found, str) and found.startswith("http:"):
                yield of_url(found)
    for call in unit.called("ListenAnyIP", "ListenLocalhost", "Listen"):
        yield from _listens(project, unit, call)


def _listens(project: DotNet, unit: Unit, call: Call) -> Iterator[Listening]:
    position = 1 if call.name == "Listen" else 0
    if "UseHttps" in call.node.text() or len(call.values) <= position:
        return
    number, origin = project.values(unit).port(call.values[position])
    if origin is None:
        return
    address = call.values[0].text()
    loopback = call.name == "ListenLocalhost" or "Loopback" in address
    everywhere = call.name == "ListenAnyIP" or address.endswith("Any")
    yield Listening(number, origin, "127.0.0.1" if loopback else "0.0.0.0" if everywhere else None)  # noqa: S104 - as written there

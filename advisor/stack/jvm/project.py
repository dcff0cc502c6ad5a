"""The Java and Kotlin code of a tree with its settings and packages, and the making of a use from what was seen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from advisor.model import Endpoint, Place, Role, Setting, Use
from advisor.scope import scope_of
from advisor.stack import by_library
from advisor.stack.apps import Apps, Root
from advisor.stack.curly import relays
from advisor.stack.curly.keeping import observed, sends_to_kept
from advisor.stack.curly.project import Family
from advisor.stack.curly.relays import relayed
from advisor.stack.curly.syntax import Unit
from advisor.stack.jvm.packages import Packages
from advisor.stack.jvm.settings import Given, Settings, conf, read
from advisor.stack.library import libraries
from advisor.tree import Tree

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_LANGUAGES = (("java", (".java",)), ("kotlin", (".kt",)))
_KEEPS = re.compile(r"(?:Map|Set|List|Queue)\s?<|(?:Map|Set|List)Of")

PortFrom = Literal["literal", "environment", "default"]


@dataclass(frozen=True, slots=True)
class Listening:
    """Where an app listens, and the path that its settings put before every other."""

    port: int | None = None
    port_from: PortFrom | None = None
    bind: str | None = None
    prefix: str = ""


class Jvm(Family):
    """Java and Kotlin of one tree."""

    def __init__(self, tree: Tree, apps: Apps) -> None:
        super().__init__(tree, apps, _LANGUAGES)
        self.packages = Packages(tree, apps)
        self._settings: dict[str, Settings] = {}

    def settings(self, root: Root) -> Settings:
        if root.path not in self._settings:
            self._settings[root.path] = read(self.tree, self.apps, root)
        return self._settings[root.path]

    def setting(self, unit: Unit, text: str) -> Any:
        return self.settings(self.owner(unit)).value(text)

    def listening(self, root: Root, framework: str) -> Listening:
        """Port, address and path prefix by the framework's settings; its default port where they name none."""
        names = _SETTINGS[framework]
        settings = self.settings(root)
        if framework == "ktor":
            settings = Settings({**settings.keys, **{f"ktor.deployment.{key}": given for key, given in self._conf(root).items()}})
        number, origin, _ = settings.port(names["port"])
        bind = settings.text(names["bind"]) if "bind" in names else None
        prefix = (
            next((text for each in names["prefix"].split() if (text := settings.text(each))), "") if "prefix" in names else ""
        )
        if origin is None:
            return Listening(8080, "default", bind, _prefix(prefix)) if framework != "ktor" else Listening(None, None, bind)
        return Listening(number, origin, bind, _prefix(prefix))

    def _conf(self, root: Root) -> dict[str, Given]:
        return dict(conf(self.tree, self.apps, root))

    def of_app(self, unit: Unit, *words: str, sign: re.Pattern[str] | None = None) -> list[Unit]:
        """The file and those of the same app and scope that hold one of the words."""
        around = self.beside(self.owner(unit), scope_of(unit.path), *words, sign=sign)
        return [unit, *(each for each in around if each is not unit)]

    def use(self, unit: Unit, node: SgNode, library: str, role: Role, **seen: Any) -> Use:
        """A use with the library's defaults, in the file's app and scope."""
        known, root = libraries()[library], self.owner(unit)
        version = self.packages.version(root, known.packages)
        return by_library.use(known, role, root.id, unit.place(node), scope=scope_of(unit.path), version=version, **seen)

    def server(
        self, unit: Unit, node: SgNode, library: str, endpoints: Iterable[Endpoint], around: Iterable[Unit] = (), **seen: Any
    ) -> Use:
        """A server; its pings on a timer and its broadcasts are looked for in its file and those around."""
        units = list(dict.fromkeys([unit, *around]))
        if seen.get("broadcasts") is None:
            seen["broadcasts"] = first(sends_to_kept(each) for each in units if _KEEPS.search(each.text))
        if "backplane" not in seen:
            seen |= self.joined(unit, seen["broadcasts"])
        pings = observed(units, self.values)
        if pings.seen and (seen.get("heartbeat") is None or seen["heartbeat"].sender == "none"):
            seen["heartbeat"] = pings.beat
        return self.use(unit, node, library, "server", endpoints=tuple(dict.fromkeys(endpoints)), **seen)

    def joined(self, unit: Unit, sends: Place | None) -> dict[str, Any]:
        """The broker over which what one instance sends reaches the sockets of the others."""
        if sends is not None and relayed(sends, self.unit(sends.file), self.of_app(unit, *relays.WORDS)):
            return {"backplane": relays.BROKER, "backplane_scope": "network"}
        return {}


_SETTINGS = {
    "spring": {
        "port": "server.port",
        "bind": "server.address",
        "prefix": "server.servlet.context-path spring.webflux.base-path server.context-path",
    },
    "micronaut": {"port": "micronaut.server.port", "bind": "micronaut.server.host", "prefix": "micronaut.server.context-path"},
    "quarkus": {"port": "quarkus.http.port", "bind": "quarkus.http.host", "prefix": "quarkus.http.root-path"},
    "ktor": {"port": "ktor.deployment.port", "bind": "ktor.deployment.host", "prefix": "ktor.deployment.rootPath"},
}


def first(places: Iterable[Place | None]) -> Place | None:
    return next((place for place in places if place is not None), None)


def size(key: str, amount: float | None, place: Place) -> Setting | None:
    """A message size that the code sets."""
    return Setting(key, f"{amount:.0f}", place, int(amount), "jvm") if amount and amount < 2**62 else None


def seconds(key: str, amount: float | None, place: Place) -> Setting | None:
    """An idle timeout that the code sets; 0 and endless ones take it away."""
    return Setting(key, f"{amount:g}", place, amount, "jvm") if amount and amount < 1e9 else None


def _prefix(text: str) -> str:
    cleaned = "/" + text.strip("/") if text.strip("/") else ""
    return cleaned if "{" not in cleaned and "$" not in cleaned else ""

"""Settings files of JVM frameworks (application.yml, application.properties, application.conf) -> keys with places.

What holds in production is told: the file without a profile, then that of a profile called ``prod`` or ``production``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from advisor.formats.document import Node, Unreadable
from advisor.formats.source import Source
from advisor.model import Place
from advisor.scope import scope_of
from advisor.stack.apps import Apps, Root
from advisor.stack.curly.values import Environment
from advisor.tree import Tree

_NAMES = tuple(f"application{profile}.{ending}" for profile in ("", "-*") for ending in ("yml", "yaml", "properties"))
_PROFILE = re.compile(r"^application-([\w-]+)\.")
_PRODUCTION = frozenset({"prod", "production"})
_LINE = re.compile(r"^[ \t\f]*(?![#!])((?:[^\s=:\\]|\\.){1,200})[ \t]{0,20}(?:[=:][ \t]{0,20}|[ \t])(.{0,2000})$", re.MULTILINE)
_HOLDER = re.compile(r"^\$\{([^:{}]{1,200})(?::(.{0,500}))?\}$")
_CONF_PORT = re.compile(r"^\s*(?:ktor\.deployment\.)?(port|host)\s{0,20}[=:]\s{0,20}(.{1,80}?)\s*$", re.MULTILINE)
_DEEPEST = 8
_MOST = 2_000
_LARGEST = 500_000
_ACTIVE = ("spring.config.activate.on-profile", "spring.profiles")


@dataclass(frozen=True, slots=True)
class Given:
    """The text of one key and where it stands."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Settings:
    """Keys of one app; asked for in any of the ways in which Spring spells them (``context-path``, ``contextPath``)."""

    keys: Mapping[str, Given]

    def get(self, *names: str) -> Given | None:
        return next((self.keys[name] for each in names if (name := _relaxed(each)) in self.keys), None)

    def value(self, text: str, depth: int = 0) -> Any:
        """``${PORT:8080}`` -> a variable with its fallback, a key of these settings -> its text; any other text as it is."""
        match = _HOLDER.match(text.strip())
        if match is None or depth > _DEEPEST:
            return text
        known = self.get(match[1])
        if known is not None and known.text != text:
            return self.value(known.text, depth + 1)
        default = self.value(match[2], depth + 1) if match[2] is not None else None
        return Environment(match[1], default.default if isinstance(default, Environment) else default)

    def port(self, *names: str) -> tuple[int | None, Literal["literal", "environment"] | None, Place | None]:
        """The port that a key gives, where it comes from, and its place."""
        given = self.get(*names)
        if given is None:
            return None, None, None
        found = self.value(given.text)
        outside = isinstance(found, Environment)
        text = str(found.default if isinstance(found, Environment) else found)
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) < 65536 else None
        return number, "environment" if outside else "literal" if number else None, given.place

    def text(self, *names: str) -> str | None:
        """The text of a key, the fallback where it is a variable."""
        given = self.get(*names)
        found = self.value(given.text) if given is not None else None
        found = found.default if isinstance(found, Environment) else found
        return found if isinstance(found, str) else None


def read(tree: Tree, apps: Apps, root: Root) -> Settings:
    """The settings of one app; files that cannot be read are left out."""
    base: dict[str, Given] = {}
    production: dict[str, Given] = {}
    for path in tree.named(*_NAMES):
        if apps.owner(path).path != root.path or scope_of(path) == "test" or tree.is_secret(path):
            continue
        profile = _PROFILE.match(path.rsplit("/", 1)[-1])
        if profile is not None and profile[1] not in _PRODUCTION:
            continue
        for key, given, active in _in(tree, path):
            into = production if profile is not None or active in _PRODUCTION else base if active is None else None
            if into is not None:
                into[_relaxed(key)] = given
    return Settings({**base, **production})


def conf(tree: Tree, apps: Apps, root: Root) -> Mapping[str, Given]:
    """``port`` and ``host`` of Ktor's application.conf or application.yaml; of several lines the last one (``${?PORT}``)."""
    found: dict[str, Given] = {}
    for path in tree.named("application.conf"):
        if apps.owner(path).path != root.path or scope_of(path) == "test":
            continue
        text = tree.text(path) or ""
        source = Source(text[:_LARGEST], path)
        for match in _CONF_PORT.finditer(source.text):
            written = match[2].strip("\"' ")
            variable = re.match(r"^\$\{\??(\w+)\}$", written)
            before = found.get(match[1])
            shown = f"${{{variable[1]}{':' + before.text if before else ''}}}" if variable else written
            found[match[1]] = Given(shown, source.place(*match.span(1)))
    return found


def _in(tree: Tree, path: str) -> Iterator[tuple[str, Given, str | None]]:
    """Key, value and the profile that the key holds for."""
    text = tree.text(path)
    if text is None or len(text) > _LARGEST:
        return
    if path.endswith(".properties"):
        source = Source(text, path)
        for match in _LINE.finditer(source.text):
            key, active = match[1].replace("\\", ""), None
            if key.startswith("%"):
                active, _, key = key[1:].partition(".")
            yield key, Given(match[2].strip(), source.place(*match.span(1))), active
        return
    from advisor.formats.yaml import parse_all

    try:
        documents = parse_all(text, path)
    except Unreadable:
        return
    for document in documents:
        flat = list(_flat(document))
        active = next((given.text for key, given in flat if key in _ACTIVE), None)
        for key, given in flat:
            own, rest = (key[1:].partition(".")[0], key.partition(".")[2]) if key.startswith("%") else (active, key)
            yield rest, given, own


def _flat(node: Node) -> Iterator[tuple[str, Given]]:
    """``{server: {port: 80}}`` -> ``server.port``."""
    waiting: list[tuple[str, Node, int]] = [("", node, 0)]
    count = 0
    while waiting and count < _MOST:
        before, current, depth = waiting.pop()
        count += 1
        if isinstance(current.value, dict):
            if depth < 20:
                waiting.extend((f"{before}.{key}" if before else str(key), child, depth + 1) for key, child in current.items())
        elif isinstance(current.value, list):
            continue
        elif before and current.value is not None:
            text = str(current.value).lower() if isinstance(current.value, bool) else str(current.value)
            yield before, Given(text, current.key_place or current.place)


def _relaxed(key: str) -> str:
    return key.lower().replace("-", "").replace("_", "")

"""A Rails app's own configuration -> what it says of Action Cable: settings, mount, adapter, and whether it is loaded at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from advisor.model import Place
from advisor.stack.apps import Root
from advisor.stack.own_code import OwnCode, SourceFile
from advisor.stack.ruby import erb
from advisor.stack.ruby.values import arguments, calls, method, receiver, value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_SETTING = re.compile(r"(?:^|\.)action_cable\.(\w+)$|^ActionCable\.server\.config\.(\w+)$|^(?:[\w.]+\.)?config\.(assume_ssl)$")
_LOADS = re.compile(r"^(?![ \t]*#)[^\n]{0,200}(?:\brails/all\b|\baction_cable/)", re.MULTILINE)
_REQUIRES = re.compile(r"^\s{0,20}require\s+[\"'](?:rails|action_\w+/railtie|active_record/railtie)[\"']", re.MULTILINE)
_OTHERS = re.compile(r"\b(?:development|test|staging)\b")
_HERE = ("async", "inline", "test")
"""Adapters that live in the memory of one process."""


class Setting(NamedTuple):
    node: SgNode
    file: SourceFile


class Adapter(NamedTuple):
    """The adapter of production as ``config/cable.yml`` names it; ``name`` ``None`` where a variable or code decides.

    A fallback that joins processes is taken for what is meant; one that lives in memory may well be replaced.
    """

    name: str | None
    place: Place

    @property
    def in_memory(self) -> bool:
        return self.name in _HERE


class Mount(NamedTuple):
    path: str
    place: Place


@dataclass
class Rails:
    """The configuration of the app at ``root``; files are read when first asked for."""

    code: OwnCode
    root: Root
    settings: dict[str, Setting] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for file in self._files():
            for node in file.of_kind("assignment"):
                left, right = node.field("left"), node.field("right")
                found = _SETTING.search(left.text()) if left is not None else None
                if found and right is not None and not _elsewhere(node):
                    self.settings[found[1] or found[2] or found[3]] = Setting(right, file)

    def path(self, name: str) -> str:
        return name if self.root.path == "." else f"{self.root.path}/{name}"

    def _files(self) -> Iterator[SourceFile]:
        """In the order in which Rails runs them."""
        names = ["config/application.rb", "config/environments/production.rb"]
        before = self.path("config/initializers/")
        names = [self.path(name) for name in names]
        names += [path for path in self.code.tree.having("action_cable", "ActionCable") if path.startswith(before)]
        for path in names:
            file = self.code.file(path) if self.code.tree.exists(path) and path.endswith(".rb") else None
            if file is not None:
                yield file

    def loads_cable(self) -> bool:
        """False where ``config/application.rb`` picks Rails' parts one by one and Action Cable is not among them."""
        text = (
            self.code.tree.text(self.path("config/application.rb"))
            if self.code.tree.exists(self.path("config/application.rb"))
            else None
        )
        return text is None or bool(_LOADS.search(text)) or not _REQUIRES.search(text)

    def text(self, name: str) -> tuple[str | None, Place | None]:
        """A setting's text, and where it stands."""
        found = self.settings.get(name)
        if found is None:
            return None, None
        given = value(found.node, found.file.root)
        return (given.value if isinstance(given.value, str) else None), found.file.place(found.node)

    def flag(self, name: str) -> bool | None:
        """A switch as set; ``None`` where it is not set or computed."""
        found = self.settings.get(name)
        given = value(found.node, found.file.root).value if found is not None else None
        return given if isinstance(given, bool) else None

    def mount(self) -> Mount | None:
        """Where Action Cable's server is mounted; ``None`` where it is mounted nowhere."""
        routed = next(self._routed(), None)
        if routed is not None:
            return routed
        found = self.settings.get("mount_path")
        if found is not None and found.node.text() in ("nil", "false"):
            return None
        path, place = self.text("mount_path")
        if path is not None and place is not None:
            return Mount(path if path.startswith("/") else f"/{path}", place)
        return Mount("/cable", Place(self.path("config/application.rb")))

    def _routed(self) -> Iterator[Mount]:
        """``mount ActionCable.server => "/cable"`` and ``mount ActionCable.server, at: "/cable"``, below scopes."""
        before = self.path("config/routes")
        for path in self.code.tree.having("ActionCable"):
            file = self.code.file(path) if path.startswith(before) and path.endswith(".rb") else None
            for call in calls(file.of_kind("call"), "mount") if file is not None else ():
                given = arguments(call)
                at = next((right for left, right in given.hash if left.text() == "ActionCable.server"), None)
                if given.positional and given.positional[0].text() == "ActionCable.server":
                    at = given.named.get("at")
                written = value(at, file.root).value if at is not None and file is not None else None
                if isinstance(written, str) and file is not None:
                    yield Mount(_below(call, file, written), file.place(call))

    def adapter(self) -> Adapter | None:
        """The adapter that production uses, where the file names it."""
        path = self.path("config/cable.yml")
        text = self.code.tree.text(path) if self.code.tree.exists(path) else None
        found = erb.document(text, path) if text else None
        node = (found.get("production", "adapter") or found.get("shared", "adapter")) if found is not None else None
        if node is None:
            return None
        otherwise = erb.fallback(node.value)
        return Adapter(erb.literal(node.value) or (otherwise if otherwise not in _HERE else None), node.place)

    def on_sqlite(self) -> bool:
        """True where the database that Solid Cable writes to in production is a file."""
        path = self.path("config/database.yml")
        text = self.code.tree.text(path) if self.code.tree.exists(path) else None
        found = erb.document(text, path) if text else None
        if found is None:
            return False
        node = found.get("production", "cable", "adapter") or found.get("production", "adapter")
        return node is not None and node.value == "sqlite3"


def _elsewhere(node: SgNode) -> bool:
    """True inside a condition for another environment than production."""
    for above in node.ancestors():
        test = above.field("condition") if above.kind() in ("if", "if_modifier") else None
        if test is not None and _OTHERS.search(test.text()) and "production" not in test.text():
            return True
    return False


def _below(call: SgNode, file: SourceFile, path: str) -> str:
    """The path with those of the scopes and namespaces around it."""
    parts = [path.strip("/")]
    for above in call.ancestors():
        if above.kind() != "call" or method(above) not in ("scope", "namespace") or receiver(above):
            continue
        given = arguments(above)
        written = value(given.named.get("path") or next(iter(given.positional), None), file.root).value
        if isinstance(written, str):
            parts.insert(0, written.strip("/"))
    return "/" + "/".join(part for part in parts if part)

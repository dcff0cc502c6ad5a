"""A tree -> its Terraform directories: which of them are roots, their modules with arguments put in, provider versions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from advisor.deployment.parts import broken, directory, join
from advisor.deployment.terraform.attributes import word
from advisor.formats.document import Node, Unreadable
from advisor.model import NotRead, Place
from advisor.tree import Tree

if TYPE_CHECKING:
    from advisor.formats.hcl import Module

LOCK = ".terraform.lock.hcl"
_FILES = ("*.tf", "*.tofu")
_MAJOR = re.compile(r"^\s*(?:~>|=)?\s*v?(\d+)(?:\.\d+)*\s*$")


class Sources:
    """Every directory with Terraform files, read once for each set of arguments."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.not_read: list[NotRead] = []
        self._files: dict[str, list[str]] = {}
        for path in tree.named(*_FILES):
            self._files.setdefault(directory(path), []).append(path)
        self._plain: dict[str, Module] = {}

    @property
    def directories(self) -> tuple[str, ...]:
        return tuple(sorted(self._files))

    def files(self, folder: str) -> tuple[str, ...]:
        return tuple(self._files.get(folder, ()))

    def has(self, folder: str) -> bool:
        return folder in self._files

    def roots(self) -> tuple[str, ...]:
        """The directories that no other one calls as a module."""
        called = {target for folder in self._files for target in self._calls(folder)}
        return tuple(folder for folder in self.directories if folder not in called)

    def _calls(self, folder: str) -> Iterator[str]:
        for block in self.plain(folder).blocks:
            source = word(block.body, "source") if block.type == "module" else None
            if source is not None and source.startswith(("./", "../")):
                target = join(folder, source)
                if target is not None and target != folder:
                    yield target

    def plain(self, folder: str) -> Module:
        """The module of a directory by itself, with its own variables' values."""
        if folder not in self._plain:
            found = self._read(folder, {}, tfvars=True)
            self._plain[folder] = found
            for path, problem in found.unreadable:
                self.not_read.append(broken(path, problem))
        return self._plain[folder]

    def module(self, folder: str, arguments: Mapping[str, Node]) -> Module:
        """The module of a directory with arguments in place of its variables' defaults; an open one leaves the variable open."""
        return self._read(folder, arguments, tfvars=False) if arguments else self.plain(folder)

    def hidden(self, folder: str) -> dict[str, Node]:
        """Variables of a root that only a ``.tfvars`` file chosen at the command line sets: their defaults say nothing."""
        auto = self.plain(folder).names_set
        loaded = {name for path, names in auto.items() if _loaded(path) for name in names}
        chosen = {name: path for path, names in auto.items() if not _loaded(path) for name in names}
        return {name: Node(f"var.{name}", Place(path), tag="expression") for name, path in chosen.items() if name not in loaded}

    def _read(self, folder: str, arguments: Mapping[str, Node], *, tfvars: bool) -> Module:
        from advisor.formats.hcl import Module

        paths = [*self._files.get(folder, ())]
        if tfvars:
            paths += [path for path in self.tree.named("*.tfvars") if directory(path) == folder]
        texts = {path: text for path in paths if (text := self.tree.text(path)) is not None}
        return Module.of(texts, arguments)

    def providers(self, folder: str) -> dict[str, str]:
        """Provider's local name -> its major version, from the lock file, else from a constraint that allows one major only."""
        found: dict[str, str] = {}
        for block in self.plain(folder).blocks:
            if block.type == "terraform":
                for required in _nested(block.body, "required_providers"):
                    for name, node in required.items():
                        version = word(node, "version") if isinstance(node.value, dict) else node.text()
                        if version is not None and (major := _MAJOR.match(version)) is not None:
                            found[name] = major[1]
        return {**found, **self._locked(folder)}

    def _locked(self, folder: str) -> dict[str, str]:
        from advisor.formats.hcl import parse

        path = LOCK if folder == "." else f"{folder}/{LOCK}"
        text = self.tree.text(path)
        if text is None:
            return {}
        try:
            blocks = parse(text, path).blocks
        except Unreadable as problem:
            self.not_read.append(broken(path, problem))
            return {}
        return {
            block.labels[0].rsplit("/", 1)[-1]: version.split(".")[0]
            for block in blocks
            if block.type == "provider" and block.labels and (version := word(block.body, "version")) is not None
        }


def _loaded(path: str) -> bool:
    """Terraform loads these by itself (``terraform.tfvars`` and ``*.auto.tfvars``)."""
    return path.endswith(".auto.tfvars") or path.rsplit("/", 1)[-1] == "terraform.tfvars"


def _nested(body: Node, name: str) -> Iterator[Node]:
    found = body.get(name)
    if found is not None:
        yield from (node for node in found.each() if isinstance(node.value, dict))

"""Little repositories in memory, and what the C# side finds in them."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.model import Use
from advisor.stack.apps import Found, find
from advisor.stack.dotnet import reader
from advisor.tree import Tree

WEB = '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>'


def found(files: Mapping[str, str]) -> Found:
    """Everything the C# side says about these files."""
    tree = Tree.of(files, reader.words())
    return reader.detect(tree, find(tree))


def uses(files: Mapping[str, str] | str) -> tuple[Use, ...]:
    """The uses in these files, or in one ``Program.cs``, beside a web project."""
    given = {"Program.cs": files} if isinstance(files, str) else dict(files)
    return found({"Chat.csproj": WEB, **given}).uses


def only(files: Mapping[str, str] | str) -> Use:
    """The one use in these files."""
    (use,) = uses(files)
    return use


def paths(use: Use) -> list[tuple[str | None, bool]]:
    """Path and prefix of each endpoint."""
    return [(endpoint.path, endpoint.prefix) for endpoint in use.endpoints]

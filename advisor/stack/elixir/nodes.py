"""What a Phoenix app sends to all, and whether its nodes are joined so that all hear it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from advisor.formats.source import Source
from advisor.model import Place, Use
from advisor.scope import scope_of
from advisor.stack.elixir.packages import Packages
from advisor.stack.library import libraries
from advisor.stack.own_code import OwnCode, SourceFile

_SENDS = ("PubSub.broadcast", "Endpoint.broadcast", "broadcast!(socket", "broadcast(socket", "broadcast_from")
_QUERY = "DNS_CLUSTER_QUERY"
_BY_HAND = ("Node.connect", "Horde.Cluster")
_JOINS = {"Cluster.Supervisor": "libcluster", "Phoenix.PubSub.Redis": "phoenix-pubsub-redis"}
WORDS = (*_SENDS, *_BY_HAND, *_JOINS, "DNSCluster", _QUERY)
_BROADCAST = re.compile(r"^(?!\s*#)[^\n]{0,200}?\b(?:PubSub\.|Endpoint\.)?broadcast(?:_from)?!?\(", re.MULTILINE)
_COMMENT = re.compile(r"^\s*#")


class Joined(NamedTuple):
    """``broadcasts`` ``None`` where nothing is sent to all, or where it is not known whether the nodes are joined."""

    broadcasts: Place | None = None
    library: str | None = None
    place: Place | None = None


def joined(file: SourceFile, code: OwnCode) -> Joined:
    """For the endpoint in ``file``: the first line that sends to all, and what joins the nodes, if anything does."""
    sends = _first_send(file, code)
    for word, library in _JOINS.items():
        place = _written(word, file, code)
        if place is not None:
            return Joined(sends, library, place)
    asked = _written("DNSCluster", file, code)
    if asked is not None and any(_sets_query(path, code) for path in code.tree.having(_QUERY)):
        return Joined(sends, "dns-cluster", asked)
    open_question = asked is not None or any(_written(word, file, code) is not None for word in _BY_HAND)
    return Joined(None if open_question else sends)


def backplanes(file: SourceFile, code: OwnCode, packages: Packages) -> Iterator[Use]:
    """The library that joins the nodes, as a use of its own."""
    found = joined(file, code)
    if found.library is not None and found.place is not None:
        known, root = libraries()[found.library], code.owner(file)
        version = packages.version(root, known.packages)
        yield Use(
            found.library,
            known.name,
            "backplane",
            root.id,
            found.place,
            scope=scope_of(file.path),
            version=version,
            runs_in="platform",
        )


def _sets_query(path: str, code: OwnCode) -> bool:
    """True for a file of the deployment that hands the variable over; the code that reads it is none."""
    return not path.endswith((".ex", ".exs", ".md")) and scope_of(path) == "production"


def _first_send(file: SourceFile, code: OwnCode) -> Place | None:
    for path in _beside(file, code, *_SENDS):
        text = code.tree.text(path) or ""
        found = _BROADCAST.search(text) if path.endswith(".ex") else None
        if found is not None:
            start = found.end() - len(found[0].lstrip().split("\n")[-1])
            return Source(text, path).place(start, found.end())
    return None


def _written(word: str, file: SourceFile, code: OwnCode) -> Place | None:
    """Where code of the app, or of its umbrella, names a module outside comments."""
    for path in _beside(file, code, word):
        for number, line in enumerate((code.tree.text(path) or "").splitlines(), 1):
            if word in line and not _COMMENT.match(line):
                return Place(path, number, line.index(word) + 1)
    return None


def _beside(file: SourceFile, code: OwnCode, *words: str) -> Iterator[str]:
    """Files of the same app or umbrella."""
    around = {root.path for root in code.apps.chain(code.owner(file).path)}
    outermost = min(around, key=len) if "." not in around else "."
    for path in code.paths(*words):
        if scope_of(path) == scope_of(file.path) and (outermost == "." or path.startswith(f"{outermost}/")):
            yield path

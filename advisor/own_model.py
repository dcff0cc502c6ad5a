"""Platforms that speak a socket model of their own -> which servers were written for it, and where those run.

A gateway that calls a function for each message, or a runtime with sockets of its own kind, takes only code that was written
for it; such code runs nowhere else. A profile tells both: its support is ``own_protocol``, and ``own_protocol_signs`` name
the words that such code cannot do without.
"""

from __future__ import annotations

from collections.abc import Iterable

from advisor.hops import Ways
from advisor.model import App, Handshake, Hop, Step, Use
from advisor.stack.library import libraries


def written_for(hop: Hop, server: Use, ways: Ways) -> bool:
    """True where the server is code for the hop's own model: by its library, or by the signs of the profile in its files."""
    if hop.platform in homes(server):
        return True
    if hop.platform not in ways.knowledge.platforms():
        return False
    signs = ways.knowledge.platform(hop.platform).own_protocol_signs
    words = [str(word) for sign in signs for word in sign.get("words", ())]
    files = {server.place.file, *(endpoint.place.file for endpoint in server.endpoints)}
    texts = [ways.tree.text(file) or "" for file in files]
    return any(word in text for word in words for text in texts)


def homes(server: Use) -> tuple[str, ...]:
    """The platforms outside of which the server does not run; empty for an ordinary one."""
    library = libraries().get(server.library)
    return library.platforms if library is not None else ()


def passes(server: Use, app: App | None, hops: Iterable[Hop]) -> bool:
    """False where the server is not what these hops lead to: it runs on another platform, or its app has one for this one."""
    platforms = {hop.platform for hop in hops}
    own = homes(server)
    if own:
        return bool(platforms & set(own))
    return not any(platforms & set(homes(other)) for other in (app.servers() if app is not None else ()))


def home(server: Use, ways: Ways) -> tuple[Hop, ...]:
    """The hop that a server for a platform's own model implies, where no file shows one."""
    known = [platform for platform in homes(server) if platform in ways.knowledge.platforms()]
    if len(known) != 1:
        return ()
    name = ways.knowledge.platform(known[0]).name
    because = f"{server.name} run on nothing but {name}"
    return (Hop(f"implied:{known[0]}", known[0], name, server.place, certainty="strong", because=because),)


def refused(handshake: Handshake, steps: Iterable[Step], server: Use, ways: Ways) -> Handshake:
    """The handshake, refused by the first hop whose own model the server was not written for."""
    if handshake.outcome in ("redirected", "invalid_config"):
        return handshake
    for step in steps:
        known = ways.conditions.ask(ways.knowledge, step.hop, "websocket_support")
        speaks = known.statement is not None and str(known.statement.value) == "own_protocol"
        if speaks and not written_for(step.hop, server, ways):
            reason = f"{step.hop.name} speaks a model of its own, and {server.name} was not written for it"
            return Handshake("refused", None, step.hop.id, reason, step.hop.place, "own_protocol")
    return handshake

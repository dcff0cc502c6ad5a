"""A call of ``dotnet`` -> the program that it runs, and where that listens."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from advisor.model import Server
from advisor.stack.calls import Call
from advisor.stack.flags import address, flags, port

_OWN = "what the .NET program runs decides for itself whether it upgrades"
_SHORT = {"c": "configuration", "p": "project", "f": "framework", "v": "verbosity", "lp": "launch-profile"}
_SWITCHES = frozenset({"no-build", "no-restore", "no-launch-profile", "no-hot-reload", "non-interactive"})


def dotnet(call: Call) -> Server | None:
    """``dotnet App.dll --urls http://0.0.0.0:80``, ``dotnet run --project src/Web``; ``dotnet watch`` is for development."""
    told = flags(call.words, _SHORT, _SWITCHES)
    words = list(told.rest)
    watched = bool(words) and words[0] == "watch"
    words = words[1:] if watched else words
    first = words[0] if words else ""
    if not first.lower().endswith(".dll") and first != "run" and not watched:
        return None
    entry = told.get("project") if first in ("run", "") else first
    urls = told.get("urls") or next(
        (call.environment[name] for name in ("ASPNETCORE_URLS", "DOTNET_URLS") if name in call.environment), None
    )
    plain = next((url for url in (urls or "").split(";") if not url.startswith("https:")), "")
    bind, number, origin = (
        address(plain.replace("://+", "://").replace("://*", "://").rstrip("/")) if plain else (None, None, None)
    )
    if number is None and origin is None:
        number, origin = port(call.environment.get("ASPNETCORE_HTTP_PORTS"))
    options = {**told.values, "watch": "true"} if watched else dict(told.values)
    return Server("dotnet", "other", None, _OWN, entry, None, 1, number, origin, bind, options)


PROGRAMS: Mapping[str, Callable[[Call], Server | None]] = {"dotnet": dotnet}

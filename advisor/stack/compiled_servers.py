"""A call that builds and runs a compiled app (``go run ./cmd/server``, ``cargo run --bin server``) -> what it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from advisor.model import Server
from advisor.stack.calls import Call
from advisor.stack.flags import address, flags

_REASON = "what the compiled program runs decides for itself whether it upgrades"
_GO_VALUES = {"tags", "ldflags", "mod", "modfile", "gcflags", "exec", "C", "p", "overlay"}
_CARGO_SWITCHES = frozenset("release locked offline frozen quiet verbose all-features no-default-features".split())


def go(call: Call) -> Server | None:
    """``go run [flags] package [arguments]``; the entry is the package's directory or file."""
    words = list(call.words)
    if not words or words.pop(0) != "run":
        return None
    while words and words[0].startswith("-"):
        name, sign, _ = words.pop(0).lstrip("-").partition("=")
        if name in _GO_VALUES and not sign and words:
            words.pop(0)
    return _server("go", words[0] if words else ".", words[1:])


def cargo(call: Call) -> Server | None:
    """``cargo run [--bin NAME] [-p PACKAGE] [-- arguments]``; the entry is the binary's or the package's name."""
    words = [word for word in call.words if not word.startswith("+")]
    if not words or words.pop(0) not in ("run", "r"):
        return None
    own, rest = (words[: words.index("--")], words[words.index("--") + 1 :]) if "--" in words else (words, [])
    told = flags(own, {"p": "package", "r": "release", "q": "quiet"}, _CARGO_SWITCHES)
    return _server("cargo", told.get("bin") or told.get("package"), rest)


def _server(program: str, entry: str | None, rest: list[str]) -> Server:
    """With the port and address that flags of the usual names give the program itself."""
    told = flags(rest)
    given = told.get("addr", "listen", "address", "bind", "http-addr", "port")
    bind, port, origin = address(given) if given else (None, None, None)
    named = "port" in told.values and given == told.get("port")
    return Server(program, "other", None, _REASON, entry, None, 1, port, origin, None if named else bind, told.values)


PROGRAMS: Mapping[str, Callable[[Call], Server | None]] = {"go": go, "cargo": cargo}

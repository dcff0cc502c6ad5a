"""A call of ``mix``, ``iex`` or ``elixir`` -> the Phoenix server that it starts; a release's own script is not known by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from advisor.model import Server
from advisor.stack.calls import Call

_REASON = "the endpoint's web server answers upgrades"
_KEEPS_RUNNING = "--no-halt"


def mix(call: Call) -> Server | None:
    """``mix phx.server``, ``mix run --no-halt``, ``iex -S mix phx.server``; other tasks end by themselves."""
    words = [word for word in call.words if word not in ("-S", "mix")]
    while words and words[0] == "do":
        words = words[1:]
    if not ("phx.server" in words or "phoenix.server" in words or ("run" in words and _KEEPS_RUNNING in words)):
        return None
    environment = call.environment.get("MIX_ENV")
    options = {"environment": environment} if environment else {}
    return Server("mix", "other", True, _REASON, None, None, 1, None, None, None, options)


PROGRAMS: Mapping[str, Callable[[Call], Server | None]] = {"mix": mix, "iex": mix, "elixir": mix}
